"""Controller: one run as the program sees it, and the one function that cancels it.

The rule of this module: whatever the team does, the run has one end, which is published once and
last. An ``Execution`` carries out the run; the controller has the deadline, the limits, the grace,
and the end of what does not end by itself.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from tui.control.alarm import Alarm
from tui.control.deadline import Deadline
from tui.control.execution import Execution, Preparation, Prepare
from tui.control.progress import Progress
from tui.errors import PreparationCancelled, StoryteamError, said_by
from tui.run.events import (
    AllMembersStopped,
    CancelRequested,
    CostEstimated,
    DeadlineChanged,
    Event,
    MemberStopRequested,
    Outcome,
    Preparing,
    RunEnded,
    RunStarted,
)
from tui.run.limits import NO_LIMITS, Limits
from tui.run.pieces import in_pieces
from tui.run.protocol import Publish
from tui.run.reasons import Reason
from tui.text.secrets import masked_line

GRACE_SECONDS = 0.15
"""How long a cancelled team may take to end before the end is published without it."""
PATIENCE_SECONDS = 2.0
"""How long after the end the team's own code may clean up before it is terminated."""
PAUSE_SECONDS = 0.002
"""How often the run's thread looks whether the reader keeps up."""

TOO_MUCH = "The run was stopped: it had written twenty million characters, the most that is kept."
NOTHING_WRITTEN = "The team finished without writing anything. Try another model or prompt."
STOPPED_ITSELF = "The team stopped itself before it had finished."
NO_ENDING = "The run stopped without saying how it ended."


