"""Long deltas in pieces, so that no step of showing them takes long."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from tui.run.events import ReasoningDelta, TextDelta

PIECE_CHARACTERS = 2_000
"""The worst Markdown of this length is styled in the time of a frame or two."""

_Message = TypeVar("_Message")


def in_pieces(message: _Message) -> Iterator[_Message]:
    """Yield a message, or, for a long delta, several short ones."""
    if not isinstance(message, TextDelta | ReasoningDelta) or len(message.text) <= PIECE_CHARACTERS:
        yield message
        return
    for start in range(0, len(message.text), PIECE_CHARACTERS):
        yield replace(message, text=message.text[start : start + PIECE_CHARACTERS])
