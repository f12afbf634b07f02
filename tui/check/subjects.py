"""What is stopped: a team in this program, and the same team on plain Agno."""

import math
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeAlias
from uuid import uuid4

from tui.config.settings import Settings
from tui.control.controller import Controller
from tui.control.execution import Task
from tui.control.messages import Cancel
from tui.control.rehearsal import REHEARSED_TEAM
from tui.control.supervisor import descendants
from tui.control.worker import Worker, WorkerCommand, plain_agno_command
from tui.control.worker_run import WorkerPool, WorkerRun
from tui.run.events import Event, Outcome, RunEnded
from tui.run.reasons import Reason
from tui.run.wire import Hello
from tui.text.untrusted import clean_line

PROMPT = "a rehearsal"
_POLL_SECONDS = 0.05


Left: TypeAlias = tuple[str, ...]
"""What is still running, by name."""


class Subject(Protocol):
    """A run that can be stopped. Instants are seconds on the monotonic clock."""

    def start(self) -> None:
        """Begin."""

    def cancel(self) -> None:
        """Ask for the end."""

    def ended_at(self, timeout: float) -> float:
        """Return when the run ended; infinity when it has not."""

    def left(self, timeout: float) -> Left:
        """Return what of it is still running, at the latest after this time."""

    def close(self) -> None:
        """Leave nothing behind."""

    @property
    def error(self) -> str | None:
        """The sentence with which the run ended by itself."""


class _Ending:
    """The end of a run, as its events say it."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._at = math.inf
        self.error: str | None = None

    def take(self, event: Event | Hello) -> None:
        if isinstance(event, RunEnded) and not self._ended.is_set():
            self._at, self.error = time.monotonic(), event.error
            self._ended.set()

    def at(self, timeout: float) -> float:
        self._ended.wait(max(0.0, timeout))
        return self._at


class OurRun:
    """A run of this program."""

    def __init__(self) -> None:
        self._before = set(descendants(os.getpid()))
        run_id = str(uuid4())
        task = Task(run_id, PROMPT, Settings(team=REHEARSED_TEAM))
        self._ending = _Ending()
        pool = WorkerPool(Settings(team=REHEARSED_TEAM), command=WorkerCommand(is_silent=True))
        self._run = Controller(run_id, lambda _: task, WorkerRun(pool), self._ending.take)

    @property
    def error(self) -> str | None:
        """The sentence with which the run ended by itself."""
        return self._ending.error

    def start(self) -> None:
        """Begin."""
        self._run.start()

    def cancel(self) -> None:
        """Ask for the end."""
        self._run.cancel(Reason.USER)

    def ended_at(self, timeout: float) -> float:
        """Return when the run ended; infinity when it has not."""
        return self._ending.at(timeout)

    def left(self, timeout: float) -> Left:
        """Return every process of the run that is still there."""
        self._run.join(max(0.0, timeout))
        return _names(self._before)

    def close(self) -> None:
        """Leave nothing behind."""
        self._run.cancel(Reason.QUIT)
        self._run.join(10.0)


class AgnoRun:
    """The same team on plain Agno, in a process of its own."""

    def __init__(self) -> None:
        self._task = Task(str(uuid4()), PROMPT, Settings(team=REHEARSED_TEAM))
        self._ending = _Ending()
        self._before = set(descendants(os.getpid()))
        self._worker = Worker(plain_agno_command())
        self._pid = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)

    @property
    def error(self) -> str | None:
        """The sentence with which the run ended by itself."""
        return self._ending.error

    def start(self) -> None:
        """Begin."""
        self._worker.send(self._task)
        self._thread.start()

    def cancel(self) -> None:
        """Ask for the end."""
        self._worker.send(Cancel())

    def ended_at(self, timeout: float) -> float:
        """Return when the run ended; infinity when it has not."""
        return self._ending.at(timeout)

    def left(self, timeout: float) -> Left:
        """The process stays, as a program would: it counts only while the run has not ended."""
        give_up_at = time.monotonic() + timeout
        has_ended = self._ending.at(timeout) < math.inf
        own = self._before | {self._worker.pid, self._pid}
        while (started := _names(own)) and time.monotonic() < give_up_at:
            time.sleep(_POLL_SECONDS)
        return started if has_ended else ("the run", *started)

    def close(self) -> None:
        """Leave nothing behind."""
        self._worker.close()
        self._thread.join(10.0)

    def _listen(self) -> None:
        for report in self._worker.reports():
            if isinstance(report, Hello):
                self._pid = report.pid
            self._ending.take(report)
        self._ending.take(RunEnded(Outcome.ERROR, 0.0, "its process has ended"))


def _names(others: set[int]) -> Left:
    """Return what runs below this process, without those others."""
    return tuple(_command(pid) for pid in descendants(os.getpid()) if pid not in others)


def _command(pid: int) -> str:
    words: list[str] = []
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    program = Path(words[0]).name if words else ""
    return clean_line(" ".join([program, *words[1:]]), 30) or f"process {pid}"
