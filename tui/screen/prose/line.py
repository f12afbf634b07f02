"""A line of Markdown without its marks, cut into rows."""

from collections.abc import Iterator, Sequence

from tui.screen.prose.blocks import Block, BlockKind, end_of_heading
from tui.screen.prose.inline import NOTHING, Inline, InlineReader, TextRun
from tui.screen.prose.row_style import Span, StyledRow, add_span
from tui.screen.prose.wrapping import cell_width, cut, wrap

_NARROWEST_TEXT = 6
_LONGEST_RULE = 24
RULE = "─"


class MarkdownLine:
    """A line of Markdown, or the rest of one: ``read`` it, then ask what its rows show."""

    def __init__(self, block: Block, width: int, *, is_whole: bool) -> None:
        self.pending: int | None = None
        """From where on more text may change what is shown."""
        self.unclosed: dict[int, int] = {}
        """How many marks of each opener are still open at the end."""
        self.style: int | None = None
        """The style of text without marks that follows, if that is sure."""
        self._block = block
        self._is_whole = is_whole
        self._first, self._rest = _prefixes(block, width)
        self._room = max(1, width - cell_width(self._first))

    def read(self, source: str, start: int, state: Inline, before: str, *, is_first: bool) -> None:
        """Read from the row that begins at ``start``, where ``state`` holds.

        Openers that were found to be unclosed when it was read before are shown this time.
        """
        block, self.pending = self._block, None
        self._start, self._state, self._is_first = start, state, is_first
        if block.kind is BlockKind.RULE:
            rule = _rule(self._room)
            self._runs, self._pieces = [TextRun(rule, start, len(source), 0, NOTHING)], [rule]
            return
        skipped = block.start if is_first else 0
        text = source[skipped:]
        if block.kind is BlockKind.HEADING:
            text = text[: end_of_heading(text, before)]
        self._runs = self._read(text, start + skipped, before)
        shown = "".join([run.text for run in self._runs])
        self._pieces = (cut if block.kind is BlockKind.CODE else wrap)(shown, self._room)

    @property
    def starts(self) -> list[int]:
        """Where the rows begin in the section's text."""
        starts = [self._start]
        index = missing = 0
        for piece in self._pieces[:-1]:
            missing += len(piece)
            while missing >= len(self._runs[index].text):
                missing -= len(self._runs[index].text)
                index += 1
            starts.append(self._runs[index].start + missing)
        return starts

    @property
    def styled_rows(self) -> Iterator[StyledRow]:
        """What the rows show."""
        prefix = self._first if self._is_first else self._rest
        state: Inline | None = self._state
        for spans, state_there in _deal(self._runs, self._pieces):
            yield StyledRow(self._block, prefix, spans, state_there if state is None else state)
            prefix, state = self._rest, None

    def _read(self, text: str, start: int, before: str) -> list[TextRun]:
        if self._block.kind is BlockKind.CODE:
            return [TextRun(text, start, len(text), 0, NOTHING)] if text else []
        reader = InlineReader(
            text,
            start,
            before=before,
            state=self._state,
            is_whole=self._is_whole,
            dead=self.unclosed,
        )
        self.unclosed = {opener.at: opener.marks for opener in reader.state.openers}
        if reader.pending is not None:
            self.pending = reader.pending
        if self.pending is None and self._block.kind in (BlockKind.PROSE, BlockKind.ITEM):
            self.style = reader.state.style
        return reader.runs


def _rule(room: int) -> str:
    """Return a short line in the middle."""
    dashes = min(_LONGEST_RULE, max(1, room // 2))
    return " " * ((room - dashes) // 2) + RULE * dashes


def _prefixes(block: Block, width: int) -> tuple[str, str]:
    """Return what the first row begins with and the others; nothing where there is no room."""
    if len(block.first) + _NARROWEST_TEXT > width:
        return "", ""
    return block.first, block.rest


def _deal(
    runs: Sequence[TextRun], pieces: Sequence[str]
) -> Iterator[tuple[tuple[Span, ...], Inline]]:
    """Yield the spans of each row, and what holds at the first of them."""
    index = taken = 0
    for piece in pieces:
        missing = len(piece)
        spans: list[Span] = []
        state = runs[index].state if missing else NOTHING
        while missing:
            text, start, length, style, _state = runs[index]
            left = len(text) - taken
            if length == len(text):
                length = min(left, missing)
            if left <= missing:
                index += 1
            part = text[taken : taken + missing]
            add_span(spans, Span(part, start + taken, length, style))
            taken = 0 if left <= missing else taken + missing
            missing -= len(part)
        yield tuple(spans), state
