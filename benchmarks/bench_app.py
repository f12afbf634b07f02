"""The app in which panes are measured, and how they are fed."""

from typing import TYPE_CHECKING

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll

from benchmarks.contenders import Contender

if TYPE_CHECKING:
    from textual.widget import Widget

SIZE = (120, 40)
CHUNK_TOKENS = 200


class BenchApp(App[None]):
    """An app with nothing but the pane."""

    def __init__(self, contender: Contender) -> None:
        super().__init__()
        self.contender = contender

    def compose(self) -> ComposeResult:
        widget: Widget = self.contender.widget
        if widget.__class__.__name__ == "Markdown":
            with VerticalScroll() as scroll:
                scroll.anchor()
                yield widget
        else:
            yield widget
