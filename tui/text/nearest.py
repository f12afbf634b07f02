"""What somebody may have meant who typed a name wrong."""

from collections.abc import Collection
from difflib import get_close_matches

_NEAR = 0.7


def nearest(name: str, names: Collection[str]) -> str | None:
    """Return the name that was probably meant, or None when none is near."""
    return next(iter(get_close_matches(name.lower(), names, 1, cutoff=_NEAR)), None)
