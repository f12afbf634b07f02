"""What a terminal shows, cell by cell: a character, or a part of a wide one, and its style."""

import re
from functools import lru_cache
from typing import NamedTuple

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.screen.drawing.style_codes import PLAIN, CellStyle, cell_style, of_blank
from tui.screen.prose.wrapping import clusters, is_plain

_RENDERED = re.compile(r"(?:\x1b\]8;([^\x1b]*)\x1b\\)?(?:\x1b\[([\d;]*)m)?x", re.DOTALL)


UNKNOWN = cell_style("unknown")
"""The style of a cell when it is not known what the terminal shows there."""


class UnknownCellsError(Exception):
    """It is unknown which cells a strip takes."""


class Cells(NamedTuple):
    """A stretch of a row, or all of it."""

    characters: list[str]
    """One for each cell; empty behind a wide character."""
    styles: list[CellStyle]
    is_plain: bool
    """Whether every terminal agrees on where each character stands."""

    def with_part(self, x: int, part: "Cells") -> "Cells":
        """Return these cells with others from column ``x`` on; half a character becomes blank."""
        end = x + len(part.characters)
        left, right = self.characters[:x], self.characters[end:]
        if not self.is_plain:
            _blank_halves(left, right, is_cut=not self.characters[x])
        characters = left + part.characters + right
        are_plain = part.is_plain and (self.is_plain or is_plain("".join(characters)))
        return Cells(characters, self.styles[:x] + part.styles + self.styles[end:], are_plain)


def _blank_halves(left: list[str], right: list[str], *, is_cut: bool) -> None:
    x = len(left)
    while is_cut and x:
        x -= 1
        is_cut = not left[x]
        left[x] = " "
    for x, character in enumerate(right):
        if character:
            break
        right[x] = " "


def unknown(width: int) -> Cells:
    """Return a row of which it is unknown what the terminal shows."""
    return Cells(["?"] * width, [UNKNOWN] * width, is_plain=True)


def cells_of(strip: Strip, console: Console) -> Cells:
    """Return the cells of a strip.

    Raises:
        UnknownCellsError: it holds something that takes no certain number of cells.
    """
    characters: list[str] = []
    styles: list[CellStyle] = []
    all_plain = True
    for text, style, _ in strip:
        more, their_styles, are_plain = _cells_of(text, style, console)
        characters += more
        styles += their_styles
        all_plain &= are_plain
    if len(characters) != strip.cell_length:
        raise UnknownCellsError
    return Cells(characters, styles, all_plain)


@lru_cache(maxsize=2048)
def _cells_of(text: str, style: Style | None, console: Console) -> Cells:
    are_plain = is_plain(text)
    characters = list(text) if are_plain else _characters(text)
    written = cell_style_of(style, console) if style else PLAIN
    blank = of_blank(written)
    styles = [blank if character == " " else written for character in characters]
    return Cells(characters, styles, are_plain)


def _characters(text: str) -> list[str]:
    characters: list[str] = []
    for start, end, cells in clusters(text):
        if cells:
            characters += [text[start:end], *[""] * (cells - 1)]
        elif characters and text[start] != "\t":
            characters[-1] += text[start:end]
        else:
            raise UnknownCellsError
    return characters


@lru_cache(maxsize=4096)
def cell_style_of(style: Style, console: Console) -> CellStyle:
    """Return how text in this style is written, as Textual itself would write it."""
    rendered = Strip([Segment("x", style)]).render(console)
    if not (match := _RENDERED.match(rendered)):
        raise UnknownCellsError
    return cell_style(match[2] or "", match[1] or "")
