"""Text that grows at its end, kept as the rows of one width.

Whatever its length, appending costs no more than wrapping the last row and the new text. Lines of
Markdown are shown styled, without their marks. A line that has ended never
changes again; of the one being written, rows before the last change only when a link or code
turns out to be one, and once more at its end if it left emphasis open.
"""

import re
from bisect import bisect_right
from itertools import pairwise

from tui.screen.prose.blocks import VERBATIM, Block, BlockKind, classify
from tui.screen.prose.inline import NOTHING, SPECIAL, Inline
from tui.screen.prose.line import MarkdownLine
from tui.screen.prose.row_style import StyledRow
from tui.screen.prose.styled_lines import MOST_ROWS, StyledLineCache
from tui.screen.prose.wrapping import is_plain, wrap

_STOP = re.compile(f"{SPECIAL.pattern[:-1]}\n]")
_NEWLINE = re.compile("\n")


MOST_MARKED = 8_000
"""How many characters of one line may follow its first mark: what is left open there is read again
at the end of the line, so a longer one goes on in a row of its own, as a line of its own."""


class Flow:
    """Text of any length in rows of one width; only its last row is wrapped again."""

    __slots__ = (
        *(
            "_block",
            "_fence",
            "_is_finished",
            "_is_quick",
            "_line",
            "_live",
            "_style",
            "_marked",
            "_pending",
        ),
        *("_stop", "_styled_lines", "is_raw", "length", "prose_from", "rows", "starts", "width"),
    )

    def __init__(self, width: int, *, is_raw: bool = False, prose_from: int = 0) -> None:
        """Text before the offset ``prose_from`` is no Markdown; raw text is none at all."""
        self.width = width
        self.is_raw = is_raw
        self.prose_from = prose_from
        self._is_finished = False
        self.clear()

    def clear(self) -> None:
        """Begin again without text."""
        self.rows: list[str] = [""]
        """Slices of the text, newlines included: joined they are the text."""
        self.starts: list[int] = [0]
        """The offset at which each row begins."""
        self._live: dict[int, StyledRow] = {}
        """What rows show of the line being written, and of very long ones."""
        self._styled_lines = StyledLineCache(self.width)
        self.length = 0
        self._fence = ""
        self._marked: int | None = None
        """The offset of the first mark in the line being written."""
        self._begin_line(0)

    def append(self, text: str) -> int:
        """Add ``text`` at the end and return the index of the first row that changed."""
        first = len(self.rows) - 1
        while (room := self._room(text)) < len(text):
            first = min(first, self._append(text[:room]), self._grow("", is_whole=True))
            text = text[room:]
            self.rows.append("")
            self.starts.append(self.length)
            self._marked = None
            self._begin_line(len(self.rows) - 1)
        return min(first, self._append(text))

    def _room(self, text: str) -> int:
        """Return how much of ``text`` can be added before a line is marked for too long."""
        if self.is_raw:
            return len(text)
        start = 0
        while True:
            end = text.find("\n", start) + 1 or len(text)
            if self._marked is None and (mark := SPECIAL.search(text, start, end)):
                self._marked = self.length + mark.start()
            if self._marked is not None and self._marked + MOST_MARKED < self.length + end:
                return self._marked + MOST_MARKED - self.length
            if end == len(text):
                return end
            self._marked, start = None, end

    def _append(self, text: str) -> int:
        first = len(self.rows) - 1
        if not text:
            return first
        if self._is_finished:
            self._is_finished = False
            self._begin_line(first := self._line)
        self.length += len(text)
        if self._is_quick:
            tail = self.rows[-1] + text
            if len(tail) <= self.width and is_plain(tail) and not self._stop.search(text):
                self.rows[-1] = tail
                return first
        elif self._style is not None and self._extend(text):
            return first
        *whole, last = text.split("\n")
        for piece in whole:
            if piece or self.rows[-1] or self._fence:
                first = min(first, self._grow(piece, "\n"))
            else:
                self._end_line(VERBATIM)
        return min(first, self._grow(last)) if last else first

    def finish(self) -> int:
        """Take the last line as ended, and return the index of the first row that changed."""
        self._is_finished = True
        return self._grow("", is_whole=True)

    def reflow(self, width: int, *, is_raw: bool = False) -> None:
        """Wrap all of it again."""
        text, was_finished = "".join(self.rows), self._is_finished
        self.width, self.is_raw = width, is_raw
        self._is_finished = False
        self.clear()
        self.append(text)
        if was_finished:
            self.finish()

    def shown(self, row: int) -> str:
        """Return the text that is shown for a row, what it begins with included."""
        styled = self.styled_row(row)
        return styled.prefix + styled.text if styled else self.rows[row].removesuffix("\n")

    def styled_row(self, row: int) -> StyledRow | None:
        """Return what is shown for a row, or None if it is shown as it was written."""
        styled = self._live.get(row) or self._styled_lines.styled_row(row, self.rows, self.starts)
        if styled is None or styled.shows_as_written(self.rows[row].removesuffix("\n")):
            return None
        return styled

    def row_at(self, offset: int) -> int:
        """Return the index of the row that holds the character at ``offset``."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def slice(self, start: int, end: int) -> str:
        """Return the text from ``start`` up to ``end``."""
        start, end = max(0, start), min(end, self.length)
        if start >= end:
            return ""
        first, last = self.row_at(start), self.row_at(end - 1)
        base = self.starts[first]
        return "".join(self.rows[first : last + 1])[start - base : end - base]

    # One line: its last row is taken back, and cut again with what is new.

    def _begin_line(self, row: int) -> None:
        self._line = row
        """The first row of the line being written."""
        is_verbatim = self.is_raw or self.starts[row] < self.prose_from
        self._block: Block | None = VERBATIM if is_verbatim else None
        """What this line is, as soon as that is sure."""
        self._is_quick = is_verbatim
        """Whether text without marks may be added to the last row as it is."""
        self._stop = _NEWLINE if is_verbatim else _STOP
        self._pending: int | None = None
        """From where on more text may change what is shown."""
        self._style: int | None = None
        """The style of text without marks at the end of the last row, if that row is styled."""

    def _grow(self, text: str, newline: str = "", *, is_whole: bool = False) -> int:
        """Add to the last line, and return the first row that changed."""
        is_whole = is_whole or bool(newline)
        row = self._first_stale_row()
        source = "".join(self.rows[row:]) + text
        block = self._block or classify(source, is_whole=is_whole, fence=self._fence)
        if is_bare := self._is_bare(row, source, block):
            self._pending = self._style = None
            self._replace(row, wrap(source, self.width))
        else:
            row = self._cut_styled(row, source, block, newline, is_whole=is_whole)
        self._block = block if block.is_sure else None
        self._is_quick = is_bare and block.is_sure
        if newline:
            self._end_line(block)
        return row

    def _extend(self, text: str) -> bool:
        """Add text without marks to the last row, which is styled, if it fits there."""
        last = len(self.rows) - 1
        styled = self._live.get(last)
        if styled is None or self._style is None or self._stop.search(text):
            return False
        start = self.starts[-1] + len(self.rows[-1])
        more = styled.extended(text, start, self._style)
        shown = more.text
        if len(more.prefix) + len(shown) > self.width or not is_plain(shown):
            return False
        self.rows[-1] += text
        self._live[last] = more
        return True

    def _first_stale_row(self) -> int:
        if self._block is None:
            return self._line
        if self._pending is None:
            return len(self.rows) - 1
        # Where the row above was cut depends on the width of the word that follows.
        return max(self._line, self.row_at(self._pending) - 1)

    def _state_at(self, row: int) -> Inline:
        return self._live[row].state if row in self._live else NOTHING

    def _is_bare(self, row: int, source: str, block: Block) -> bool:
        """Say whether text is shown as it was written."""
        if block is VERBATIM:
            return True
        is_plain_here = block.is_plain and self._state_at(row) == NOTHING
        return is_plain_here and not SPECIAL.search(source)

    def _cut_styled(
        self, row: int, source: str, block: Block, newline: str, *, is_whole: bool
    ) -> int:
        """Cut what begins at a row into rows that are styled; return the first of them."""
        line = MarkdownLine(block, self.width, is_whole=is_whole)
        before = self.rows[row - 1][-1:] if row > self._line else ""
        line.read(source, self.starts[row], self._state_at(row), before, is_first=row == self._line)
        if is_whole and line.unclosed:
            source = "".join(self.rows[self._line : row]) + source
            row = self._line
            line.read(source, self.starts[row], NOTHING, "", is_first=True)
        edges = [start - self.starts[row] for start in line.starts]
        pieces = [source[a:b] for a, b in pairwise([*edges, len(source)])]
        self._replace(row, pieces)
        if newline and len(self.rows) - self._line <= MOST_ROWS:
            self._styled_lines.keep(self._line, len(self.rows), block)
            for index in range(self._line, row):
                self._live.pop(index, None)
        else:
            self._live.update(enumerate(line.styled_rows, row))
        self._pending = line.pending
        self._style = line.style if block.is_sure and not is_whole else None
        return row

    def _replace(self, row: int, pieces: list[str]) -> None:
        for index in range(row, len(self.rows)):
            self._live.pop(index, None)
        start = self.starts[row]
        del self.rows[row:], self.starts[row:]
        self.rows += pieces
        for piece in pieces:
            self.starts.append(start)
            start += len(piece)

    def _end_line(self, block: Block) -> None:
        if block.kind is BlockKind.FENCE:
            self._fence = block.fence
        self.rows[-1] += "\n"
        self.starts.append(self.starts[-1] + len(self.rows[-1]))
        self.rows.append("")
        self._begin_line(len(self.rows) - 1)
