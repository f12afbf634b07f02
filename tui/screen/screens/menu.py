"""A list to choose from. While a run lives it has no search field, which would take c."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.screen.screens.overlay import Overlay
from tui.text.untrusted import clean_line

_WIDTH = 70
_HINT_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu: what it is, and a hint at its end, such as its key."""

    text: str
    hint: str = ""


class Menu(Overlay[int]):
    """Dismissed with the index of the chosen entry, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "close", id="menu", priority=True),
        # Where there is a search it has the keyboard, and the list still moves.
        Binding("down", "list('cursor_down')", show=False, priority=True),
        Binding("up", "list('cursor_up')", show=False, priority=True),
        Binding("pagedown", "list('page_down')", show=False, priority=True),
        Binding("pageup", "list('page_up')", show=False, priority=True),
        Binding("enter", "list('select')", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Menu Vertical { height: auto; }
    Menu Input, Menu Input:focus { margin-bottom: 1; background: transparent; }
    Menu OptionList {
        height: auto;
        max-height: 100%;
        padding: 0;
        background: transparent;
        &, &:focus { border: none; }
    }
    """

    def __init__(
        self,
        title: str,
        entries: Sequence[Entry],
        *,
        first: int = 0,
        on_highlight: Callable[[int], object] | None = None,
        is_searchable: bool = False,
    ) -> None:
        """``first`` is highlighted; ``on_highlight`` is told where the highlight goes."""
        super().__init__(title)
        self._entries = entries
        self._first = first
        self._on_highlight = on_highlight
        self._is_searchable = is_searchable
        self._list = OptionList(markup=False)

    def content(self) -> Widget:
        """Return the list, under the search if there is one."""
        if not self._is_searchable:
            return self._list
        self._list.can_focus = False
        return Vertical(Input(placeholder="Search", compact=True), self._list)

    def on_mount(self) -> None:
        """Begin where the user is."""
        self._fill()
        self._list.highlighted = self._first

    def action_list(self, action: str) -> None:
        """Let the list do something."""
        getattr(self._list, f"action_{action}")()

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        self._fill(event.value)

    def _fill(self, query: str = "") -> None:
        """List the entries that hold every word of the query, each under its index."""
        words = query.casefold().split()
        width = min(_WIDTH, self.app.size.width - 10)
        self._list.clear_options()
        self._list.add_options(
            Option(_line(entry, width), str(number))
            for number, entry in enumerate(self._entries)
            if all(word in entry.text.casefold() for word in words)
        )
        self._list.action_first()

    @on(OptionList.OptionHighlighted)
    def _tell(self, event: OptionList.OptionHighlighted) -> None:
        if self._on_highlight:
            self._on_highlight(int(event.option_id or 0))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(event.option_id or 0))


def _line(entry: Entry, width: int) -> Content:
    room = max(1, width - _HINT_WIDTH)
    return Content(clean_line(entry.text, room).ljust(room) + clean_line(entry.hint, _HINT_WIDTH))
