"""How much memory this machine, or the container that the program runs in, has."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

_UNKNOWN_BYTES = 8_000_000_000
_CGROUP = Path("/sys/fs/cgroup")
_MEMINFO = Path("/proc/meminfo")


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes."""

    total: int
    available: int
    """What programs can still take without pushing others out."""


def memory() -> Memory:
    """Return what there is now; where the system does not tell, half of it is available."""
    total = _physical()
    available = total // 2
    if found := re.search(r"^MemAvailable: +(\d+) kB", _read(_MEMINFO), re.MULTILINE):
        available = int(found[1]) * 1024
    limit = _read(_CGROUP / "memory.max").strip()
    if limit.isdecimal() and int(limit) < total:
        total = int(limit)
        used = _read(_CGROUP / "memory.current").strip()
        available = min(available, max(0, total - int(used or 0)))
    return Memory(total, available)


def _physical() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return _UNKNOWN_BYTES


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
