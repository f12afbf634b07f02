"""The quiet line where a passage begins: its direction, and which version of it this is."""

from tui.history import Passage
from tui.run.protocol import RunRequest

GOING_ON = "going on"
"""The mark of a passage without a direction."""


def mark_of_passage(passage: Passage, *, is_first: bool) -> str | None:
    """Return the mark of a saved passage; None where nothing need be said."""
    how = "your own words" if passage.by_hand else ""
    return _mark(passage.direction, passage.version, passage.versions, how, is_first=is_first)


def mark_of_request(request: RunRequest) -> str | None:
    """Return the mark of a passage that begins."""
    is_first = not request.story_id or request.after == ""
    return _mark(request.direction, request.version, request.version, is_first=is_first)


def _mark(
    direction: str | None, version: int, versions: int, how: str = "", *, is_first: bool
) -> str | None:
    which = f"version {version} of {versions}" if versions > 1 else ""
    said = direction or ("" if is_first else GOING_ON)
    return " · ".join(filter(None, (said, which, how))) or None
