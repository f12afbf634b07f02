# ruff: noqa: RUF001 (the punctuation of other scripts is meant)
"""Text into rows: where a paragraph is cut so that every row fits a width in terminal cells.

A row is a slice of its paragraph: the rows of a paragraph, joined, are the paragraph. Spaces at
the end of a row may hang over the edge; they are never shown there. Cutting is greedy and looks
at nothing left of a row's start, so text may be appended by wrapping the last row again.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from rich.cells import get_character_cell_size, split_graphemes

TAB_COLUMNS = 4
CHARACTERS_PER_CELL, MORE_CHARACTERS = 8, 64
"""Of these a row has as many at most: what takes no cells would never fill it, and a row is read
again for every piece of text that comes."""
_BLOCK_CHARACTERS = 4096
REPLACEMENT = "\ufffd"

# Beyond these ranges a character may be wide, combine with its neighbours, or not be printable.
_PLAIN_RANGES = (
    " -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038e-\u03a1"
    "\u03a3-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2500-\u25fc"
)
_NOT_PLAIN = re.compile(f"[^{_PLAIN_RANGES}]")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SPACES = " \t\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"
_ZERO_WIDTH_SPACE = "\u200b"
_NOT_FIRST = frozenset(
    "、。，．・：；？！）］｝」』】〉》〕〗〙…‥ー々〻ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ％"
    ",.!?:;)]}%’”»"
)
_NOT_LAST = frozenset("（［｛「『【〈《〔〖〘([{‘“«")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]")
_REGIONAL_FIRST, _REGIONAL_LAST = "\U0001f1e6", "\U0001f1ff"
_TAB = re.compile("(\t)")


class Cluster(NamedTuple):
    """What a reader takes for one character."""

    start: int
    """Where it begins in the text."""
    end: int
    cells: int
    """How many columns it takes; a tab's depend on where it stands and are given as 0."""


def is_plain(text: str) -> bool:
    """Say whether every character takes one cell and stands for itself."""
    if text.isascii():
        return text.isprintable()
    return not _NOT_PLAIN.search(text)


def printable(text: str) -> str:
    """Return ``text`` with a one-cell mark for each character no terminal should be sent."""
    return _UNPRINTABLE.sub(REPLACEMENT, text)


def clusters(text: str) -> Iterator[Cluster]:
    """Yield the characters as a reader counts them: emoji families and flags are one each."""
    start = 0
    for part in _TAB.split(_UNPRINTABLE.sub(REPLACEMENT, text)):
        if part == "\t":
            yield Cluster(start, start + 1, 0)
        elif part:
            yield from _joined_flags(part, start)
        start += len(part)


def _joined_flags(text: str, offset: int) -> Iterator[Cluster]:
    half_flag: Cluster | None = None
    for start, end, cells in split_graphemes(text)[0]:
        cluster = Cluster(start + offset, min(end, len(text)) + offset, cells)
        is_regional = _REGIONAL_FIRST <= text[start] <= _REGIONAL_LAST
        if half_flag and is_regional:
            yield Cluster(half_flag.start, cluster.end, half_flag.cells + cells)
            half_flag = None
            continue
        if half_flag:
            yield half_flag
        half_flag = cluster if is_regional and end - start == 1 else None
        if not half_flag:
            yield cluster
    if half_flag:
        yield half_flag


def tab_cells(column: int) -> int:
    """Return how many cells a tab takes that stands at ``column``."""
    return TAB_COLUMNS - column % TAB_COLUMNS


def cell_width(text: str) -> int:
    """Return how many columns ``text`` takes when it starts at column 0."""
    if is_plain(text):
        return len(text)
    column = 0
    for start, _end, cells in clusters(text):
        column += tab_cells(column) if text[start] == "\t" else cells
    return column


def wrap(text: str, width: int) -> list[str]:
    """Cut one paragraph (no newline in it) into rows of at most ``width`` cells.

    Words that are too long are cut where the row ends; a character wider than the pane gets a
    row of its own. The result is never empty.
    """
    return _in_rows(text, max(1, width), _wrap_plain, _wrap_clusters)


