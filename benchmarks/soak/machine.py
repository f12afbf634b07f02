"""What the kernel knows of the program, and what can be done to it from outside."""

import ctypes
import os
import resource
import signal
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from tui.control.supervisor import descendants

_PR_SET_CHILD_SUBREAPER = 36
_PAGE_BYTES = 4096
_SAMPLE_SECONDS = 0.2
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


def holds(pid: int) -> str:
    """Return what a process has open, and what its threads are called."""
    files = [os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir()]
    threads = [file.read_text().strip() for file in Path(f"/proc/{pid}/task").glob("*/comm")]
    return f"{sorted(files)} {sorted(threads)}"


def state_of(pid: int) -> str:
    """Return whether a process runs, sleeps or is stopped; its stacks go to a file of its home."""
    with suppress(OSError):
        os.kill(pid, signal.SIGURG)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return "gone"


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


class Starvation:
    """How long a program and its helpers have waited for a processor that others had.

    What they promise, they promise on a machine that has time for them.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._waits: dict[Path, int] = {}
        self._total = 0.0
        self._samples: list[tuple[float, float]] = []
        self._is_over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()

    def before(self, at: float, seconds: float = 3.0) -> float:
        """Return the seconds waited in a stretch of time that ends at an instant."""
        samples = [total for when, total in self._samples if at - seconds <= when <= at + 0.5]
        return samples[-1] - samples[0] if samples else 0.0

    def _watch(self) -> None:
        while not self._is_over.wait(_SAMPLE_SECONDS):
            self._look()

    def _look(self) -> None:
        for pid in (self._pid, *descendants(self._pid)):
            with suppress(OSError):
                for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                    waited = int(file.read_text().split()[1])
                    self._total += (waited - self._waits.get(file, 0)) / 1e9
                    self._waits[file] = waited
        self._samples.append((time.monotonic(), self._total))
