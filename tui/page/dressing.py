"""What is seen of a line of Markdown: its text without the marks, cut into rows.

A row stays a slice of what was written; its `Dress` says what is shown for it, piece by piece, so
that every place on the screen has its place in the text and the other way round.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tui.page.blocks import Block, Kind, end_of_heading
from tui.page.inline import NOTHING, Inline, Reader, Run
from tui.page.wrapping import cell_width, cut, wrap

_NARROWEST_TEXT = 6
_LONGEST_RULE = 24
RULE = "─"


class Span(NamedTuple):
    """A piece of a row: what is shown, and which part of what was written that stands for.

    Where both are of one length they go character by character, else they go as a whole.
    """

    text: str
    start: int
    """In characters from the start of the section's text."""
    length: int
    look: int

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


class Dress(NamedTuple):
    """What is shown for a row that isn't shown as it was written."""

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

    def extended(self, text: str, start: int, look: int) -> "Dress":
        """Return the dress of the row with more text at its end, to be shown as it was written."""
        spans = list(self.spans)
        _add(spans, Span(text, start, len(text), look))
        return Dress(self.block, self.prefix, tuple(spans), self.state)

    def shows_as_written(self, row: str) -> bool:
        """Say whether the row would look the same without it."""
        if not self.spans:
            return not row
        if len(self.spans) > 1 or self.spans[0].look or self.spans[0].text != row:
            return False
        return self.block.is_plain and self.state == NOTHING


class Line:
    """A line, or the rest of one, as it is read; afterwards its fields say what is seen of it."""

    def __init__(self, block: Block, width: int, *, is_whole: bool) -> None:
        self.rows: list[tuple[int, Dress]] = []
        """Where each row begins in the section's text, and what it shows."""
        self.pending: int | None = None
        """From where on more text may change what is shown."""
        self.unclosed: dict[int, int] = {}
        """How many marks of each opener are still open at the end."""
        self.look: int | None = None
        """How text without marks will look that follows, if that is sure."""
        self._block = block
        self._width = width
        self._is_whole = is_whole

    def read(self, source: str, start: int, state: Inline, before: str, *, is_first: bool) -> None:
        """Read from the row that begins at ``start``, where ``state`` holds.

        Openers that were found to be unclosed when it was read before are shown this time.
        """
        block, self.pending = self._block, None
        if block.kind is Kind.RULE:
            self.rows = [(start, _rule(block, start, len(source), self._width))]
            return
        skipped = block.start if is_first else 0
        text = source[skipped:]
        if block.kind is Kind.HEADING:
            end = end_of_heading(text, before)
            if end < len(text):
                self.pending = start + skipped + end
            text = text[:end]
        runs = self._runs(text, start + skipped, state, before)
        self.rows = list(self._cut(runs, start, state, is_first))

    def _runs(self, text: str, start: int, state: Inline, before: str) -> list[Run]:
        if self._block.kind is Kind.CODE:
            return [Run(text, start, len(text), 0, NOTHING)] if text else []
        reader = Reader(
            text, start, before=before, state=state, is_whole=self._is_whole, dead=self.unclosed
        )
        self.unclosed = {opener.at: opener.marks for opener in reader.state.openers}
        if reader.pending is not None:
            self.pending = reader.pending
        if self.pending is None and self._block.kind in (Kind.PROSE, Kind.ITEM):
            self.look = reader.state.look
        return reader.runs

    def _cut(
        self, runs: Sequence[Run], start: int, state: Inline, is_first: bool
    ) -> Iterator[tuple[int, Dress]]:
        block = self._block
        first, rest = _prefixes(block, self._width)
        room = max(1, self._width - cell_width(first))
        shown = "".join(run.text for run in runs)
        pieces = cut(shown, room) if block.kind is Kind.CODE else wrap(shown, room)
        for index, (spans, state_there) in enumerate(_deal(runs, pieces)):
            if index:
                yield spans[0].start, Dress(block, rest, spans, state_there)
            else:
                yield start, Dress(block, first if is_first else rest, spans, state)


def _rule(block: Block, start: int, length: int, width: int) -> Dress:
    """Return a short line in the middle."""
    prefix, _rest = _prefixes(block, width)
    room = max(1, width - cell_width(prefix))
    dashes = min(_LONGEST_RULE, max(1, room // 2))
    line = " " * ((room - dashes) // 2) + RULE * dashes
    return Dress(block, prefix, (Span(line, start, length, 0),), NOTHING)


def _prefixes(block: Block, width: int) -> tuple[str, str]:
    """Return what the first row begins with and the others; nothing where there is no room."""
    if len(block.first) + _NARROWEST_TEXT > width:
        return "", ""
    return block.first, block.rest


def _deal(runs: Sequence[Run], pieces: Sequence[str]) -> Iterator[tuple[tuple[Span, ...], Inline]]:
    """Yield the spans of each row, and what holds at the first of them."""
    index = taken = 0
    for piece in pieces:
        missing = len(piece)
        spans: list[Span] = []
        state = runs[index].state if missing else NOTHING
        while missing:
            text, start, length, look, _state = runs[index]
            left = len(text) - taken
            if length == len(text):
                length = min(left, missing)
            if left <= missing:
                index += 1
            part = text[taken : taken + missing]
            _add(spans, Span(part, start + taken, length, look))
            taken = 0 if left <= missing else taken + missing
            missing -= len(part)
        yield tuple(spans), state


def _add(spans: list[Span], span: Span) -> None:
    """Add a span to others, or to the last of them if it only goes on with that."""
    if spans:
        last = spans[-1]
        is_more = last.look == span.look and last.end == span.start
        if is_more and last.is_as_written and span.is_as_written:
            spans[-1] = Span(
                last.text + span.text, last.start, last.length + span.length, last.look
            )
            return
    spans.append(span)
