"""The pane under the story: which rows are on the screen, and how they get there cheaply.

It keeps to the end while it follows, and to what is being read while it doesn't; it draws again
only what changed, and draws the scrollbar a few times a second at most.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.layout import GAP, Change, Layout, Position
from tui.section import Section
from tui.widgets.story_log.painter import (
    Frame,
    Highlight,
    Palette,
    paint_more,
    paint_row,
    trace_row,
    trace_style,
)

if TYPE_CHECKING:
    from textual.timer import Timer

SCROLLBAR_SECONDS = 0.25
"""How often the scrollbar follows: to draw it costs as much as to draw the text."""
MARGIN = 1
"""Columns on each side of the text."""
_CACHED_ROWS = 512


class Pane(ScrollView):
    """Shows a `Layout` through a window that follows its end or keeps its place."""

    following: var[bool] = var(True, init=False)
    """Whether the pane keeps to the end of the story. Scrolling up ends it, the end resumes it."""
    rows_below: var[int] = var(0, init=False)
    """How many rows there are below the last one shown; a few times a second at most."""
    max_text_width: var[int | None] = var(None, init=False)
    """Text is no wider than this and stands in the middle of a wider pane."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.layout_rows = Layout()
        self._reading = Position(0, 0)
        self._seen_size = Size(0, 0)
        self._frame = Frame(0, 0, 0)
        self._strips: dict[tuple[int, int], Strip] = {}
        self._palette: Palette | None = None
        self._is_unsettled = False
        self._is_painting = False
        self._scrollbar_timer: Timer | None = None

    def follow(self) -> None:
        """Go to the end and stay there while text arrives."""
        self.following = True
        self.settle()

    def stay(self) -> None:
        """Keep showing what is shown now, whatever arrives."""
        self._reading = self.layout_rows.position_of(self.scroll_offset.y)
        self.following = False

    @property
    def page_rows(self) -> int:
        """How many rows of text are to be seen at once."""
        return max(1, self.size.height - self.shows_more)

    def text_changed(self) -> None:
        """Bring the screen in line with the story once everybody has had their say."""
        if not self._is_unsettled and self._seen_size:
            self._is_unsettled = True
            self.call_next(self.settle)

    def forget(self) -> None:
        """Begin again with an empty story."""
        self.layout_rows = Layout(self.layout_rows.width)
        self._strips.clear()
        self.following = True
        self._place(whole=True)

    def repaint(self) -> None:
        """Draw every row again."""
        self._strips.clear()
        self.refresh()

    def highlights(self, section: Section, row: int) -> Sequence[Highlight]:
        """Return what stands out in a row; a subclass says what."""
        return ()

    def palette(self) -> Palette:
        """Return the styles to paint with; a subclass knows them."""
        raise NotImplementedError

    # Where things are

    def settle(self) -> None:
        """Place the window over the rows and have the rows drawn that changed."""
        self._is_unsettled = False
        whole = self._measure()
        if not self._seen_size:
            return
        changes = self.layout_rows.take_changes()
        for change in changes:
            self._strips.pop((change.section, change.first_row), None)
        if not self._place(whole):
            for change in changes:
                self._refresh_change(change)

    def _refresh_change(self, change: Change) -> None:
        top, height = self.scroll_offset.y, self.size.height
        first_row = self.layout_rows.first_row(change.section)
        is_new = change.first_row == 0
        start = max(first_row + change.first_row - is_new, top)
        end = top + height
        if not change.moved:
            end = min(end, first_row + self.layout_rows.sections[change.section].shown)
        if start < end:
            self.refresh(Region(0, start - top, self.size.width, end - start))

    def _measure(self) -> bool:
        """Wrap again if the pane's width is another one; say whether its size is."""
        size = self.size
        if not size or size == self._seen_size:
            return False
        self._seen_size = size
        margin = MARGIN if size.width > 4 * MARGIN else 0
        width = size.width - 2 * margin
        if self.max_text_width:
            width = min(width, self.max_text_width)
        self._frame = Frame(self.outer_size.width, (size.width - width) // 2, width)
        self._strips.clear()
        if width != self.layout_rows.width:
            self.layout_rows.reflow(width)
        return True

    def _place(self, whole: bool = False) -> bool:
        """Put the window where it belongs; draw all of it when it moved, and say whether."""
        if not self.size:
            return False
        moved = self._position_window() or whole
        if moved:
            self.refresh(self.size.region)
        return moved

    def _position_window(self) -> bool:
        viewport = self.size.height
        height = self.layout_rows.height + self.shows_more
        y = bottom = max(0, height - viewport)
        if not self.following:
            y = min(self.layout_rows.row_of(self._reading), bottom)
        self._resize_virtually(Size(self.size.width, height))
        if y == self.scroll_offset.y:
            return False
        self.set_reactive(Widget.scroll_y, float(y))
        self.set_reactive(Widget.scroll_target_y, float(y))
        return True

    def _resize_virtually(self, size: Size) -> None:
        if size == self.virtual_size:
            return
        needs_scrollbar = size.height > self.size.height
        if needs_scrollbar != (self.virtual_size.height > self.size.height):
            self.virtual_size = size  # asks for a layout, in which the scrollbar comes or goes
        else:
            self.set_reactive(Widget.virtual_size, size)
        if self._scrollbar_timer is None:
            self._scrollbar_timer = self.set_timer(SCROLLBAR_SECONDS, self._update_scrollbar)

    def _update_scrollbar(self) -> None:
        self._scrollbar_timer = None
        if self.show_vertical_scrollbar:
            bar = self.vertical_scrollbar
            bar.window_virtual_size = self.virtual_size.height
            bar.position = self.scroll_y
        shown = self.scroll_offset.y + self.size.height - self.shows_more
        self.rows_below = max(0, self.layout_rows.height - shown)
        if self.shows_more:
            self.refresh(Region(0, self.size.height - 1, self.size.width, 1))

    @property
    def shows_more(self) -> bool:
        """Whether the last row is kept for the note that there is more below."""
        return not self.following and self.layout_rows.height > self.size.height

    # What happens to it

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new width."""
        self.settle()
        self._update_scrollbar()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow when the reader reached the end, keep the place when they left it."""
        super().watch_scroll_y(old_value, new_value)
        if self.size != self._seen_size or round(old_value) == round(new_value):
            return  # the size changed and with it the limits: nobody scrolled
        self._reading = self.layout_rows.position_of(round(new_value))
        self.following = new_value >= self.max_scroll_y
        self._update_scrollbar()

    def watch_following(self) -> None:
        """The row that says there is more comes or goes."""
        if self._seen_size:
            self._place(whole=True)
            self._update_scrollbar()

    def watch_max_text_width(self) -> None:
        """Wrap for the new measure."""
        self._seen_size = Size(0, 0)
        self.settle()

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old styles."""
        super().notify_style_update()
        self._palette = None
        self._strips.clear()

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw rows. Quick when the pane has no border, padding or opacity of its own."""
        if self._measure():
            self._position_window()
        self._check_palette()
        if not self._is_bare:
            self._is_painting = True
            try:
                return super().render_lines(crop)
            finally:
                self._is_painting = False
        strips = [self._paint_line(y) for y in crop.line_range]
        if filters := self.get_line_filters():
            background = self.background_colors[1]
            for line_filter in filters:
                strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, self._frame.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """Return a row to draw or, when Textual asks what is under the mouse, its trace."""
        return self._paint_line(y) if self._is_painting else self._trace_line(y)

    @property
    def _is_bare(self) -> bool:
        styles = self.styles
        return not (
            styles.gutter
            or styles.tint.a
            or styles.text_opacity != 1
            or styles.outline.top[0]
            or styles.has_rule("hatch")
            or self.opacity != 1
        )

    def _check_palette(self) -> None:
        if self._palette is None or self._palette.text != self.rich_style:
            self._palette = self.palette()
            self._strips.clear()

    def _paint_line(self, y: int) -> Strip:
        assert self._palette is not None
        row = self.scroll_offset.y + y
        if self.shows_more and y == self.size.height - 1:
            return paint_more(self.layout_rows.height - row, self._frame, self._palette)
        located = self.layout_rows.locate(row)
        if located is None or located[1] == GAP:
            return Strip.blank(self._frame.width, self._palette.text)
        section, index = located
        key = (section.ordinal, index)
        strip = self._strips.get(key)
        if strip is None:
            highlights = self.highlights(section, index)
            strip = paint_row(section, index, self._frame, self._palette, highlights)
            if len(self._strips) >= _CACHED_ROWS:
                del self._strips[next(iter(self._strips))]
            self._strips[key] = strip
        return strip

    def _trace_line(self, y: int) -> Strip:
        rows = self.layout_rows
        if not rows.sections:
            return Strip.blank(self._frame.width)
        located = rows.locate(self.scroll_offset.y + y)
        if located is None:
            return Strip([Segment(" ", trace_style(*rows.end))])
        section, index = located
        if index == GAP:
            above = rows.sections[section.ordinal - 1]
            return Strip([Segment(" ", trace_style(above.ordinal, above.flow.length))])
        return trace_row(section, index, self._frame)
