"""A copy of what the terminal shows, and the codes that turn it into what it should show.

The characters that take another number of cells on some terminals than here are written together
with their neighbours, and the cursor is put where it belongs behind each of them.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import compress, count
from operator import is_not, ne, or_
from typing import NamedTuple

from tui.screen.drawing.cells import UNKNOWN, Cells, unknown
from tui.screen.drawing.scrolling import Piece, find_shift
from tui.screen.drawing.style_codes import PLAIN, change, cost, write
from tui.screen.prose.wrapping import is_plain

_GAP = 7
"""The most cells between two changes that are written again rather than skipped."""
_SAVED_CELLS = 100
"""The fewest cells that must be saved for the terminal to move rows."""


_CHOICE = 48
"""The number of runs among which the cheapest is written next."""


class _Run(NamedTuple):
    """Cells of a row that are written one behind the other."""

    row: Cells
    y: int
    start: int
    end: int


class Shadow:
    """What is on the terminal."""

    def __init__(self) -> None:
        self._rows: list[Cells] = []
        self._is_known = False

    def forget(self) -> None:
        """Write everything again from now on; a signal handler may call this."""
        self._is_known = False

    def draw(self, width: int, height: int, pieces: Sequence[Piece], *, whole: bool) -> str:
        """Return the codes for a frame: all of the screen, or some pieces of it."""
        is_known, self._is_known = self._is_known, True
        is_same_size = len(self._rows) == height and len(self._rows[0].characters) == width
        if whole or not is_known or not is_same_size:
            self._rows = [unknown(width)] * height
        shown, wanted = self._rows, list(self._rows)
        for x, y, cells in pieces:
            wanted[y] = wanted[y].with_part(x, cells)
        codes = ""
        if not any(UNKNOWN in row.styles for row in shown) and (shift := find_shift(shown, pieces)):
            moved = shift.apply(shown)
            if _changes(moved, wanted) + _SAVED_CELLS < _changes(shown, wanted):
                codes, shown = shift.codes, moved
        self._rows = wanted
        return codes + _write_rows(shown, wanted)


def _changes(shown: Sequence[Cells], wanted: Sequence[Cells]) -> int:
    """Return how many characters differ."""
    return sum(
        sum(map(ne, one.characters, two.characters))
        for one, two in zip(shown, wanted, strict=True)
        if one is not two
    )


def _write_rows(shown: Sequence[Cells], wanted: Sequence[Cells]) -> str:
    runs = [
        _Run(two, y, start, end)
        for y, (one, two) in enumerate(zip(shown, wanted, strict=True))
        for start, end in _with_neighbours(one, two)
    ]
    parts: list[str] = []
    style = PLAIN
    for row, y, start, end in _in_order(runs):
        for first, last in _pieces(row, start, end):
            text, style = write(row.characters[first:last], row.styles[first:last], style)
            parts += [f"\x1b[{y + 1};{first + 1}H", text]
    return "".join(parts) + change(style, PLAIN)


def _in_order(runs: list[_Run]) -> Iterator[_Run]:
    """Order the runs by style: changing colours costs more than moving the cursor."""
    style = PLAIN
    while runs:
        costs = [cost(row.characters[x], row.styles[x], style) for row, _, x, _ in runs[:_CHOICE]]
        run = runs.pop(costs.index(min(costs)))
        style = run.row.styles[run.end - 1]
        yield run


def _changed(shown: Cells, wanted: Cells) -> Iterator[int]:
    if shown is wanted:
        return iter(())
    others = map(ne, shown.characters, wanted.characters)
    otherwise = map(is_not, shown.styles, wanted.styles)
    return compress(count(), map(or_, others, otherwise))


def _runs(shown: Cells, wanted: Cells) -> Iterator[tuple[int, int]]:
    """Yield the stretches to be written, from column to column."""
    changed = _changed(shown, wanted)
    start = next(changed, None)
    if start is None:
        return
    end = start + 1
    for x in changed:
        if x - end > _GAP or UNKNOWN in wanted.styles[end:x]:
            yield start, end
            start = x
        end = x + 1
    yield start, end


def _with_neighbours(shown: Cells, wanted: Cells) -> Iterator[tuple[int, int]]:
    """Yield the stretches with the characters around them that may be wider than they should."""
    if shown.is_plain and wanted.is_plain:
        yield from _runs(shown, wanted)
        return
    last = 0
    for start, end in _runs(shown, wanted):
        first = max(start, last)
        while first > last and _is_odd_at(first - 1, shown, wanted):
            first -= 1
        last = max(end, last)
        while last < len(wanted.characters) and _is_odd_at(last - 1, shown, wanted):
            last += 1
        if first < last:
            yield first, last


def _is_odd_at(x: int, *rows: Cells) -> bool:
    return any(_is_odd(row.characters[x]) for row in rows)


def _pieces(cells: Cells, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a stretch behind every character of which terminals disagree."""
    first = start
    if not cells.is_plain:
        for x in range(start, end):
            is_last_of_odd = not cells.characters[x] or _is_odd(cells.characters[x])
            goes_on = x + 1 < end and not cells.characters[x + 1]
            if is_last_of_odd and not goes_on and x + 1 < end:
                yield first, x + 1
                first = x + 1
    yield first, end


@lru_cache(maxsize=4096)
def _is_odd(character: str) -> bool:
    return not character or not is_plain(character)
