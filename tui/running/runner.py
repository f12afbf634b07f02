"""StoryRun: one run of the team on a thread of its own, and the one function that cancels it.

The rule of this module: whoever asks for the cancel, and whatever the run is waiting for, the run
has one end, it is published once, and nothing is published after it. Agno is imported by the
worker, so that a screen can be painted first.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from tui.errors import PreparationCancelled, StoryteamError
from tui.events import (
    CancelRequested,
    DeadlineChanged,
    Event,
    Outcome,
    Preparing,
    Reason,
    RunEnded,
    RunStarted,
    TextDelta,
    ToolEnded,
    ToolStarted,
)
from tui.running.alarm import Alarm
from tui.running.deadline import Deadline
from tui.running.preparation import Preparation, PreparedTeam, TeamFactory
from tui.running.word_count import WordCount
from tui.secrets import masked_line

if TYPE_CHECKING:
    from tui.agents.model_calls import RunGuard

GRACE_SECONDS = 0.15
"""How long Agno may take to end a cancelled run itself before the end is published without it."""

NOTHING_WRITTEN = "The team finished without writing anything. Try another model or prompt."

STOPPED_ITSELF = "The team stopped itself before it had finished."


class StoryRun:
    """One run. ``publish`` is called from several threads and must only hand the event on."""

    def __init__(
        self,
        prompt: str,
        make_team: TeamFactory,
        publish: Callable[[Event], None],
        *,
        model: str = "",
        story_id: str | None = None,
        auto_cancel: float | None = None,
        max_words: int | None = None,
        max_cost: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.run_id = str(uuid4())
        self.model = model
        self.story_id = story_id
        self._prompt = prompt
        self._make_team = make_team
        self._hand_on = publish
        self._clock = clock
        self._max_cost = max_cost
        self._deadline = Deadline(seconds=auto_cancel)
        self._alarm = Alarm(clock, self._on_time)
        self._change = threading.RLock()
        """Guards everything below."""
        self._words = WordCount(max_words)
        self._reason: Reason | None = None
        self._cancelled_at = 0.0
        self._started = False
        self._ended = False
        self._has_text = False
        self._open_tools: dict[str, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._guard: RunGuard | None = None
        self._obey: Callable[[], None] = lambda: None
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

    def cancel(self, reason: Reason) -> bool:
        """Ask for the end of the run; only the first one who asks is heard.

        Returns at once. A run that is still being prepared ends right here, a running one within
        the grace period, whatever it waits for.
        """
        with self._change:
            if self._ended or self._reason:
                return False
            self._reason, self._cancelled_at = reason, self._clock()
            self._publish(CancelRequested(reason, self._cancelled_at))
            self._preparation_cancelled.set()
            if self._loop is None:
                self._finish(Outcome.CANCELLED)
            else:
                self._call_on_loop(self._obey)
            self._alarm.set(self._cancelled_at + GRACE_SECONDS)
        return True

    def move_deadline(self, by_seconds: float) -> None:
        """Give the run more or less time; where there is no limit, a positive step sets one."""
        with self._change:
            now = self._clock()
            moved = self._deadline.moved(by_seconds, now)
            self._set_deadline(moved if self._started else moved.held(now))

    def toggle_hold(self) -> None:
        """Hold the countdown, or let it go on."""
        with self._change:
            is_held = self._deadline.at is None
            change = self._deadline.running if is_held else self._deadline.held
            if self._started:
                self._set_deadline(change(self._clock()))

    def answer(self, question_id: str, answer: bool | str) -> None:
        """Answer what the team asked; an answer that nobody waits for is ignored."""
        with self._change:
            if self._guard and not self._ended:
                self._call_on_loop(self._guard.answers.put_nowait, (question_id, answer))

    def join(self, timeout: float) -> bool:
        """Wait until the run's threads are gone; returns whether they are."""
        give_up_at = time.monotonic() + timeout
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, give_up_at - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _publish(self, event: Event) -> None:
        with self._change:
            if self._ended:
                return
            if isinstance(event, ToolStarted):
                self._open_tools[event.call_id] = event.tool
            elif isinstance(event, ToolEnded):
                self._open_tools.pop(event.call_id, None)
            elif isinstance(event, TextDelta):
                self._has_text = self._has_text or not event.text.isspace()
            self._ended = isinstance(event, RunEnded)
            self._hand_on(event)
            if isinstance(event, TextDelta) and self._words.add(event):
                self.cancel(Reason.WORDS)

    def _finish(self, outcome: Outcome, error: str | None = None) -> None:
        with self._change:
            tools = sorted(set(self._open_tools.values()))
            notes = tuple(
                f"The tool {tool} was still running when the run ended." for tool in tools
            )
            notes += tuple(self._guard.notes) if self._guard else ()
            self._publish(RunEnded(outcome, self._clock(), error, notes))
            self._alarm.end()

    def _set_deadline(self, deadline: Deadline) -> None:
        if not self._ended and not self._reason:
            self._deadline = deadline
            self._publish(self._deadline_event())
            self._alarm.set(deadline.at)

    def _deadline_event(self) -> DeadlineChanged:
        return DeadlineChanged(self._deadline.at, self._deadline.seconds)

    # The worker thread.

    def _work(self) -> None:
        try:
            prepared = self._make_team(
                Preparation(
                    lambda what, fraction: self._publish(Preparing(what, fraction)),
                    self._preparation_cancelled,
                )
            )
            with asyncio.Runner() as runner:
                runner.run(self._run(prepared))
        except PreparationCancelled:
            self._finish(Outcome.CANCELLED)
        except StoryteamError as error:
            self._finish(Outcome.ERROR, masked_line(str(error), 1000))
        except BaseException as error:
            sentence = masked_line(str(error)) or type(error).__name__
            self._finish(Outcome.ERROR, f"The team failed: {sentence}")

    async def _run(self, prepared: PreparedTeam) -> None:
        from tui.agents.model_calls import RunGuard
        from tui.agents.team_run import request_cancel, settle

        guard = RunGuard(
            self.run_id,
            prepared.endpoint,
            self._publish,
            self._clock,
            max_cost=self._max_cost,
            on_overspent=lambda: self.cancel(Reason.COST),
        )
        self._guard = guard
        with self._change:
            if self._ended:
                return
            self._loop = asyncio.get_running_loop()
            self._obey = lambda: request_cancel(prepared.team, guard)
            now = self._clock()
            self._started = True
            model = prepared.model or self.model
            limits = self._words.limit, self._max_cost
            self._publish(RunStarted(self.run_id, model, now, *limits))
            self._set_deadline(self._deadline.running(now))
            self._task = asyncio.create_task(self._run_to_its_end(prepared, guard))
        await asyncio.wait([self._task])
        await settle(guard)

    async def _run_to_its_end(self, prepared: PreparedTeam, guard: "RunGuard") -> None:
        from tui.agents.team_run import run_team

        try:
            ending = await run_team(prepared.team, self._prompt, guard, self._publish)
            outcome, error = ending.outcome, ending.sentence or None
        except asyncio.CancelledError:
            outcome, error = Outcome.CANCELLED, None
        except StoryteamError as failure:
            outcome, error = Outcome.ERROR, masked_line(str(failure), 1000)
        except Exception as failure:
            outcome, error = Outcome.ERROR, f"The team failed: {masked_line(str(failure))}"
        with self._change:
            if not self._has_text and outcome in (Outcome.COMPLETED, Outcome.INCOMPLETE):
                outcome, error = Outcome.ERROR, error or NOTHING_WRITTEN
            # Once a cancel was asked for, an error is its echo; a completed run stays completed.
            if self._reason and outcome is Outcome.ERROR:
                outcome = Outcome.CANCELLED
            elif not self._reason and outcome is Outcome.CANCELLED:
                # Agno or a tool did that: nobody who uses the program.
                outcome, error = Outcome.INCOMPLETE, STOPPED_ITSELF
            self._finish(outcome, None if outcome is Outcome.CANCELLED else error)

    # The alarm's thread: it stops the run even when the screen and the loop are both blocked.

    def _on_time(self) -> None:
        with self._change:
            if self._reason is None:
                if self._deadline.is_over(self._clock()):
                    self.cancel(Reason.COUNTDOWN)
            elif not self._ended and self._clock() >= self._cancelled_at + GRACE_SECONDS:
                # Not at once: it may be the countdown that rings, just behind somebody's cancel.
                self._abandon()

    def _abandon(self) -> None:
        """End a run that does not end by itself; its thread cleans up when it can."""
        for delta in self._guard.unshown() if self._guard else ():
            self._publish(delta)
        self._finish(Outcome.CANCELLED)
        if self._task:
            self._call_on_loop(self._task.cancel)

    def _call_on_loop(self, call: Callable[..., object], *arguments: object) -> None:
        """Call it soon, unless the loop is closing: a team that leaves the program does that."""
        with suppress(RuntimeError):
            if self._loop:
                self._loop.call_soon_threadsafe(call, *arguments)
