"""The drawing of the pane: rows become strips when they are first seen, and are kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from rich.segment import Segment
from textual.color import TRANSPARENT
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.screen.prose.layout import GAP, Layout
from tui.screen.prose.section import Section
from tui.screen.widgets.story_log.painter import (
    Frame,
    Highlight,
    paint_more,
    paint_row,
    trace_row,
    trace_style,
)
from tui.screen.widgets.story_log.palette import Palette

if TYPE_CHECKING:
    from textual.filter import LineFilter

_CACHED_ROWS = 512


class Canvas(ScrollView):
    """Draws the rows of a `Layout` that are on the screen."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.layout_rows = Layout()
        self.frame = Frame(0, 0, 0, 0)
        self._strips: dict[tuple[int, int], Strip] = {}
        self._drawn: dict[int, Strip] = {}
        self._drawn_state: tuple[int, bool, Sequence[LineFilter]] = (0, False, ())
        self._palette: Palette | None = None
        self._background = TRANSPARENT
        self._is_bare: bool | None = None
        self._is_painting = False

    # What a subclass says

    def highlights(self, section: Section, row: int) -> Sequence[Highlight]:
        """Return what stands out in a row; a subclass says what."""
        return ()

    def make_palette(self) -> Palette:
        """Return the styles to paint with; a subclass knows them."""
        raise NotImplementedError

    def prepare_to_draw(self) -> None:
        """Make sure that the rows fit the pane."""

    @property
    def shows_more(self) -> bool:
        """Whether the last row is kept for the note that there is more below."""
        return False

    # What it may ask for

    @property
    def palette(self) -> Palette:
        """The styles to paint with, as they are now."""
        if self._palette is None:
            self._palette = self.make_palette()
            self._background = self.background_colors[1]
        return self._palette

    def repaint(self) -> None:
        """Draw every row again, because something else stands out now."""
        self.forget_strips()
        self.refresh(self.size.region)

    def repaint_rows(self, start: int, end: int) -> None:
        """Draw the rows of the screen from ``start`` up to ``end`` again."""
        for y in range(start, end):
            self._drawn.pop(y, None)
        self.refresh(Region(0, start, self.frame.columns, end - start))

    def forget_strips(self) -> None:
        """Let every row be made anew when it is next drawn."""
        self._strips.clear()
        self._drawn.clear()

    def forget_rows(self, section: Section, first_row: int) -> None:
        """Let a section's rows from this one on be made anew when they are next drawn."""
        rows = len(section.flow.rows)
        if rows - first_row > _CACHED_ROWS:
            self._strips.clear()
        for row in range(first_row, min(rows, first_row + _CACHED_ROWS)):
            self._strips.pop((section.ordinal, row), None)

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Draw again. Without a region anything may be different, styles as well."""
        if repaint and not regions:
            self._forget_styles()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old styles."""
        super().notify_style_update()
        self._forget_styles()

    def _forget_styles(self) -> None:
        self._palette = None
        self._is_bare = None
        self.forget_strips()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw rows. Quick when the pane has no border, padding or opacity of its own."""
        self.prepare_to_draw()
        if self._is_bare is None:
            self._is_bare = self._has_bare_styles()
        if not self._is_bare:
            self._is_painting = True
            try:
                return super().render_lines(crop)
            finally:
                self._is_painting = False
        self._check_drawn()
        drawn = self._drawn
        strips = [
            drawn[y] if y in drawn else self._draw_line(y)
            for y in range(crop.y, crop.y + crop.height)
        ]
        if crop.column_span != (0, self.frame.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def _check_drawn(self) -> None:
        """Forget what is on the screen when it no longer shows the same part of the story."""
        state = (self.scroll_offset.y, self.shows_more, self.get_line_filters())
        if state != self._drawn_state:
            self._drawn_state = state
            self._drawn.clear()

    def _draw_line(self, y: int) -> Strip:
        strip = self._paint_line(y)
        for line_filter in self._drawn_state[2]:
            strip = strip.apply_filter(line_filter, self._background)
        self._drawn[y] = strip
        return strip

    def render_line(self, y: int) -> Strip:
        """Return a row to draw or, when Textual asks what is under the mouse, its trace."""
        return self._paint_line(y) if self._is_painting else self._trace_line(y)

    def _has_bare_styles(self) -> bool:
        styles = self.styles
        return not (
            styles.gutter
            or styles.tint.a
            or styles.text_opacity != 1
            or any(edge for edge, _color in styles.outline)
            or styles.has_rule("hatch")
            or self.opacity != 1
        )

    def _paint_line(self, y: int) -> Strip:
        row = self.scroll_offset.y + y
        if self.shows_more and y == self.size.height - 1:
            return paint_more(self.layout_rows.height - row, self.frame, self.palette)
        located = self.layout_rows.locate(row)
        if located is None or located[1] == GAP:
            return Strip.blank(self.frame.width, self.palette.text)
        section, index = located
        key = (section.ordinal, index)
        strip = self._strips.get(key)
        if strip is None:
            highlights = self.highlights(section, index)
            strip = paint_row(section, index, self.frame, self.palette, highlights)
            if len(self._strips) >= _CACHED_ROWS:
                del self._strips[next(iter(self._strips))]
            self._strips[key] = strip
        return strip

    def _trace_line(self, y: int) -> Strip:
        rows = self.layout_rows
        if not rows.sections:
            return Strip.blank(self.frame.width)
        located = rows.locate(self.scroll_offset.y + y)
        if located is None:
            return Strip([Segment(" ", trace_style(*rows.end))])
        section, index = located
        if index == GAP:
            above = rows.sections[section.ordinal - 1]
            return Strip([Segment(" ", trace_style(above.ordinal, above.flow.length))])
        return trace_row(section, index, self.frame)
