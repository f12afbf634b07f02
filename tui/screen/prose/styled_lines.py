"""A cache of the styled rows of finished lines, made on demand: few are ever seen."""

from bisect import bisect_right
from collections.abc import Sequence

from tui.screen.prose.blocks import Block
from tui.screen.prose.inline import NOTHING
from tui.screen.prose.line import MarkdownLine
from tui.screen.prose.row_style import StyledRow

MOST_ROWS = 64
"""A line of more rows than this is too long to be read again for one of them."""
_CACHED_LINES = 128


class StyledLineCache:
    """Remembers which lines have marks, and reads them again when their rows are shown."""

    __slots__ = ("_blocks", "_ends", "_firsts", "_rows", "_width")

    def __init__(self, width: int) -> None:
        self._width = width
        self._firsts: list[int] = []
        """The first row of each of these lines."""
        self._ends: list[int] = []
        self._blocks: list[Block] = []
        self._rows: dict[int, list[StyledRow]] = {}

    def keep(self, first: int, end: int, block: Block) -> None:
        """Remember a line behind all others: its rows, from the first up to the end."""
        self._firsts.append(first)
        self._ends.append(end)
        self._blocks.append(block)

    def styled_row(self, row: int, rows: Sequence[str], starts: Sequence[int]) -> StyledRow | None:
        """Return what a row shows, given all rows as they were written, and where they begin."""
        index = bisect_right(self._firsts, row) - 1
        if index < 0 or row >= self._ends[index]:
            return None
        if index not in self._rows:
            if len(self._rows) >= _CACHED_LINES:
                del self._rows[next(iter(self._rows))]
            self._rows[index] = self._read(index, rows, starts)
        return self._rows[index][row - self._firsts[index]]

    def _read(self, index: int, rows: Sequence[str], starts: Sequence[int]) -> list[StyledRow]:
        first = self._firsts[index]
        source = "".join(rows[first : self._ends[index]]).removesuffix("\n")
        line = MarkdownLine(self._blocks[index], self._width, is_whole=True)
        line.read(source, starts[first], NOTHING, "", is_first=True)
        if line.unclosed:
            line.read(source, starts[first], NOTHING, "", is_first=True)
        return list(line.styled_rows)
