"""What the kernel knows of the program, and what can be done to it from outside."""

import ctypes
import os
import resource
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tui.control.supervisor import descendants

_PR_SET_CHILD_SUBREAPER = 36
_PAGE_BYTES = 4096
_CLOCK = Path(__file__).parent / "clock"


def adopt_orphans() -> None:
    """Become the parent of whatever the program leaves behind."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap() -> None:
    """Take leave of the orphans that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def left_over() -> list[str]:
    """Return what lives below this process."""
    return [f"{pid} {command_of(pid)}" for pid in descendants(os.getpid())]


def command_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:120]
    return ""


class Burden(NamedTuple):
    """What a process holds."""

    threads: int
    descriptors: int
    megabytes: float
    children: int


def burden_of(pid: int) -> Burden:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return Burden(
        len(os.listdir(f"/proc/{pid}/task")),
        len(os.listdir(f"/proc/{pid}/fd")),
        pages * _PAGE_BYTES / 1e6,
        len(descendants(pid)),
    )


def helpers_of(pid: int) -> dict[str, list[int]]:
    """Return the processes below the program by what they are."""
    found: dict[str, list[int]] = {"supervisor": [], "worker": [], "engine": []}
    for below in descendants(pid):
        command = command_of(below)
        if "engine_process" in command:
            found["engine"].append(below)
        elif "supervisor" in command:
            is_worker = any(below in descendants(each) for each in found["supervisor"])
            found["worker" if is_worker else "supervisor"].append(below)
    return found


def fill_disk(pid: int, room: int) -> None:
    """Let no file of this process grow beyond ``room`` bytes: a disk that is full."""
    with suppress(ProcessLookupError):
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (room, most))


def free_disk(pid: int) -> None:
    with suppress(ProcessLookupError):
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


class Clock:
    """The wall clock of the program, which may jump."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.jump(0.0)
        self.environment = {"PYTHONPATH": str(_CLOCK), "SOAK_CLOCK": str(path)}

    def jump(self, seconds: float) -> None:
        """Be so many seconds ahead of the true time."""
        number = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(number, struct.pack("d", seconds), 0)
        os.close(number)


@contextmanager
def processor_seconds() -> Iterator[list[float]]:
    """Measure what this process and its ended children have used."""
    spent: list[float] = []
    before = sum(os.times()[:4])
    yield spent
    spent.append(sum(os.times()[:4]) - before)
