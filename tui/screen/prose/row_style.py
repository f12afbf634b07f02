"""What a row of Markdown shows.

A row stays a slice of what was written; its `StyledRow` says what is shown for it, piece by piece,
so that every place on the screen has its place in the text and the other way round.
"""

from typing import NamedTuple

from tui.screen.prose.blocks import Block
from tui.screen.prose.inline import NOTHING, Inline


class Span(NamedTuple):
    """A piece of a row: what is shown, and which part of what was written that stands for.

    Where both are of one length they go character by character, else they go as a whole.
    """

    text: str
    start: int
    """In characters from the start of the section's text."""
    length: int
    style: int

    @property
    def end(self) -> int:
        """Where what was written ends."""
        return self.start + self.length

    @property
    def is_as_written(self) -> bool:
        """Whether it goes character by character."""
        return len(self.text) == self.length

    def part(self, start: int, end: int) -> tuple[int, int]:
        """Return the part that is shown of a stretch of the text; its start may be its end."""
        if self.end <= start or end <= self.start:
            return 0, 0
        if not self.is_as_written:
            return 0, len(self.text)
        return max(0, start - self.start), min(self.length, end - self.start)


class StyledRow(NamedTuple):
    """What is shown for a row that differs from what was written."""

    block: Block
    prefix: str
    spans: tuple[Span, ...]
    state: Inline
    """What holds where the row begins."""

    @property
    def text(self) -> str:
        """What is shown behind the prefix."""
        return "".join(span.text for span in self.spans)

    def after(self, offset: int) -> int:
        """Return the offset moved on to the end of what goes as a whole there."""
        for span in self.spans:
            if span.start < offset < span.end and not span.is_as_written:
                return span.end
        return offset

    def extended(self, text: str, start: int, style: int) -> "StyledRow":
        """Return the row with more text at its end, to be shown as it was written."""
        spans = list(self.spans)
        add_span(spans, Span(text, start, len(text), style))
        return StyledRow(self.block, self.prefix, tuple(spans), self.state)

    def shows_as_written(self, row: str) -> bool:
        """Say whether the row would be shown the same without its style."""
        if not self.spans:
            return not row
        if len(self.spans) > 1 or self.spans[0].style or self.spans[0].text != row:
            return False
        return self.block.is_plain and self.state == NOTHING


def add_span(spans: list[Span], span: Span) -> None:
    """Add a span to others, or to the last of them if it only goes on with that."""
    if spans:
        last = spans[-1]
        is_more = last.style == span.style and last.end == span.start
        if is_more and last.is_as_written and span.is_as_written:
            spans[-1] = Span(
                last.text + span.text, last.start, last.length + span.length, last.style
            )
            return
    spans.append(span)
