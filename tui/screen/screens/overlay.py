"""A box over the story. c cancels through every overlay."""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.screen import ModalScreen
from textual.widget import Widget

from tui.screen.screens.closing import ClosingScreen

_Result = TypeVar("_Result")


class Overlay(ModalScreen[_Result | None], ClosingScreen[_Result | None]):
    """A box in the middle that leaves the header visible; escape dismisses it with None.

    Textual takes the default style of the first base alone, so the modal one comes first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "app.cancel", "Cancel", id="cancel"),
        Binding("ctrl+c", "app.cancel_or_help", id="interrupt"),
        Binding("ctrl+q", "app.leave", id="quit_too", priority=True),
        # As in a pager.
        Binding("q", "close", "Close", id="quit"),
        Binding("escape", "close", "Close"),
    ]
    DEFAULT_CSS = """
    Overlay {
        align: center middle;
        & > #box {
            width: 76;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            margin: 1 2;
            padding: 0 1;
            border: round $primary;
            background: $surface;
            &:ansi { background: ansi_default; }
        }
    }
    """

    def __init__(self, title: str) -> None:
        """``title`` is shown in the frame."""
        super().__init__()
        self._title = title

    def content(self) -> Widget:
        """Return what is in the box; a subclass knows."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(id="box") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "[@click=screen.close]esc closes[/]"
            yield self.content()

    def on_click(self, event: Click) -> None:
        """A click beside the box closes it."""
        if event.widget is self:
            self.action_close()

    def action_close(self) -> None:
        """Close without a result."""
        self.dismiss(None)
