"""The worker's parent: it ends everything that the worker has started.

Started by path, standard library only: ``supervisor.py CHANNEL [LOG [MODULE]]``. It forks; the
child becomes the worker, and does the ``work`` of MODULE. Everything that the team starts is a
descendant of this process, also in a session of its own, because orphans become its children.
A byte on standard input asks for the end (SIGTERM first). When standard input is closed, because
the program is gone, everything is killed at once. It ends as the worker did, with the same code or
signal.

What the team prints goes to standard error, or as far as it fits into the file LOG.
"""

import ctypes
import importlib
import os
import resource
import select
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

TERM_SECONDS = 0.5
"""Between SIGTERM and SIGKILL."""
KILL_SECONDS = 1.0
"""How long to go on killing: what survives that cannot be killed."""
LOG_BYTES = 1 << 20
NICENESS = 5
"""Beside a screen, which comes first when there are few cores."""
_STDERR = 2
_WORKER = "tui.team.worker"
_POLL_SECONDS = 0.01
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_IS_LINUX = sys.platform == "linux"


def main() -> NoReturn:
    """Fork the worker, watch it, and end as it did."""
    channel, log = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None
    module = sys.argv[3] if len(sys.argv) > 3 else _WORKER
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    prints = os.pipe() if log else None
    supervisor = os.getpid()
    worker = os.fork()
    if worker == 0:
        _become_worker(module, channel, prints[1] if prints else _STDERR, supervisor)
    wake = _wake_on(signal.SIGCHLD, signal.SIGTERM)
    os.close(channel)
    if prints:
        os.close(prints[1])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _end_as(Supervision(worker, wake, _Log(log, prints[0]) if log and prints else None).run())


def _become_worker(module: str, channel: int, prints: int, supervisor: int) -> NoReturn:
    os.setsid()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != supervisor:
        os._exit(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number, source in ((0, nowhere), (1, prints), (2, prints)):
        os.dup2(source, number)
    if prints != _STDERR:
        with suppress(OSError):
            os.nice(NICENESS)
    # The package is the one that this file is in, whatever the working directory holds.
    sys.path.append(str(Path(__file__).parents[2]))
    importlib.import_module(module).work(channel)
    sys.exit(1)


class Supervision:
    """Waits for the end of the worker, or for the order to end it."""

    def __init__(self, worker: int, wake: int, log: "_Log | None") -> None:
        self._worker = worker
        self._wake = wake
        self._log = log
        self._status: int | None = None

    def run(self) -> int:
        """Return the wait status of the worker when nothing below this process is left."""
        sources = [0, self._wake, *([self._log.source] if self._log else ())]
        while self._status is None:
            ready, _, _ = select.select(sources, [], [])
            if self._log and self._log.source in ready and not self._log.drain():
                sources.remove(self._log.source)
            if self._wake in ready and signal.SIGTERM in os.read(self._wake, 64):
                break
            self._reap()
            if 0 in ready:
                self._end_by_order()
                break
        self._terminate()
        return self._status or 0

    def _end_by_order(self) -> None:
        if not os.read(0, 1):
            self._kill()

    def _terminate(self) -> None:
        """Ask every descendant to end, and kill those that do not."""
        _signal_all(signal.SIGTERM)
        # A stopped process handles no signal before it continues.
        _signal_all(signal.SIGCONT)
        give_up_at = time.monotonic() + TERM_SECONDS
        while descendants(os.getpid()) and time.monotonic() < give_up_at:
            is_ordered = select.select([0], [], [], _POLL_SECONDS)[0]
            if is_ordered and not os.read(0, 1):
                break
            self._reap()
        self._kill()

    def _kill(self) -> None:
        give_up_at = time.monotonic() + KILL_SECONDS
        while descendants(os.getpid()) and time.monotonic() < give_up_at:
            _signal_all(signal.SIGKILL)
            self._reap()
            time.sleep(_POLL_SECONDS / 10)
        if self._log:
            self._log.drain()

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == self._worker:
                    self._status = status


class _Log:
    """Keeps what the team prints in a file, up to a size."""

    def __init__(self, path: str, source: int) -> None:
        self.source = source
        os.set_blocking(source, False)
        self._room = LOG_BYTES
        self._file = _open_private(path)

    def drain(self) -> bool:
        """Write what was printed to the file; returns whether more may come."""
        try:
            data = os.read(self.source, 1 << 16)
        except BlockingIOError:
            return True
        if self._file is not None and data[: self._room]:
            with suppress(OSError):
                os.write(self._file, data[: self._room])
            self._room -= len(data[: self._room])
        return bool(data)


def _open_private(path: str) -> int | None:
    """Open an empty file for this user alone; None where there cannot be one."""
    # A pipe without a reader would keep the opening waiting.
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    before = os.umask(0o077)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        number = os.open(path, flags, 0o600)
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            return None
        os.fchmod(number, 0o600)
        os.ftruncate(number, 0)
    except OSError:
        return None
    finally:
        os.umask(before)
    return number


def _wake_on(*numbers: signal.Signals) -> int:
    """Return what can be read when one of these signals has come: its number as a byte."""
    source, sink = os.pipe()
    for end in (source, sink):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(sink, warn_on_full_buffer=False)
    for number in numbers:
        signal.signal(number, lambda *_: None)
    return source


def _signal_all(number: signal.Signals) -> None:
    for pid in descendants(os.getpid()):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def descendants(pid: int) -> list[int]:
    """Return every living process below one.

    What is below a zombie counts too: a process is one while its first thread has ended and others
    still run.
    """
    children: dict[int, list[_Process]] = {}
    for process in _processes():
        children.setdefault(process.parent, []).append(process)
    found, waiting = list[int](), [pid]
    while waiting:
        below = children.pop(waiting.pop(), [])
        found += [process.pid for process in below if not process.is_zombie]
        waiting += [process.pid for process in below]
    return found


class _Process(NamedTuple):
    pid: int
    parent: int
    is_zombie: bool


def _processes() -> list[_Process]:
    """Return every process of this machine."""
    if not _IS_LINUX:
        command = ["/bin/ps", "-axo", "pid=,ppid=,stat="]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listing:
            rows = [line.split() for line in listing.communicate()[0].splitlines()]
        found = [_Process(int(pid), int(parent), state[0] == "Z") for pid, parent, state in rows]
        return [process for process in found if process.pid != listing.pid]
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdecimal():
            with suppress(OSError), open(f"/proc/{entry}/stat", "rb") as file:
                # The name of the program, in parentheses, may hold anything.
                state, parent, *_ = file.read().rpartition(b")")[2].split()
                found.append(_Process(int(entry), int(parent), state == b"Z"))
    return found


def _prctl(option: int, value: int) -> None:
    if _IS_LINUX:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _end_as(status: int) -> NoReturn:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


if __name__ == "__main__":
    main()
