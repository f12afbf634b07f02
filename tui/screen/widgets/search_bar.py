"""Search in the story: a line under the pane, there only while it is used."""

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from tui.screen.widgets.story_log import StoryLog


class SearchBar(Horizontal):
    """Marks the matches in the story pane beside it as you type."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down,f3", "next", "Next", key_display="enter", priority=True),
        Binding("up,shift+f3", "previous", "Previous", key_display="↑", priority=True),
        Binding("escape", "close", "Close"),
    ]

    field = getters.query_one(Input)

    def __init__(self, log: StoryLog) -> None:
        """``log`` is the pane that is searched."""
        super().__init__()
        self._log = log

    def compose(self) -> ComposeResult:
        """The query, and where among the matches we are."""
        yield Input(placeholder="Search in the story", compact=True)
        yield Static(id="matches")

    def on_mount(self) -> None:
        """Follow the pane: matches come and go while it searches."""
        self.watch(self._log, "matches", self._show_count, init=False)
        self.watch(self._log, "match_number", self._show_count, init=False)

    def open(self) -> None:
        """Show the bar and give it the keyboard."""
        self.add_class("-shown")
        self.field.focus()
        self._search()

    def action_close(self) -> None:
        """Hide the bar, forget the matches, and give the keyboard back to the story."""
        if self.has_class("-shown"):
            self.remove_class("-shown")
            self._log.search.stop()
            self._log.focus()

    def action_next(self) -> None:
        """Go to the next match."""
        self._log.search.step(1)

    def action_previous(self) -> None:
        """Go to the match before."""
        self._log.search.step(-1)

    @on(Input.Changed)
    def _search(self) -> None:
        self._log.search.start(self.field.value)
        self._show_count()

    def _show_count(self) -> None:
        found = f"{self._log.match_number} of {self._log.matches}" if self._log.matches else "none"
        self.query_one("#matches", Static).update(Content(found if self.field.value else ""))