class Controller:
    """One run. ``publish`` is called from several threads, and must only queue the event."""

    def __init__(
        self,
        run_id: str,
        prepare: Prepare,
        execution: Execution,
        publish: Publish,
        *,
        model: str = "",
        story_id: str | None = None,
        limits: Limits = NO_LIMITS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.run_id = run_id
        self.model = model
        self.story_id = story_id
        self._prepare = prepare
        self._execution = execution
        self._publish_to_reader = publish
        self._is_reader_full: Callable[[], bool] = lambda: False
        self._limits = limits
        self._clock = clock
        self._deadline = Deadline(seconds=limits.seconds)
        self._alarm = Alarm(clock, self._on_time)
        self._change = threading.RLock()
        """Guards everything below."""
        self._progress = Progress(limits)
        self._reason: Reason | None = None
        self._cancelled_at = 0.0
        self._started = False
        self._ended = False
        self._preparation_cancelled = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name="storyteam-run", daemon=True),
            self._alarm.thread,
        ]

    @property
    def is_over(self) -> bool:
        """Whether the end has been published."""
        with self._change:
            return self._ended

    def start(self) -> None:
        """Begin. Events come from now on."""
        self._publish(self._deadline_event())
        for thread in self._threads:
            thread.start()

    def pace(self, is_full: Callable[[], bool]) -> None:
        """Let the team wait while ``is_full`` says that the reader is behind."""
        self._is_reader_full = is_full

    def cancel(self, reason: Reason) -> bool:
        """Request the end of the run; only the first request counts.

        Returns at once. A run that is still being prepared ends here, a running one within the
        grace period, whatever it waits for.
        """
        with self._change:
            if self._ended or self._reason:
                return False
            self._reason, self._cancelled_at = reason, self._clock()
            self._publish(CancelRequested(reason, self._cancelled_at))
            self._preparation_cancelled.set()
            self._execution.cancel()
            if self._started:
                self._alarm.set(self._cancelled_at + GRACE_SECONDS)
            else:
                self._finish(Outcome.CANCELLED)
        return True

    def stop_member(self, name: str) -> bool:
        """Stop what one member does now; stopping the leader is a cancel.

        Returns whether there was a run to ask.
        """
        with self._change:
            if name == self._progress.leader:
                return self.cancel(Reason.USER)
            if self._ended or self._reason:
                return False
            self._publish(MemberStopRequested(name, self._clock()))
            self._execution.stop_member(name)
        return True

    def move_deadline(self, by_seconds: float) -> None:
        """Give the run more or less time; where there is no limit, a positive step sets one."""
        with self._change:
            now = self._clock()
            moved = self._deadline.moved(by_seconds, now)
            self._set_deadline(moved if self._started else moved.held(now))

    def toggle_hold(self) -> None:
        """Hold the countdown, or resume it."""
        with self._change:
            is_held = self._deadline.at is None
            change = self._deadline.running if is_held else self._deadline.held
            if self._started:
                self._set_deadline(change(self._clock()))

    def answer(self, question_id: str, answer: bool | str) -> None:
        """Answer what the team asked; other answers are ignored."""
        with self._change:
            if not self._ended:
                self._execution.answer(question_id, answer)

    def join(self, timeout: float) -> bool:
        """Wait until nothing of the run is left; returns whether it came to that."""
        give_up_at = time.monotonic() + timeout
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, give_up_at - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _publish(self, event: Event) -> None:
        with self._change:
            if self._ended:
                return
            self._ended = isinstance(event, RunEnded)
            reason = self._progress.follow(event)
            self._publish_to_reader(event)
            if reason:
                self.cancel(reason)
            if self._progress.is_too_long and not self._ended:
                self._execution.cancel()
                self._finish(Outcome.INCOMPLETE, TOO_MUCH)

    def _finish(
        self, outcome: Outcome, error: str | None = None, notes: tuple[str, ...] = ()
    ) -> None:
        with self._change:
            if self._ended:
                return
            was_ended = outcome is Outcome.CANCELLED
            fate = "was still running and was ended" if was_ended else "was running at that moment"
            notes += tuple(f"The tool {tool} {fate}." for tool in self._progress.open_tools)
            now = self._clock()
            self._publish(RunEnded(outcome, now, error, notes))
            self._alarm.set(now + PATIENCE_SECONDS)

    def _set_deadline(self, deadline: Deadline) -> None:
        if not self._ended and not self._reason:
            self._deadline = deadline
            self._publish(self._deadline_event())
            self._alarm.set(deadline.at)

    def _deadline_event(self) -> DeadlineChanged:
        return DeadlineChanged(self._deadline.at, self._deadline.seconds)

    # The run's thread.

    def _work(self) -> None:
        try:
            preparation = Preparation(
                lambda what, fraction: self._publish(Preparing(what, fraction)),
                self._preparation_cancelled,
            )
            task = self._prepare(preparation)
            if not self.is_over:
                self._execution.run(task, self._take)
            self._finish(Outcome.ERROR, NO_ENDING)
        except PreparationCancelled:
            self._finish(Outcome.CANCELLED)
        except StoryteamError as error:
            self._conclude(Outcome.ERROR, masked_line(said_by(error), 1000))
        except BaseException as error:
            sentence = masked_line(said_by(error)) or type(error).__name__
            self._conclude(Outcome.ERROR, f"The run failed: {sentence}")
        finally:
            # Whatever goes wrong above, the run has an end.
            self._finish(Outcome.ERROR, NO_ENDING)
            self._execution.close()
            self._alarm.end()

    def _take(self, event: Event) -> None:
        """Take an event of the execution, no faster than the reader can follow."""
        match event:
            case RunStarted():
                self._start_clock(event)
            case RunEnded(outcome, _, error, notes):
                self._conclude(outcome, error, notes)
            case AllMembersStopped():
                self.cancel(Reason.USER)
            case CostEstimated():
                if reason := self._progress.follow(event):
                    self.cancel(reason)
            case _:
                for piece in in_pieces(event):
                    self._publish(piece)
                    self._wait_for_reader()

    def _wait_for_reader(self) -> None:
        while not self._reason and not self._ended and self._is_reader_full():
            time.sleep(PAUSE_SECONDS)

    def _start_clock(self, event: RunStarted) -> None:
        with self._change:
            if self._ended:
                return
            self._started = True
            self._publish(
                replace(
                    event,
                    run_id=self.run_id,
                    model=event.model or self.model,
                    limits=self._limits,
                )
            )
            self._set_deadline(self._deadline.running(event.at))

    def _conclude(self, outcome: Outcome, error: str | None, notes: tuple[str, ...] = ()) -> None:
        """Publish how the team ended, in the light of what was requested."""
        with self._change:
            if not self._progress.has_text and outcome in (Outcome.COMPLETED, Outcome.INCOMPLETE):
                outcome, error = Outcome.ERROR, error or NOTHING_WRITTEN
            # After a cancel an error is only its echo; a completed run stays completed.
            if self._reason and outcome is Outcome.ERROR:
                outcome = Outcome.CANCELLED
            elif not self._reason and outcome is Outcome.CANCELLED:
                # Agno or a tool did it, not the user.
                outcome, error = Outcome.INCOMPLETE, STOPPED_ITSELF
            self._finish(outcome, None if outcome is Outcome.CANCELLED else error, notes)

    # The alarm's thread: it ends the run even when the screen and the team are both blocked.

    def _on_time(self) -> None:
        with self._change:
            if self._ended:
                self._execution.terminate()
            elif self._reason is None:
                if self._deadline.is_over(self._clock()):
                    self.cancel(Reason.COUNTDOWN)
            elif self._clock() >= self._cancelled_at + GRACE_SECONDS:
                # Not at once: the countdown may ring just after a cancel.
                written = self._progress.written
                self._finish(written.outcome, written.error)
                if self._progress.is_paid_for:
                    # A model that still writes costs more than a clean-up is worth.
                    self._execution.terminate()
