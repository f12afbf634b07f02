"""What a run has left running."""

from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from tui.control.supervisor import descendants
from tui.text.untrusted import clean_line

Left: TypeAlias = tuple[str, ...]
"""What is still running, by name."""


def processes_below(pid: int) -> dict[int, str]:
    """Return all processes below one, by id, with their commands."""
    return {found: _command(found) for found in descendants(pid)}


def _command(pid: int) -> str:
    words: list[str] = []
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    program = Path(words[0]).name if words else ""
    return clean_line(" ".join([program, *words[1:]]), 30) or f"process {pid}"