def cut(text: str, width: int) -> list[str]:
    """Cut one line where the rows end, in the middle of words too. The result is never empty."""
    return _in_rows(text, max(1, width), _cut_plain, _cut_clusters)


def _in_rows(
    text: str,
    width: int,
    plain: Callable[[str, int, int], list[str]],
    any_text: Callable[[str, int, int], tuple[list[str], str | None]],
) -> list[str]:
    most = CHARACTERS_PER_CELL * width + MORE_CHARACTERS
    if is_plain(text):
        return plain(text, width, most) if len(text) > width else [text]
    rows = [""]
    for start in range(0, len(text), _BLOCK_CHARACTERS):
        rest: str | None = rows.pop() + text[start : start + _BLOCK_CHARACTERS]
        while rest is not None:
            more, rest = any_text(rest, width, most)
            rows += more
    return rows


def _cut_plain(text: str, width: int, _most: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]


def _cut_clusters(text: str, width: int, most: int) -> tuple[list[str], str | None]:
    """Return rows, and what is left of the text where a row has too many characters."""
    rows: list[str] = []
    row_start = column = 0
    for start, end, cells in clusters(text):
        columns = cells or (tab_cells(column) if text[start] == "\t" else 0)
        if column + columns > width and start > row_start:
            rows.append(text[row_start:start])
            row_start, column = start, 0
            columns = cells or (tab_cells(0) if text[start] == "\t" else 0)
        if end - row_start > most:
            row_end = row_start + most
            return [*rows, text[row_start:row_end]], text[row_end:]
        column += columns
    return [*rows, text[row_start:]], None


def _wrap_plain(text: str, width: int, most: int) -> list[str]:
    rows: list[str] = []
    start, length = 0, len(text)
    while length - start > width:
        cut = min(_plain_cut(text, start, start + width), start + most)
        if cut == length:
            break
        rows.append(text[start:cut])
        start = cut
    rows.append(text[start:])
    return rows


def _plain_cut(text: str, start: int, end: int) -> int:
    """Return where the row that starts at ``start`` ends, ``end`` being the pane's edge."""
    if text[end] == " ":
        return (
            len(text) - len(text[end:].lstrip(" ")) if text[end + 1 : end + 2] == " " else end + 1
        )
    space = text.rfind(" ", start, end)
    if space < 0 or not text[start:space].strip(" "):
        return end
    return space + 1


def _wrap_clusters(text: str, width: int, most: int) -> tuple[list[str], str | None]:
    """Return rows, and what is left of the text where a row has too many characters."""
    rows: list[str] = []
    row_start = unit_start = column = unit_column = 0
    before: Cluster | None = None
    for cluster in clusters(text):
        start, end, cells = cluster
        if end - row_start > most:
            row_end = row_start + most
            return [*rows, text[row_start:row_end]], text[row_end:]
        if end - start == 1 and text[start] in _SPACES:
            column += cells or tab_cells(column)
            unit_start, unit_column, before = end, column, None
            continue
        if before and _may_cut(text, before, cluster):
            unit_start, unit_column = start, column
        if column + cells > width and unit_start > row_start:
            is_indent = not text[row_start:unit_start].strip(_SPACES)
            if not is_indent or unit_column >= width:
                rows.append(text[row_start:unit_start])
                row_start, column, unit_column = unit_start, column - unit_column, 0
        if column + cells > width and start > row_start:
            rows.append(text[row_start:start])
            row_start = unit_start = start
            column = unit_column = 0
        column += cells
        before = cluster
    return [*rows, text[row_start:]], None


def _may_cut(text: str, before: Cluster, after: Cluster) -> bool:
    """Say whether a row may end between two characters that no space parts."""
    if text[before.end - 1] == _ZERO_WIDTH_SPACE:
        return True
    first, second = text[before.start], text[after.start]
    if not (_stands_alone(first) or _stands_alone(second)):
        return False
    return second not in _NOT_FIRST and first not in _NOT_LAST


def _stands_alone(character: str) -> bool:
    """Say whether rows may be cut around it. What joins it later must not change the answer."""
    if _REGIONAL_FIRST <= character <= _REGIONAL_LAST:
        return True
    return get_character_cell_size(character) > 1 and not _HANGUL.match(character)
