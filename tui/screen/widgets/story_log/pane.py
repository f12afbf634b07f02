"""The pane under the story: which rows are on the screen, and how they get there cheaply.

It keeps to the end while it follows, and to what is being read while it doesn't; it draws again
only what changed, and draws the scrollbar a few times a second at most.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size
from textual.reactive import var
from textual.widget import Widget

from tui.screen.prose.layout import Change, Layout, Position
from tui.screen.prose.section import Section
from tui.screen.widgets.story_log.canvas import Canvas
from tui.screen.widgets.story_log.painter import Frame

if TYPE_CHECKING:
    from textual.timer import Timer

FRAME_SECONDS = 1 / 25
"""How often text that arrives is shown: a frame costs more than the text in it."""
SCROLLBAR_SECONDS = 0.25
"""How often the scrollbar follows: to draw it costs as much as to draw the text."""
MARGIN = 1
"""Columns on each side of the text."""


class Pane(Canvas):
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
        self._reading = Position(0, 0)
        self._seen_size = Size(0, 0)
        self._is_unsettled = False
        self._drawn_thumb = (0, 0)
        self._scrollbar_timer: Timer | None = None

    def follow(self) -> None:
        """Go to the end and stay there while text arrives."""
        self.following = True
        self.settle()

    @property
    def page_rows(self) -> int:
        """How many rows of text are to be seen at once."""
        return max(1, self.size.height - self.shows_more)

    def text_changed(self) -> None:
        """Bring the screen in line with the story: soon, and at most once in a frame."""
        if not self._is_unsettled and self._seen_size:
            self._is_unsettled = True
            self._frames.resume()

    def forget(self) -> None:
        """Begin again with an empty story."""
        self.layout_rows = Layout(self.layout_rows.width)
        self.forget_strips()
        self.following = True
        self._place(whole=True)

    def text_arrived(self, sections: Iterable[Section]) -> None:
        """Text was added to these sections; a subclass may want to know."""

    def show(self, position: Position) -> None:
        """Bring a place in the story onto the screen, and stay there."""
        self.settle()
        row, top = self.layout_rows.row_of(position), self.scroll_offset.y
        if not top <= row < top + self.page_rows:
            top = max(0, row - self.page_rows // 3)
        self._reading = self.layout_rows.position_of(top)
        self.following = False
        self._place()
        self._reader_moved()

    def place_anew(self) -> None:
        """Put the window where it belongs over rows that are all different, and draw them."""
        if self._seen_size:
            self._place(whole=True)
            self._reader_moved()

    def settle(self) -> None:
        """Place the window over the rows and have the rows drawn that changed."""
        self._is_unsettled = False
        whole = self._measure()
        if not self._seen_size:
            return  # not on the screen yet
        changes = self.layout_rows.take_changes()
        for change in changes:
            self.forget_rows(change.section, change.first_row)
        self.text_arrived([change.section for change in changes])
        if not self._place(whole):
            for change in changes:
                self._refresh_change(change)

    def _refresh_change(self, change: Change) -> None:
        top, height = self.scroll_offset.y, self._seen_size.height
        first_row = self.layout_rows.first_row(change.section.ordinal)
        is_new = change.first_row == 0
        start = max(first_row + change.first_row - is_new, top)
        end = top + height
        if not change.moved:
            end = min(end, first_row + change.section.shown)
        if start < end:
            self.repaint_rows(start - top, end - top)

    def prepare_to_draw(self) -> None:
        """Wrap again when the pane has another size than when it was last drawn."""
        if self._measure():
            self._position_window()

    def _measure(self) -> bool:
        """Wrap again if the pane's width is another one; say whether its size is."""
        size = self.size
        if not size or size == self._seen_size:
            return False
        self._seen_size = size
        # The scrollbar has its room always, so that nothing moves when it appears.
        room = size.width - self.styles.scrollbar_size_vertical
        width = room - 2 * MARGIN if room > 4 * MARGIN else max(1, room)
        if self.max_text_width:
            width = min(width, self.max_text_width)
        left = max(0, room - width) // 2
        self.frame = Frame(self.outer_size.width, size.width, left, width)
        self.forget_strips()
        if width != self.layout_rows.width:
            self.layout_rows.reflow(width)
        return True

    def _place(self, whole: bool = False) -> bool:
        """Put the window where it belongs; draw all of it when it moved, and say whether."""
        if not self._seen_size:
            return False
        moved = self._position_window() or whole
        if moved:
            self.repaint_rows(0, self._seen_size.height)
        return moved

    def _position_window(self) -> bool:
        viewport = self._seen_size.height
        height = self.layout_rows.height + self.shows_more
        y = bottom = max(0, height - viewport)
        if not self.following:
            y = min(self.layout_rows.row_of(self._reading), bottom)
        self._resize_virtually(Size(self._seen_size.width, height))
        if y == self.scroll_offset.y:
            return False
        self.set_reactive(Widget.scroll_y, float(y))
        self.set_reactive(Widget.scroll_target_y, float(y))
        return True

    def _resize_virtually(self, size: Size) -> None:
        if size == self.virtual_size:
            return
        viewport = self._seen_size.height
        if (size.height > viewport) != (self.virtual_size.height > viewport):
            self.virtual_size = size  # asks for a layout, in which the scrollbar comes or goes
        else:
            self.set_reactive(Widget.virtual_size, size)
        if self._scrollbar_timer is None:
            self._scrollbar_timer = self.set_timer(SCROLLBAR_SECONDS, self._scrollbar_is_due)

    def _scrollbar_is_due(self) -> None:
        self._scrollbar_timer = None
        thumb = self._thumb()
        if thumb != self._drawn_thumb:
            self._drawn_thumb = thumb
            self._update_scrollbar()
        self._count_rows_below()

    def _thumb(self) -> tuple[int, int]:
        """Return where the scrollbar's grip is and how long, as finely as it can be drawn."""
        viewport, height = self._seen_size.height, max(1, self.virtual_size.height)
        eighths = 8 * viewport
        return round(eighths * self.scroll_y / height), round(eighths * viewport / height)

    def _update_scrollbar(self) -> None:
        if self.show_vertical_scrollbar:
            bar = self.vertical_scrollbar
            bar.window_virtual_size = self.virtual_size.height
            bar.position = self.scroll_y

    def _count_rows_below(self) -> None:
        shown = self.scroll_offset.y + self.page_rows
        self.rows_below = max(0, self.layout_rows.height - shown)
        if self.shows_more:
            self.repaint_rows(self._seen_size.height - 1, self._seen_size.height)

    def _reader_moved(self) -> None:
        self._update_scrollbar()
        self._count_rows_below()

    @property
    def shows_more(self) -> bool:
        """Whether the last row is kept for the note that there is more below."""
        return not self.following and self.layout_rows.height > self.size.height

    # What happens to it

    def on_mount(self) -> None:
        """Have a clock for frames ready; it stands still while nothing is written."""
        self._frames = self.set_interval(FRAME_SECONDS, self._frame_is_due, pause=True)

    def _frame_is_due(self) -> None:
        self._frames.pause()
        self.settle()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new width."""
        self.settle()
        self._reader_moved()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow when the reader reached the end, keep the place when they left it."""
        super().watch_scroll_y(old_value, new_value)
        if self.size != self._seen_size or round(old_value) == round(new_value):
            return  # the size changed and with it the limits: nobody scrolled
        self._reading = self.layout_rows.position_of(round(new_value))
        self.following = new_value >= self.max_scroll_y
        self._reader_moved()

    def watch_show_vertical_scrollbar(self) -> None:
        """A scrollbar that has come must be told where the window is."""
        self._update_scrollbar()

    def watch_following(self) -> None:
        """The row that says there is more comes or goes."""
        self.place_anew()

    def watch_max_text_width(self) -> None:
        """Wrap for the new measure."""
        self._seen_size = Size(0, 0)
        self.settle()
