"""Content as servers word it: a text, a number, a part, or a list of parts of several types."""

from collections.abc import Iterator, Mapping
from typing import Any

from tui.team.error_bodies import NotUnderstood
from tui.team.tagged_text import Piece

DELTA_CHARACTERS = 2_000_000
_DEPTH = 5
_THOUGHTS = ("thinking", "thought", "reasoning", "summary")
_TEXT_KEYS = ("text", "content", "thinking", "reasoning", "summary", "value")


def text_of(content: Any) -> str:
    """Return all that a content says, whatever the types of its parts.

    Raises:
        NotUnderstood: when it is more than any model writes at once.
    """
    return "".join(text for _, text in parts_of(content))


def parts_of(
    content: Any, kind: Piece = Piece.TEXT, depth: int = _DEPTH
) -> Iterator[tuple[Piece, str]]:
    """Yield the texts and the thoughts in a content, in order."""
    if isinstance(content, str):
        if len(content) > DELTA_CHARACTERS:
            raise NotUnderstood("a piece of text of more than two million characters")
        if content:
            yield kind, content
    elif isinstance(content, int | float) and not isinstance(content, bool):
        yield kind, str(content)
    elif isinstance(content, list) and depth:
        for part in content:
            yield from parts_of(part, kind, depth - 1)
    elif isinstance(content, Mapping) and depth:
        yield from _part(content, kind, depth)


def _part(part: Mapping[str, Any], kind: Piece, depth: int) -> Iterator[tuple[Piece, str]]:
    of_type = str(part.get("type") or "")
    if any(word in of_type for word in _THOUGHTS) or part.get("thought") is True:
        kind = Piece.THOUGHT
    elif of_type and "text" not in of_type:
        # An image, a call of a tool, a refusal: nothing of it is story.
        return
    for key in _TEXT_KEYS:
        if part.get(key) is not None:
            yield from parts_of(part[key], kind, depth - 1)
            return
