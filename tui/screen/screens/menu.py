"""A list to choose from. It has no input, so that it may be open while a run lives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList

from tui.screen.screens.overlay import Overlay
from tui.text import clean_line

_WIDTH = 70
_HINT_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu: what it is, and a hint at its end, such as its key."""

    text: str
    hint: str = ""


class Menu(Overlay[int]):
    """Dismissed with the index of the chosen entry, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+p", "close", id="menu", priority=True)]
    DEFAULT_CSS = """
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
    ) -> None:
        """``first`` is highlighted; ``on_highlight`` is told where the highlight goes."""
        super().__init__(title)
        self._entries = entries
        self._first = first
        self._on_highlight = on_highlight

    def content(self) -> OptionList:
        """Return the list."""
        width = min(_WIDTH, self.app.size.width - 10)
        return OptionList(*(_line(entry, width) for entry in self._entries), markup=False)

    def on_mount(self) -> None:
        """Begin where the user is."""
        self.query_one(OptionList).highlighted = self._first

    @on(OptionList.OptionHighlighted)
    def _tell(self, event: OptionList.OptionHighlighted) -> None:
        if self._on_highlight:
            self._on_highlight(event.option_index)

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)


def _line(entry: Entry, width: int) -> Content:
    room = max(1, width - _HINT_WIDTH)
    return Content(clean_line(entry.text, room).ljust(room) + clean_line(entry.hint, _HINT_WIDTH))
