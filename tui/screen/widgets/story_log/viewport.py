"""Which rows of the story are on the screen, and how they get there cheaply.

The viewport keeps to the end while the pane follows, and to what is being read while it does not.
Only what changed is drawn again, and the scrollbar a few times a second at most.
"""

from typing import TYPE_CHECKING

from textual.geometry import Region, Size
from textual.widget import Widget

from tui.screen.prose.layout import Change, Layout, Position
from tui.screen.widgets.story_log.painter import Frame
from tui.screen.widgets.story_log.row_cache import RowCache

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui.screen.widgets.story_log.widget import StoryLog

SCROLLBAR_SECONDS = 0.25
"""How often the scrollbar follows: to draw it costs as much as to draw the text."""
MARGIN = 1
"""Columns on each side of the text."""


class Viewport:
    """The part of a layout that the widget shows: its size and its scroll position."""

    def __init__(self, widget: "StoryLog", layout: Layout, cache: RowCache) -> None:
        self.size = Size(0, 0)
        """The size of the widget when it was last measured; zero until it is on the screen."""
        self._widget = widget
        self._layout = layout
        self._cache = cache
        self._reading = Position(0, 0)
        """What the first row shows while the pane does not follow."""
        self._drawn_thumb = (0, 0)
        self._scrollbar_timer: Timer | None = None

    @property
    def top(self) -> int:
        """The first row shown."""
        return self._widget.scroll_offset.y

    @property
    def more_at(self) -> int | None:
        """The line that is kept for the note that there is more below, if there is."""
        has_more = not self._widget.following and self._layout.height > self.size.height
        return self.size.height - 1 if has_more else None

    @property
    def page_rows(self) -> int:
        """How many rows of text are shown at once."""
        more_at = self.more_at
        return max(1, self.size.height if more_at is None else more_at)

    def measure(self) -> bool:
        """Wrap again if the widget's width is another one; returns whether its size is."""
        size, styles = self._widget.size, self._widget.styles
        if not size or size == self.size:
            return False
        self.size = size
        # The scrollbar has its room always, so that nothing moves when it appears.
        room = size.width - styles.scrollbar_size_vertical
        width = room - 2 * MARGIN if room > 4 * MARGIN else max(1, room)
        if self._widget.max_text_width:
            width = min(width, self._widget.max_text_width)
        left = max(0, room - width) // 2
        self._cache.frame = Frame(self._widget.outer_size.width, size.width, left, width)
        self._cache.forget()
        if width != self._layout.width:
            self._layout.reflow(width)
        return True

    def settle(self) -> list[Change]:
        """Draw what changed in the layout, and return the changes."""
        whole = self.measure()
        if not self.size:
            return []
        changes = self._layout.take_changes()
        for change in changes:
            self._cache.forget_rows(change.section, change.first_row)
        if not self._place(whole=whole):
            for change in changes:
                self._draw_change(change)
        return changes

    def place(self) -> None:
        """Scroll to where it belongs over rows that are all different, and draw them."""
        if self.size:
            self._place(whole=True)
            self.reader_moved()

    def show(self, position: Position) -> None:
        """Scroll to a place in the story, and stay there."""
        row, top = self._layout.row_of(position), self.top
        if not top <= row < top + self.page_rows:
            top = max(0, row - self.page_rows // 3)
        self._reading = self._layout.position_of(top)
        self._widget.following = False
        if self.size:
            self._place()
        self.reader_moved()

    def scrolled(self, top: int) -> None:
        """Follow when the reader reached the end, keep the place when they left it."""
        self._reading = self._layout.position_of(top)
        self._widget.following = top >= self._widget.max_scroll_y
        self.reader_moved()

    def reader_moved(self) -> None:
        """Update the scrollbar and the note below at once, because the reader scrolled."""
        self.update_scrollbar()
        self._draw_more()

    def scroll(self) -> bool:
        """Scroll to where it belongs; returns whether that is another row."""
        height = self._layout.height + (self.more_at is not None)
        top = bottom = max(0, height - self.size.height)
        if not self._widget.following:
            top = min(self._layout.row_of(self._reading), bottom)
        self._resize_virtually(Size(self.size.width, height))
        if top == self.top:
            return False
        self._widget.set_reactive(Widget.scroll_y, float(top))
        self._widget.set_reactive(Widget.scroll_target_y, float(top))
        return True

    def draw_lines(self, start: int, end: int) -> None:
        """Draw the lines of the screen from ``start`` up to ``end`` again."""
        self._cache.forget_lines(start, end)
        self._widget.refresh(Region(0, start, self._cache.frame.columns, end - start))

    def update_scrollbar(self) -> None:
        """Tell the scrollbar where the viewport is."""
        if self._widget.show_vertical_scrollbar:
            bar = self._widget.vertical_scrollbar
            bar.window_virtual_size = self._widget.virtual_size.height
            bar.position = self._widget.scroll_y

    def _place(self, *, whole: bool = False) -> bool:
        moved = self.scroll() or whole
        if moved:
            self.draw_lines(0, self.size.height)
        return moved

    def _draw_change(self, change: Change) -> None:
        top = self.top
        first_row = self._layout.first_row(change.section.ordinal)
        is_new = change.first_row == 0
        start = max(first_row + change.first_row - is_new, top)
        end = top + self.size.height
        if not change.moved:
            end = min(end, first_row + change.section.shown)
        if start < end:
            self.draw_lines(start - top, end - top)

    def _resize_virtually(self, size: Size) -> None:
        widget, height = self._widget, self.size.height
        if size == widget.virtual_size:
            return
        if (size.height > height) != (widget.virtual_size.height > height):
            widget.virtual_size = size  # asks for a layout, in which the scrollbar comes or goes
        else:
            widget.set_reactive(Widget.virtual_size, size)
        if self._scrollbar_timer is None:
            self._scrollbar_timer = widget.set_timer(SCROLLBAR_SECONDS, self._scrollbar_is_due)

    def _scrollbar_is_due(self) -> None:
        self._scrollbar_timer = None
        thumb = self._thumb()
        if thumb != self._drawn_thumb:
            self._drawn_thumb = thumb
            self.update_scrollbar()
        self._draw_more()

    def _thumb(self) -> tuple[int, int]:
        """Return where the scrollbar's grip is and how long, as finely as it can be drawn."""
        height = max(1, self._widget.virtual_size.height)
        eighths = 8 * self.size.height
        return (
            round(eighths * self._widget.scroll_y / height),
            round(eighths * self.size.height / height),
        )

    def _draw_more(self) -> None:
        if self.more_at is not None:
            self.draw_lines(self.more_at, self.size.height)
