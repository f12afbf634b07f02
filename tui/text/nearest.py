"""Suggest the nearest known name for one that was typed wrong."""

from collections.abc import Collection
from difflib import get_close_matches

_NEAR = 0.7


def nearest(name: str, names: Collection[str]) -> str | None:
    """Return the name that was probably meant, or None when none is near."""
    return next(iter(get_close_matches(name.lower(), names, 1, cutoff=_NEAR)), None)


def did_you_mean(name: str, names: Collection[str]) -> str:
    """Return a question that names the nearest name, or nothing; it begins with a space."""
    near = nearest(name, names)
    return f" Did you mean '{near}'?" if near else ""
