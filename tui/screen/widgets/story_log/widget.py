"""The widget: the pane with sections to write to, keys, selection and search."""

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.scrollbar import ScrollDown, ScrollTo, ScrollUp
from textual.selection import Selection

from tui.screen.prose.layout import Position
from tui.screen.prose.section import Role, Section
from tui.screen.widgets.speaker_colors import TONES
from tui.screen.widgets.story_log.painter import Highlight
from tui.screen.widgets.story_log.palette import COMPONENTS, Palette, make_palette
from tui.screen.widgets.story_log.pane import Pane
from tui.screen.widgets.story_log.searching import SearchablePane


class StoryLog(SearchablePane, can_focus=True):
    """Shows a story while it is written; the package's docstring says what to ask of it."""

    ALLOW_SELECT = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "Follow", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"story-log--{name}" for name in COMPONENTS}
    DEFAULT_CSS = """
    StoryLog {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        & > .story-log--mark { color: $text-muted; }
        & > .story-log--more { color: $text-muted; text-style: italic; }
        & > .story-log--match { text-style: underline; background: $warning 30%; }
        & > .story-log--current-match { text-style: bold reverse; }
        & > .story-log--title-1 { color: $text-primary; text-style: bold underline; }
        & > .story-log--title-2 { color: $text-primary; text-style: bold; }
        & > .story-log--title-3 { text-style: bold italic; }
        & > .story-log--emphasis { text-style: italic; }
        & > .story-log--strong { text-style: bold; }
        & > .story-log--struck { text-style: strike; }
        & > .story-log--link { text-style: underline; }
        & > .story-log--code { color: $text-accent; text-style: bold; }
        & > .story-log--code-block { color: $text-accent; background: $foreground 7%; }
        & > .story-log--quote { color: $text-muted; text-style: italic; }
        & > .story-log--marker { color: $text-secondary; }
        & > .story-log--rule { color: $text-muted; }
        & > .story-log--draft { color: $text-muted; }
    }
    """ + "\n".join(
        f"StoryLog > .story-log--tone-{tone} {{ color: {color}; text-style: bold; }}"
        for tone, color in enumerate(TONES)
    )

    def __init__(
        self,
        *,
        max_text_width: int | None = None,
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.set_reactive(Pane.max_text_width, max_text_width)

    def open_section(self, key: Hashable, heading: str | None = None, *, tone: int = 0) -> None:
        """Begin a section at the end of the story; `append` finds it by its key."""
        self.layout_rows.open(key, heading, tone)
        self.text_changed()

    def append(self, key: Hashable, text: str) -> None:
        """Add text to a section.

        Raises:
            KeyError: No section was opened with that key.
        """
        self.layout_rows.append(key, text)
        self.text_changed()

    def finish(self, key: Hashable) -> None:
        """Say that a section is complete: a mark at its end that waited for more is shown.

        Raises:
            KeyError: No section was opened with that key.
        """
        self.layout_rows.finish(key)
        self.text_changed()

    def set_role(self, key: Hashable, role: Role) -> None:
        """Say what a section is to the story: a draft is told apart, and folded away.

        Raises:
            KeyError: No section was opened with that key.
        """
        self.layout_rows.set_role(key, role)
        self.text_changed()

    def mark(self, text: str = "") -> None:
        """Put a quiet line between what was and what follows."""
        self.layout_rows.mark(text)
        self.text_changed()

    def clear(self) -> None:
        """Forget the story and follow again."""
        self.forget()

    @property
    def text(self) -> str:
        """The story: sections with a blank line between, each below its heading."""
        return self.layout_rows.text

    # Selection: Textual's offsets are (characters into the section, section).

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return what is selected, as it was written rather than as it is wrapped."""
        if not self.layout_rows.sections:
            return None
        return self.layout_rows.extract(*self._selected(selection)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw what is selected."""
        self.repaint()

    def _selected(self, selection: Selection) -> tuple[Position, Position]:
        start, end = selection
        rows = self.layout_rows
        first = Position(start.y, start.x) if start else rows.start
        return first, rows.after_character(Position(end.y, end.x)) if end else rows.end

    def highlights(self, section: Section, row: int) -> Sequence[Highlight]:
        """Return the parts of a row that match a search or are selected."""
        marked = super().highlights(section, row)
        selection = self.text_selection
        if selection is None:
            return marked
        first, last = self._selected(selection)
        ordinal = section.ordinal
        if not first.section <= ordinal <= last.section:
            return marked
        row_start = section.flow.starts[row]
        start = first.offset - row_start if ordinal == first.section else 0
        end = last.offset - row_start if ordinal == last.section else len(section.flow.rows[row])
        return [*marked, Highlight(start, end, self.palette.selection)]

    # Keys, wheel and scrollbar: nothing is animated, so that it is clear when the end is reached.

    def action_scroll_up(self) -> None:
        """Scroll one row up."""
        self._scroll_rows(-1)

    def action_scroll_down(self) -> None:
        """Scroll one row down."""
        self._scroll_rows(1)

    def action_page_up(self) -> None:
        """Scroll one page up."""
        self._scroll_rows(-self.page_rows)

    def action_page_down(self) -> None:
        """Scroll one page down."""
        self._scroll_rows(self.page_rows)

    def action_scroll_home(self) -> None:
        """Go to the beginning."""
        self._scroll_rows(-self.virtual_size.height)

    def action_scroll_end(self) -> None:
        """Go to the end and follow."""
        if not self.allow_vertical_scroll:
            raise SkipAction
        self.follow()

    def on_scroll_up(self, event: ScrollUp) -> None:
        """The scrollbar was clicked above its grip."""
        event.stop()
        event.prevent_default()
        self.action_page_up()

    def on_scroll_down(self, event: ScrollDown) -> None:
        """The scrollbar was clicked below its grip."""
        event.stop()
        event.prevent_default()
        self.action_page_down()

    def on_scroll_to(self, event: ScrollTo) -> None:
        """The scrollbar's grip was dragged."""
        event.stop()
        event.prevent_default()
        self.scroll_to(y=event.y, animate=False)

    def on_click(self, event: events.Click) -> None:
        """A click on the row that says there is more follows again."""
        if self.shows_more and event.widget is self and event.y == self.size.height - 1:
            self.follow()

    def _scroll_rows(self, rows: int) -> None:
        if not self.allow_vertical_scroll:
            raise SkipAction
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False)

    def make_palette(self) -> Palette:
        """Return the styles to paint with."""
        return make_palette(
            self.rich_style,
            _legible(self.selection_style),
            lambda name: self.get_component_rich_style(f"story-log--{name}"),
        )


def _legible(style: Style) -> Style:
    """Return the style without a text colour that is none: themes may say "transparent"."""
    return Style(bgcolor=style.bgcolor) if style.color == style.bgcolor else style
