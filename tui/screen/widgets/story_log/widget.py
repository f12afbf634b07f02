"""The widget: sections to write to, and what the reader scrolls, selects and searches."""

from typing import ClassVar, Self

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollDown, ScrollTo, ScrollUp
from textual.selection import Selection
from textual.strip import Strip

from tui.screen.prose.layout import Layout, Position
from tui.screen.prose.section import SectionRows
from tui.screen.widgets.story_log.painter import Highlight
from tui.screen.widgets.story_log.palette import COMPONENTS, CSS, palette_of
from tui.screen.widgets.story_log.row_cache import RowCache
from tui.screen.widgets.story_log.search import Search
from tui.screen.widgets.story_log.selected import selected_part, selected_text
from tui.screen.widgets.story_log.viewport import Viewport

DRAW_SECONDS = 1 / 25
"""How often text that arrives is shown: a frame costs more than the text in it."""


class StoryLog(ScrollView, can_focus=True):
    """Shows a story while it is written; the package's docstring says what to ask of it."""

    ALLOW_SELECT = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "Follow", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"story-log--{name}" for name in COMPONENTS}
    DEFAULT_CSS = (
        """
    StoryLog {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    """
        + CSS
    )

    following: var[bool] = var(True, init=False)
    """Whether the pane keeps to the end of the story. Scrolling up ends it, the end resumes it."""
    max_text_width: var[int | None] = var(None, init=False)
    """Text is no wider than this and stands in the middle of a wider pane."""
    raw: var[bool] = var(False, init=False)
    """Whether the text is shown as it was written, with the marks of its Markdown."""
    folded: var[bool] = var(False, init=False)
    """Whether only the story is shown: no speakers, no drafts, no talk about it."""
    matches: var[int] = var(0, init=False)
    """How many matches the search has."""
    match_number: var[int] = var(0, init=False)
    """Which of them is the current one, from one; 0 without any."""

    def __init__(
        self,
        *,
        max_text_width: int | None = None,
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.story = Layout(on_change=self._text_changed)
        self.rows = RowCache(self.story, lambda: palette_of(self), self._highlights)
        self.viewport = Viewport(self, self.story, self.rows)
        self.search = Search(self.story, self._place_on_top, self._show_match)
        self._is_unsettled = False
        self._is_bare: bool | None = None
        """Whether the widget has no styles that Textual draws around its lines."""
        self._is_painting = False
        self.set_reactive(StoryLog.max_text_width, max_text_width)

    # The story.

    def clear(self) -> None:
        """Forget the story and follow again; a search goes on in what is to come."""
        self.story.clear()
        self.search.restart()
        self.rows.forget()
        self.following = True
        self.viewport.place()

    def on_mount(self) -> None:
        """Make the timer for frames; it is paused while nothing is written."""
        self._frames = self.set_interval(DRAW_SECONDS, self._frame_is_due, pause=True)

    def _frame_is_due(self) -> None:
        self._frames.pause()
        self.settle()

    def _text_changed(self) -> None:
        if not self._is_unsettled and self.viewport.size:
            self._is_unsettled = True
            self._frames.resume()

    def settle(self) -> None:
        """Draw now what the next frame would draw."""
        self._is_unsettled = False
        changes = self.viewport.settle()
        if self.search.scan(change.section for change in changes):
            self._count_matches()
            self._repaint()

    # What is shown of it.

    def follow(self) -> None:
        """Go to the end and stay there while text arrives."""
        self.following = True
        self.settle()

    def watch_following(self) -> None:
        """Show or hide the line that says there is more."""
        self.viewport.place()

    def watch_max_text_width(self) -> None:
        """Wrap for the new width."""
        self.viewport.size = Size(0, 0)
        self.settle()

    def watch_raw(self) -> None:
        """Wrap everything again."""
        self.story.reflow(is_raw=self.raw)
        self.rows.forget()
        self.viewport.place()

    def watch_folded(self) -> None:
        """Leave the rows out that are no part of the story, or bring them back."""
        self.story.fold(self.folded)
        self.rows.forget()
        self.viewport.place()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the reader, but not a scroll limit that changed with the size."""
        super().watch_scroll_y(old_value, new_value)
        if self.size == self.viewport.size and round(old_value) != round(new_value):
            self.viewport.scrolled(round(new_value))

    def watch_show_vertical_scrollbar(self) -> None:
        """Tell a scrollbar that has just come where the viewport is."""
        self.viewport.update_scrollbar()

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self.settle()
        self.viewport.reader_moved()

    # Search and selection.

    def _place_on_top(self) -> Position:
        return self.story.position_of(self.viewport.top)

    def _show_match(self) -> None:
        self._count_matches()
        self._repaint()
        if match := self.search.current:
            if self.folded and self.story.is_away(match):
                self.folded = False
            self.settle()
            self.viewport.show(match)

    def _count_matches(self) -> None:
        self.matches, self.match_number = self.search.count, self.search.number

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return what is selected, as it was written rather than as it is wrapped."""
        if not self.story.sections:
            return None
        return selected_text(self.story, selection), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw what is selected."""
        self._repaint()

    # Drawing.

    def _highlights(self, section: SectionRows, row: int) -> list[Highlight]:
        palette = self.rows.palette
        marked = self.search.highlights(section, row, palette)
        if selection := self.text_selection:
            layout, style = self.story, palette.selection
            marked += selected_part(layout, selection, section, row, style)
        return marked

    def _repaint(self) -> None:
        self.rows.forget()
        self.refresh(self.size.region)

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
        self._is_bare = None
        self.rows.forget_styles()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines, from the cache unless the widget has a border, padding or opacity."""
        if self.viewport.measure():
            self.viewport.scroll()
        if self._is_bare is None:
            self._is_bare = self._has_bare_styles()
        if self._is_bare:
            viewport = self.viewport
            return self.rows.lines(crop, viewport.top, viewport.more_at, self.get_line_filters())
        self._is_painting = True
        try:
            return super().render_lines(crop)
        finally:
            self._is_painting = False

    def render_line(self, y: int) -> Strip:
        """Return a line to draw or, when Textual asks what is under the mouse, its trace."""
        row = self.viewport.top + y
        if not self._is_painting:
            return self.rows.trace(row)
        return self.rows.more(row) if y == self.viewport.more_at else self.rows.row(row)

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

    # Keys, wheel and scrollbar: nothing is animated, so that it is clear when the end is reached.

    def action_scroll_up(self) -> None:
        """Scroll one row up."""
        self._scroll_rows(-1)

    def action_scroll_down(self) -> None:
        """Scroll one row down."""
        self._scroll_rows(1)

    def action_page_up(self) -> None:
        """Scroll one page up."""
        self._scroll_rows(-self.viewport.page_rows)

    def action_page_down(self) -> None:
        """Scroll one page down."""
        self._scroll_rows(self.viewport.page_rows)

    def action_scroll_home(self) -> None:
        """Go to the beginning."""
        self._scroll_rows(-self.virtual_size.height)

    def action_scroll_end(self) -> None:
        """Go to the end and follow."""
        if not self.allow_vertical_scroll:
            raise SkipAction
        self.follow()

    def on_scroll_up(self, event: ScrollUp) -> None:
        """Scroll up at a click above the scrollbar's grip."""
        event.stop()
        event.prevent_default()
        self.action_page_up()

    def on_scroll_down(self, event: ScrollDown) -> None:
        """Scroll down at a click below the scrollbar's grip."""
        event.stop()
        event.prevent_default()
        self.action_page_down()

    def on_scroll_to(self, event: ScrollTo) -> None:
        """Scroll where the scrollbar's grip is dragged."""
        event.stop()
        event.prevent_default()
        self.scroll_to(y=event.y, animate=False)

    def on_click(self, event: events.Click) -> None:
        """Follow again at a click on the line that says there is more."""
        if event.widget is self and event.y == self.viewport.more_at:
            self.follow()

    def _scroll_rows(self, rows: int) -> None:
        if not self.allow_vertical_scroll:
            raise SkipAction
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False)
