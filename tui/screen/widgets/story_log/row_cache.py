"""The rows of the story as strips: painted when they are first seen, and kept."""

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip

from tui.screen.prose.layout import GAP, Layout
from tui.screen.prose.section import SectionRows
from tui.screen.widgets.story_log.painter import (
    Frame,
    Highlight,
    paint_more,
    paint_row,
    trace_row,
    trace_style,
)
from tui.screen.widgets.story_log.palette import Palette

_CACHED_ROWS = 512


class RowCache:
    """Paints the rows of a layout once; what has changed must be forgotten to be painted again."""

    def __init__(
        self,
        layout: Layout,
        make_palette: Callable[[], Palette],
        highlights: Callable[[SectionRows, int], Sequence[Highlight]],
    ) -> None:
        """``highlights`` returns what stands out in a row of a section."""
        self.frame = Frame(0, 0, 0, 0)
        self._layout = layout
        self._make_palette = make_palette
        self._highlights = highlights
        self._palette: Palette | None = None
        self._strips: dict[tuple[int, int], Strip] = {}
        """By section and row in it."""
        self._lines: dict[int, Strip] = {}
        """By line of the screen, with the filters applied."""
        self._shown: tuple[int, int | None, Sequence[LineFilter]] = (0, None, ())
        """What the lines of the screen were painted for."""

    @property
    def palette(self) -> Palette:
        """The styles to paint with, as they are now."""
        if self._palette is None:
            self._palette = self._make_palette()
        return self._palette

    def forget(self) -> None:
        """Paint every row again."""
        self._strips.clear()
        self._lines.clear()

    def forget_styles(self) -> None:
        """Paint every row again, in other styles."""
        self._palette = None
        self.forget()

    def forget_lines(self, start: int, end: int) -> None:
        """Put the lines of the screen from ``start`` up to ``end`` together again."""
        for y in range(start, end):
            self._lines.pop(y, None)

    def forget_rows(self, section: SectionRows, first_row: int) -> None:
        """Paint a section's rows from this one on again."""
        rows = len(section.flow.rows)
        if rows - first_row > _CACHED_ROWS:
            self._strips.clear()
        for row in range(first_row, min(rows, first_row + _CACHED_ROWS)):
            self._strips.pop((section.ordinal, row), None)

    def lines(
        self, crop: Region, top: int, more_at: int | None, filters: Sequence[LineFilter]
    ) -> list[Strip]:
        """Return lines of the screen, on which the row ``top`` is the first.

        The line ``more_at``, if any, says how many rows there are below.
        """
        shown = (top, more_at, filters)
        if shown != self._shown:
            self._shown = shown
            self._lines.clear()
        lines = self._lines
        strips = [
            lines[y] if y in lines else self._filtered(y)
            for y in range(crop.y, crop.y + crop.height)
        ]
        if crop.column_span != (0, self.frame.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def _filtered(self, y: int) -> Strip:
        top, more_at, filters = self._shown
        strip = self.more(top + y) if y == more_at else self.row(top + y)
        for line_filter in filters:
            strip = strip.apply_filter(line_filter, self.palette.background)
        self._lines[y] = strip
        return strip

    def more(self, row: int) -> Strip:
        """Return the line that stands in for a row, and says how many there are from it on."""
        return paint_more(self._layout.height - row, self.frame, self.palette)

    def row(self, row: int) -> Strip:
        """Return a row as it is seen."""
        located = self._layout.locate(row)
        if located is None or located[1] == GAP:
            return Strip.blank(self.frame.width, self.palette.text)
        section, index = located
        key = (section.ordinal, index)
        strip = self._strips.get(key)
        if strip is None:
            highlights = self._highlights(section, index)
            strip = paint_row(section, index, self.frame, self.palette, highlights)
            if len(self._strips) >= _CACHED_ROWS:
                del self._strips[next(iter(self._strips))]
            self._strips[key] = strip
        return strip

    def trace(self, row: int) -> Strip:
        """Return a row that carries, cell by cell, which place in the story is there."""
        sections = self._layout.sections
        if not sections:
            return Strip.blank(self.frame.width)
        located = self._layout.locate(row)
        if located is None:
            return Strip([Segment(" ", trace_style(*self._layout.end))])
        section, index = located
        if index == GAP:
            above = sections[section.ordinal - 1]
            return Strip([Segment(" ", trace_style(above.ordinal, above.flow.length))])
        return trace_row(section, index, self.frame)
