"""What must be so when a run is over, and when a program has gone."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.soak.machine import Burden, burden_of, holds, left_over
from benchmarks.soak.terminal import Terminal

SETTLE_SECONDS = EXIT_SECONDS = 15.0
"""How long what a run leaves may take to go: three seconds are promised, the rest is load."""
MORE_THREADS, MORE_DESCRIPTORS, MORE_MEGABYTES, MORE_CHILDREN = 2, 3, 60, 2
_LOOK_SECONDS = 0.05


def settles(is_so: Callable[[], object], seconds: float = SETTLE_SECONDS) -> bool:
    """Wait until it is so; returns whether."""
    give_up_at = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def check_burden(pid: int, first: Burden | None) -> tuple[Burden, list[str]]:
    """Compare what a program at rest holds with what it held after its first run."""
    if first is None:
        # What the run has needed goes within a moment.
        settles(lambda: burden_of(pid).children <= MORE_CHILDREN + 1, 4.0)
        return burden_of(pid), []
    most = Burden(
        first.threads + MORE_THREADS,
        first.descriptors + MORE_DESCRIPTORS,
        first.megabytes + MORE_MEGABYTES,
        first.children + MORE_CHILDREN,
    )
    now = burden_of(pid)

    def is_light() -> bool:
        nonlocal now
        now = burden_of(pid)
        return all(value <= limit for value, limit in zip(now, most, strict=True))

    settles(is_light)
    return now, [
        f"{value:.0f} {name} after a run, {before:.0f} after the first one: {holds(pid)}"
        for name, value, before, limit in zip(Burden._fields, now, first, most, strict=True)
        if value > limit
    ]


def check_terminal(terminal: Terminal) -> list[str]:
    """See that the terminal is as it was found."""
    settles(lambda: not terminal.modes.left and terminal.is_cooked, 3.0)
    found = list(terminal.modes.left)
    return (
        found if terminal.is_cooked else [*found, "the terminal's line discipline was not restored"]
    )


def check_processes() -> list[str]:
    """See that nothing of the program lives on."""
    settles(lambda: not left_over())
    return [f"left behind: {process}" for process in left_over()]


def check_files(home: Path) -> list[str]:
    """See that no log tells of a crash, and that no file is readable by others."""
    found = []
    for path in home.rglob("*"):
        if path.suffix in (".log", ".md") and path.is_file():
            text = path.read_text(errors="replace")
            # What the libraries say of themselves while a loop is closed does no harm.
            if "Traceback (most recent call last)" in text and "/tui/" in text:
                found.append(f"{path.name} holds a traceback: {text[-400:]!r}")
    return found


def sections_of_json(out: bytes) -> list[str] | None:
    """Return the texts of a summary; None when it is none."""
    try:
        return [section["text"] for section in json.loads(out)["sections"]]
    except (ValueError, KeyError, TypeError):
        return None
