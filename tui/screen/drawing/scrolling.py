"""Detects that rows only moved up or down, so that the terminal can scroll them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tui.screen.drawing.cells import Cells, unknown

_FEWEST_ROWS = 5
"""The fewest moved rows that are worth a scroll."""


class Piece(NamedTuple):
    """Cells that are drawn."""

    x: int
    y: int
    cells: Cells


class Shift(NamedTuple):
    """The rows from ``top`` up to ``bottom`` move up by ``rows``, or down when that is negative."""

    top: int
    bottom: int
    rows: int

    @property
    def codes(self) -> str:
        """The codes that make a terminal do it."""
        count, what = abs(self.rows), "M" if self.rows > 0 else "L"
        return f"\x1b[{self.top + 1};{self.bottom}r\x1b[{self.top + 1}H\x1b[{count}{what}\x1b[r"

    def apply(self, rows: Sequence[Cells]) -> list[Cells]:
        """Return the rows of a screen after it; what comes in is not known."""
        part = list(rows[self.top : self.bottom])
        blank = [unknown(len(part[0].characters))] * abs(self.rows)
        moved = part[self.rows :] + blank if self.rows > 0 else blank + part[: self.rows]
        return [*rows[: self.top], *moved, *rows[self.bottom :]]


def find_shift(rows: Sequence[Cells], pieces: Iterable[Piece]) -> Shift | None:
    """Return how most of the pieces moved that are not where they were, if they did."""
    places: dict[tuple[int, int], dict[str, int]] = {}
    moves: dict[int, list[int]] = {}
    for x, y, cells in pieces:
        text, width = "".join(cells.characters), len(cells.characters)
        if text.isspace():
            continue
        if (x, width) not in places:
            places[x, width] = {
                "".join(row.characters[x : x + width]): at for at, row in enumerate(rows)
            }
        found = places[x, width].get(text)
        if found is not None:
            moves.setdefault(found - y, []).append(y)
    counts = Counter({by: len(ys) for by, ys in moves.items() if by})
    for by, count in counts.most_common(1):
        if count >= _FEWEST_ROWS and count > len(moves.get(0, [])):
            ys = moves[by]
            top, bottom = min(ys) + min(0, by), max(ys) + max(0, by) + 1
            return Shift(top, bottom, by)
    return None
