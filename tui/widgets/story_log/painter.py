"""Rows of the story as strips: the one for the eye, and the one that finds what the mouse is on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.page.section import Section
from tui.page.wrapping import cell_width, clusters, is_plain, printable, tab_cells

RULE = "──"
_RULE_COLUMNS = 2 * (len(RULE) + 1)


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles that the pane is painted with."""

    text: Style
    headings: tuple[Style, ...]
    mark: Style
    more: Style
    match: Style
    current_match: Style
    selection: Style

    def of_row(self, section: Section, row: int) -> Style:
        """Return the style of a row's text."""
        if section.is_mark:
            return self.mark
        if section.is_heading(row):
            return self.headings[section.tone % len(self.headings)]
        return self.text


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the text stands in the pane, in columns."""

    width: int
    """The whole pane, scrollbar included."""
    columns: int
    """The pane without its scrollbar."""
    left: int
    """The margin before the text."""
    text_width: int


class Highlight(NamedTuple):
    """A stretch of a row that looks different, in characters from the row's start."""

    start: int
    end: int
    style: Style


def paint_row(
    section: Section, row: int, frame: Frame, palette: Palette, highlights: Sequence[Highlight]
) -> Strip:
    """Return the row as it is seen."""
    text = section.flow.rows[row]
    style = palette.of_row(section, row)
    shown, cells = _shown(text, frame.text_width)
    segments = [Segment(" " * frame.left, palette.text)] if frame.left else []
    has_rule = section.is_mark and cells + _RULE_COLUMNS <= frame.text_width
    if has_rule:
        segments.append(Segment(RULE + " ", style))
        cells += len(RULE) + 1
    segments += _highlighted(shown, style, highlights) if highlights else _plain(shown, style)
    if has_rule:
        rest = frame.text_width - cells
        segments.append(Segment(" " + "─" * (rest - 1), style))
        cells += rest
    if (rest := frame.width - frame.left - cells) > 0:
        segments.append(Segment(" " * rest, palette.text))
    return Strip(segments, max(frame.width, frame.left + cells))


def paint_more(rows: int, frame: Frame, palette: Palette) -> Strip:
    """Return the row that says there is more below."""
    what = f"{rows:,} more row{'' if rows == 1 else 's'} below" if rows > 0 else "Not following"
    text = f"↓ {what} · End follows"[: frame.width]
    margin = min(frame.left, frame.width - len(text))
    line = (" " * margin + text).ljust(frame.width)
    return Strip([Segment(line, palette.more)], frame.width)


def trace_row(section: Section, row: int, frame: Frame) -> Strip:
    """Return a strip that carries, cell by cell, the place in the text under that cell.

    It follows Textual's convention: the style's meta data hold ``offset`` as (x, y); here x is
    the offset into the section's text and y the section's number.
    """
    start = section.flow.starts[row]
    whole = section.flow.rows[row]
    text = whole.removesuffix("\n")
    margin = frame.left
    if section.is_mark and cell_width(text) + _RULE_COLUMNS <= frame.text_width:
        margin += len(RULE) + 1
    before = trace_style(section.ordinal, start)
    segments = [Segment(" ", before)] * margin
    if is_plain(text):
        segments += [Segment(text, before)] if text else []
    else:
        segments += _traced_cells(section.ordinal, start, text)
    # Textual counts one character more at the end of a selection: past the end of a row that is
    # the space or the line break there, and where a word was cut there is none.
    is_cut = not whole[-1:].isspace() and row + 1 < len(section.flow.rows)
    after = trace_style(section.ordinal, start + len(text) - is_cut)
    return Strip([*segments, *[Segment(" ", after)] * max(1, frame.width - margin)])


def trace_style(section: int, offset: int) -> Style:
    """Return a style that tells Textual's selection where in the story a cell is."""
    return Style.from_meta({"offset": (offset, section)})


def _traced_cells(ordinal: int, row_start: int, text: str) -> list[Segment]:
    segments: list[Segment] = []
    for start, _end, cells in clusters(text):
        columns = cells or (tab_cells(len(segments)) if text[start] == "\t" else 0)
        style = trace_style(ordinal, row_start + start)
        segments += [Segment(" ", style) for _ in range(columns)]
    return segments


def _shown(text: str, width: int) -> tuple[str | list[str], int]:
    """Return what is drawn for a row, and its cells: spaces that hang over the edge are not."""
    text = text.removesuffix("\n")
    if is_plain(text):
        text = text[:width]
        return text, len(text)
    drawn = [""] * len(text)
    column = 0
    for start, end, cells in clusters(text):
        is_tab = text[start] == "\t"
        cells = tab_cells(column) if is_tab else cells
        if column + cells > width:
            break
        drawn[start] = " " * cells if is_tab else printable(text[start:end])
        column += cells
    return drawn, column


def _plain(shown: str | list[str], style: Style) -> list[Segment]:
    text = shown if isinstance(shown, str) else "".join(shown)
    return [Segment(text, style)] if text else []


def _highlighted(
    shown: str | list[str], style: Style, highlights: Sequence[Highlight]
) -> list[Segment]:
    cuts = {0, len(shown)}
    for start, end, _style in highlights:
        cuts |= {min(max(0, start), len(shown)), min(max(0, end), len(shown))}
    edges = sorted(cuts)
    segments: list[Segment] = []
    for start, end in pairwise(edges):
        look = style
        for highlight in highlights:
            if highlight.start <= start < highlight.end:
                look += highlight.style
        segments += _plain(shown[start:end], look)
    return segments
