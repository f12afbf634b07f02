"""The run that a model is asked for, wherever the model is kept."""

import asyncio
from contextvars import ContextVar

from tui.team.model_calls import RunGuard

_current: ContextVar[RunGuard | None] = ContextVar("storyteam_guard", default=None)
_live: list[RunGuard] = []


def begin_guarding(guard: RunGuard) -> None:
    """Let whatever is asked from here on belong to this run, until ``end_guarding``."""
    guard.loop = asyncio.get_running_loop()
    _current.set(guard)
    _live.append(guard)


def end_guarding(guard: RunGuard) -> None:
    """Let nothing more belong to this run."""
    if guard in _live:
        _live.remove(guard)


def current_guard() -> RunGuard | None:
    """Return the guard of the run in whose course this is called.

    A thread that a tool has made by itself knows of none; where there is one run, it is that one's.
    """
    guard = _current.get()
    if guard in _live:
        return guard
    return _live[0] if len(_live) == 1 else None
