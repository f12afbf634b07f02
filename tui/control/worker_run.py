"""A run in a worker process, and the spare one that makes the next run begin at once."""

import signal
import threading
from contextlib import suppress

from tui.config.settings import Settings
from tui.control.execution import Task
from tui.control.messages import Answer, Cancel, StopMember, WarmUp
from tui.control.worker import Worker, WorkerCommand, logging_command
from tui.errors import StoryteamError
from tui.run.events import Preparing, RunEnded
from tui.run.protocol import Publish
from tui.run.wire import VERSION, Hello

_CRASHED = "A library that a tool of the team uses crashed."
_CAUSES = {
    signal.SIGKILL: "Something outside killed it, or the machine ran out of memory.",
    signal.SIGSEGV: _CRASHED,
    signal.SIGBUS: _CRASHED,
    signal.SIGABRT: _CRASHED,
    signal.SIGTERM: "Something outside asked it to end.",
}
_UNKNOWN = "A tool of the team may have done that."
_WAY_OUT = "What was written is kept; run it again."


class WorkerPool:
    """Starts workers, one ahead of need.

    ``is_for_screen`` says that what a team prints must not reach the terminal, that the screen
    goes first, and that one run after the other may be wanted.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        is_for_screen: bool = False,
        command: WorkerCommand | None = None,
    ) -> None:
        self._settings = settings
        self.is_for_screen = is_for_screen
        default = logging_command() if is_for_screen else WorkerCommand()
        self._command = command or default
        self._change = threading.Lock()
        self._spare: Worker | None = None
        self._is_closed = False

    def warm(self) -> None:
        """Start a spare worker if there is none; ``take`` reports that it cannot be started."""
        with self._change, suppress(StoryteamError):
            if self._spare is None and not self._is_closed:
                self._spare = self._start()

    def use(self, settings: Settings) -> None:
        """Have the workers to come warmed up for other settings; waits for the spare to be gone."""
        with self._change:
            self._settings = settings
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.close()
            self.warm()

    def take(self) -> Worker:
        """Return a worker that has done nothing yet.

        Raises:
            StoryteamError: when it cannot be started.
        """
        with self._change:
            spare, self._spare = self._spare, None
        if spare is not None:
            if spare.is_alive:
                return spare
            spare.close()
        return self._start()

    def _start(self) -> Worker:
        worker = Worker(self._command)
        worker.send(WarmUp(self._settings))
        return worker

    def close(self) -> None:
        """End the spare."""
        with self._change:
            spare, self._spare, self._is_closed = self._spare, None, True
        if spare is not None:
            spare.close()


class WorkerRun:
    """Carries out one run in a worker of the pool: an ``Execution``."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._change = threading.Lock()
        """Guards what follows."""
        self._worker: Worker | None = None
        self._is_cancelled = False

    def run(self, task: Task, publish: Publish) -> None:
        """Send the task to a worker, and publish what it reports until it is gone."""
        publish(Preparing("Waking the agents"))
        worker = self._pool.take()
        with self._change:
            self._worker = worker
            if self._is_cancelled:
                return
            worker.send(task)
        has_ended = False
        reports = worker.reports()
        _check(next(reports, None), worker)
        for report in reports:
            if isinstance(report, Hello):
                continue
            has_ended = has_ended or isinstance(report, RunEnded)
            publish(report)
        code = worker.wait()
        if not has_ended:
            raise StoryteamError(_explain_exit(code))

    def cancel(self) -> None:
        """Send the command, or never begin."""
        with self._change:
            self._is_cancelled = True
            if self._worker:
                self._worker.send(Cancel())

    def stop_member(self, name: str) -> None:
        """Send the command."""
        if self._worker:
            self._worker.send(StopMember(name))

    def answer(self, question_id: str, answer: bool | str) -> None:
        """Send the answer."""
        if self._worker:
            self._worker.send(Answer(question_id, answer))

    def terminate(self) -> None:
        """End the worker and all that it has started."""
        if self._worker:
            self._worker.terminate()

    def close(self) -> None:
        """Kill what is left."""
        if self._worker:
            self._worker.close()


def _check(greeting: object, worker: Worker) -> None:
    """Make sure that both sides speak the same version.

    Raises:
        StoryteamError: when they do not, or the worker is gone.
    """
    if greeting is None:
        raise StoryteamError(_explain_exit(worker.wait()))
    if not isinstance(greeting, Hello) or greeting.version != VERSION:
        spoken = f"version {greeting.version}" if isinstance(greeting, Hello) else "another version"
        raise StoryteamError(
            f"The team's process speaks {spoken} of the program's messages, and the program "
            f"version {VERSION}. Install storyteam-tui again."
        )


def _explain_exit(code: int) -> str:
    """Return the sentence for a return code as ``subprocess`` gives it: minus a signal's number."""
    if code == 0:
        return f"The team's process ended without saying how the run went. {_UNKNOWN} {_WAY_OUT}"
    if code > 0:
        return f"The team's process ended by itself with exit code {code}. {_UNKNOWN} {_WAY_OUT}"
    try:
        number = signal.Signals(-code)
        name, cause = number.name, _CAUSES.get(number, _UNKNOWN)
    except ValueError:
        name, cause = f"signal {-code}", _UNKNOWN
    return f"The team's process was ended by {name}. {cause} {_WAY_OUT}"
