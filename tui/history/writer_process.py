"""Whether the process that writes a passage is still alive, seen by another copy."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HEARTBEAT_SECONDS = 5.0
"""How often a passage is marked as still being written."""
SILENCE_SECONDS = 30.0
"""After this time without a mark a process counts as dead, where it cannot be looked up."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process, distinct from a later one with the same number."""

    pid: int
    started: str
    """When it started, in the system's own terms; empty when the system does not say."""
    place: str
    """The machine, since it was booted, and the container: where the number means something."""

    def lives(self, silent_seconds: float) -> bool:
        """Return whether it is alive; ``silent_seconds`` is the time since its last mark."""
        if self.place != _place():
            return silent_seconds < SILENCE_SECONDS
        started = _started(self.pid)
        if started is None:
            return False
        if self.started and started:
            return self.started == started
        return silent_seconds < SILENCE_SECONDS


def this_process() -> Process:
    """Return the process that this code runs in."""
    return _process(os.getpid())


@cache
def _process(pid: int) -> Process:
    return Process(pid, _started(pid) or "", _place())


def _place() -> str:
    boot, container = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    try:
        return f"{os.uname().nodename} {boot.read_text().strip()} {container.readlink()}"
    except OSError:
        return os.uname().nodename


def _started(pid: int) -> str | None:
    """When the process started; empty when the system does not say, None when it is gone."""
    if Path("/proc/self/stat").exists():
        try:
            # The second field is the name, in parentheses, and may hold anything.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass
    return _started_by_ps(pid)


def _started_by_ps(pid: int) -> str:
    import subprocess  # Seldom needed, and slow to load.

    try:
        return subprocess.run(
            ["/bin/ps", "-o", "lstart=", "-p", str(pid)],
            capture_output=True,
            text=True,
            timeout=2,
            check=True,
            env={"LC_ALL": "C"},
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
