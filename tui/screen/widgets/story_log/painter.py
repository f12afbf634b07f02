"""Paints rows of the story as strips: one to be seen, and one to find what the mouse is on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.screen.prose.blocks import BlockKind
from tui.screen.prose.row_style import Span, StyledRow
from tui.screen.prose.section import Role, SectionRows
from tui.screen.prose.wrapping import cell_width, clusters, is_plain, printable, tab_cells
from tui.screen.widgets.story_log.palette import Palette

RULE = "──"
DRAFT = " · draft"
MOST_DRAWN = 32
"""The most code points drawn of one character with combining marks. Unicode allows 30 marks,
and Textual needs quadratic time to cut a segment."""
_RULE_COLUMNS = 2 * (len(RULE) + 1)


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
    """A stretch of a row in another style, in characters from the row's start."""

    start: int
    end: int
    style: Style


def paint_row(
    section: SectionRows, row: int, frame: Frame, palette: Palette, highlights: Sequence[Highlight]
) -> Strip:
    """Return the row as it is seen."""
    styled = section.flow.styled_row(row)
    style = palette.of_row(section, row, styled)
    segments = [Segment(" " * frame.left, palette.text)] if frame.left else []
    cells, text = 0, section.flow.rows[row]
    if styled:
        text = styled.text
        cells = len(styled.prefix)
        segments += _plain(styled.prefix, style if _is_code(styled) else palette.marker)
        highlights = _over_spans(styled, section.flow.starts[row], palette, highlights)
    shown, text_cells = _shown(text, frame.text_width - cells)
    cells += text_cells
    has_rule = section.is_mark and cells + _RULE_COLUMNS <= frame.text_width
    if has_rule:
        segments.append(Segment(RULE + " ", style))
        cells += len(RULE) + 1
    segments += _highlighted(shown, style, highlights) if highlights else _plain(shown, style)
    after = _after(section, row, styled, frame.text_width - cells, has_rule=has_rule)
    segments += _plain(after, palette.mark if section.is_heading(row) else style)
    cells += len(after)
    if (rest := frame.width - frame.left - cells) > 0:
        segments.append(Segment(" " * rest, palette.text))
    return Strip(segments, max(frame.width, frame.left + cells))


def _after(
    section: SectionRows, row: int, styled: StyledRow | None, room: int, *, has_rule: bool
) -> str:
    """Return what is drawn after a row's text and belongs to no text."""
    if has_rule:
        return " " + "─" * (room - 1)
    if section.is_heading(row):
        is_last = not section.is_heading(row + 1) if row + 1 < len(section.flow.rows) else True
        is_draft = section.role is Role.DRAFT and is_last
        return DRAFT if is_draft and room >= len(DRAFT) else ""
    return " " * room if styled and _is_code(styled) else ""


def _is_code(styled: StyledRow) -> bool:
    return styled.block.kind in (BlockKind.CODE, BlockKind.FENCE)


def _over_spans(
    styled: StyledRow, row_start: int, palette: Palette, highlights: Sequence[Highlight]
) -> list[Highlight]:
    """Return the inline styles and the highlights of a row, in characters of what is shown."""
    inline: list[Highlight] = []
    marked: list[Highlight] = []
    at = 0
    for span in styled.spans:
        if span.style:
            inline.append(Highlight(at, at + len(span.text), palette.inline[span.style]))
        for highlight in highlights:
            start, end = span.part(row_start + highlight.start, row_start + highlight.end)
            if start < end:
                marked.append(Highlight(at + start, at + end, highlight.style))
        at += len(span.text)
    return inline + marked


def paint_more(rows: int, frame: Frame, palette: Palette) -> Strip:
    """Return the row that says there is more below."""
    what = f"{rows:,} more row{'' if rows == 1 else 's'} below" if rows > 0 else "Not following"
    text = f"↓ {what} · End follows"[: frame.width]
    margin = min(frame.left, frame.width - len(text))
    line = (" " * margin + text).ljust(frame.width)
    return Strip([Segment(line, palette.more)], frame.width)


def trace_row(section: SectionRows, row: int, frame: Frame) -> Strip:
    """Return a strip that carries, cell by cell, the place in the text under that cell.

    It follows Textual's convention: the style's meta data hold ``offset`` as (x, y); here x is
    the offset into the section's text and y the section's number.
    """
    flow = section.flow
    start, whole = flow.starts[row], flow.rows[row]
    text = whole.removesuffix("\n")
    styled = flow.styled_row(row)
    margin = frame.left + len(styled.prefix if styled else "")
    if section.is_mark and cell_width(text) + _RULE_COLUMNS <= frame.text_width:
        margin += len(RULE) + 1
    spans = styled.spans if styled else (Span(text, start, len(text), 0),)
    traced = _traced(section.ordinal, spans)
    segments = [Segment(" ", trace_style(section.ordinal, start))] * margin + traced
    # Textual counts one character more at the end of a selection: past the end of a row that is
    # the space or the line break there, and where a word was cut there is none.
    is_cut = not whole[-1:].isspace() and row + 1 < len(flow.rows)
    after = trace_style(section.ordinal, start + len(text) - is_cut)
    columns = sum(segment.cell_length for segment in segments)
    return Strip([*segments, *[Segment(" ", after)] * max(1, frame.width - columns)])


def _traced(ordinal: int, spans: Sequence[Span]) -> list[Segment]:
    if all(span.is_as_written and is_plain(span.text) for span in spans):
        return [Segment(span.text, trace_style(ordinal, span.start)) for span in spans if span.text]
    places = [
        span.start + (index if span.is_as_written else 0)
        for span in spans
        for index in range(len(span.text))
    ]
    text = "".join(span.text for span in spans)
    segments: list[Segment] = []
    for start, _end, cells in clusters(text):
        columns = cells or (tab_cells(len(segments)) if text[start] == "\t" else 0)
        style = trace_style(ordinal, places[start])
        segments += [Segment(" ", style) for _ in range(columns)]
    return segments


def trace_style(section: int, offset: int) -> Style:
    """Return a style that tells Textual's selection where in the story a cell is."""
    return Style.from_meta({"offset": (offset, section)})


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
        drawn[start] = (
            " " * cells if is_tab else printable(text[start : min(end, start + MOST_DRAWN)])
        )
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
        combined = style
        for highlight in highlights:
            if highlight.start <= start < highlight.end:
                combined += highlight.style
        segments += _plain(shown[start:end], combined)
    return segments
