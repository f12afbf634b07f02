"""What the screen shows, as rows of coloured text, and as a small SVG in which a row is a row.

Textual's own export is read, which carries a font, ids and clip paths of its own; what is drawn
here depends on nothing but what is on the screen. One shape stands in one line, so that two
pictures can be compared with ``diff``.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len

CELL, ROW, BASELINE = 10, 20, 15
"""A cell's width and height in the picture, and where letters stand in it."""
STYLE = (
    "rect,path{shape-rendering:crispEdges}"
    "text{font:16.6px 'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace}"
    ".b{font-weight:700}.i{font-style:italic}.u{text-decoration:underline}"
    ".s{text-decoration:line-through}"
)
_EXPORTED_CELL, _EXPORTED_ROW, _EXPORTED_TOP = 12.2, 24.4, 1.5
_CLASS = re.compile(r"\.terminal-\d+-(r\d+) \{ fill: (#\w+);?([^}]*) \}")
_BAND = re.compile(r'<rect fill="(#\w+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"')
_TEXT = re.compile(
    r'<text class="terminal-\d+-(r\d+)" x="([\d.]+)" [^>]*line-(\d+)\)">([^<]*)</text>'
)
_SIZE = re.compile(r'-clip-terminal">\s*<rect x="0" y="0" width="([\d.]+)" height="([\d.]+)"')
_LETTERS = {"bold": "b", "italic": "i", "underline": "u", "line-through": "s"}
_BLOCKS = {
    "▀": (0, 0, 8, 4),
    "▐": (4, 0, 4, 8),
    "▔": (0, 0, 8, 1),
    "▕": (7, 0, 1, 8),
    **{chr(0x2580 + eighths): (0, 8 - eighths, 8, eighths) for eighths in range(1, 9)},
    **{chr(0x2590 - eighths): (0, 0, eighths, 8) for eighths in range(1, 8)},
}
"""Where a block is full, in eighths of its cell: x, y, width, height."""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of a row with a background of its own, in cells."""

    at: int
    cells: int
    colour: str


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of a row in one style; nothing is to be seen at either end but text."""

    at: int
    text: str
    colour: str
    letters: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the screen."""

    bands: tuple[Band, ...] = ()
    words: tuple[Words, ...] = ()

    def shapes(self, row: int = 0) -> Iterator[str]:
        """Yield what draws this row as the ``row``-th of a picture."""
        y = row * ROW
        for band in self.bands:
            place = f'x="{band.at * CELL}" y="{y}" width="{band.cells * CELL}"'
            yield f'<rect {place} height="{ROW}" fill="{band.colour}"/>'
        for words in self.words:
            yield from _shapes_of(words, y)


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole screen."""

    columns: int
    rows: tuple[Row, ...]

    @property
    def text(self) -> str:
        """What there is to read, without the spaces before a stretch of text."""
        return "\n".join(" ".join(each.text for each in row.words) for row in self.rows)


def read(exported: str) -> Picture:
    """Return what a picture of ``App.export_screenshot`` shows."""
    size = _SIZE.search(exported)
    if size is None:
        raise ValueError("this is no picture that Textual exported")
    columns = round(float(size[1]) / _EXPORTED_CELL)
    count = round(float(size[2]) / _EXPORTED_ROW)
    styles = {
        name: (colour, "".join(letter for word, letter in _LETTERS.items() if word in more))
        for name, colour, more in _CLASS.findall(exported)
    }
    bands: list[list[Band]] = [[] for _ in range(count)]
    words: list[list[Words]] = [[] for _ in range(count)]
    for colour, x, y, width in _BAND.findall(exported):
        row = round((float(y) - _EXPORTED_TOP) / _EXPORTED_ROW)
        bands[row].append(Band(_cells(x), _cells(width), colour))
    for style, x, row, escaped in _TEXT.findall(exported):
        text = html.unescape(escaped).replace("\N{NO-BREAK SPACE}", " ")
        if text.strip():
            before = len(text) - len(text.lstrip())
            words[int(row)].append(Words(_cells(x) + before, text.strip(), *styles[style]))
    rows = zip(bands, words, strict=True)
    return Picture(columns, tuple(Row(tuple(_joined(one)), tuple(other)) for one, other in rows))


def draw(picture: Picture) -> str:
    """Return the picture as an SVG."""
    shapes = (shape for y, row in enumerate(picture.rows) for shape in row.shapes(y))
    return document(picture.columns, len(picture.rows), shapes)


def document(columns: int, rows: int, shapes: Iterable[str], style: str = "") -> str:
    """Return an SVG of this size in cells, with each shape in a line of its own."""
    width, height = columns * CELL, rows * ROW
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" xml:space="preserve">',
            f"<style>{STYLE}{style}</style>",
            *shapes,
            "</svg>\n",
        ]
    )


def _cells(exported: str) -> int:
    return round(float(exported) / _EXPORTED_CELL)


def _joined(bands: list[Band]) -> Iterator[Band]:
    """Join the bands of one colour that touch."""
    start = 0
    bands = sorted(bands, key=lambda band: band.at)
    for number, band in enumerate(bands, start=1):
        after = bands[number] if number < len(bands) else None
        if after and after.colour == band.colour and after.at == band.at + band.cells:
            continue
        first = bands[start]
        yield Band(first.at, band.at + band.cells - first.at, band.colour)
        start = number


def _shapes_of(words: Words, y: int) -> Iterator[str]:
    """Blocks are drawn, since fonts leave gaps between them; everything else is text."""
    at = words.at
    for are_blocks, characters in groupby(words.text, lambda character: character in _BLOCKS):
        text = "".join(characters)
        cells = cell_len(text)
        if are_blocks:
            path = "".join(_block(text, at, y))
            yield f'<path fill="{words.colour}" d="{path}"/>'
        elif shown := text.strip():
            x = (at + len(text) - len(text.lstrip())) * CELL
            letters = f' class="{" ".join(words.letters)}"' if words.letters else ""
            place = f'x="{x}" y="{y + BASELINE}" textLength="{cell_len(shown) * CELL}"'
            escaped = html.escape(shown, quote=False)
            yield f'<text {place}{letters} fill="{words.colour}">{escaped}</text>'
        at += cells


def _block(text: str, at: int, y: int) -> Iterator[str]:
    for character, same in groupby(text):
        count = len(list(same))
        left, top, width, height = _BLOCKS[character]
        # Only those that fill the width of their cells join.
        each = count if width == 8 else 1
        for number in range(0, count, each):
            x = (at + number) * CELL + left * CELL / 8
            wide, high = (each * 8 - 8 + width) * CELL / 8, height * ROW / 8
            yield f"M{x:g} {y + top * ROW / 8:g}h{wide:g}v{high:g}h-{wide:g}z"
        at += count
