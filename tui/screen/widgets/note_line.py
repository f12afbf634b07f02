"""The author's note, pinned above the story."""

from textual.content import Content
from textual.widgets import Static

from tui.text.untrusted import clean_line


class NoteLine(Static):
    """One line; an empty note takes no room."""

    def __init__(self) -> None:
        super().__init__(markup=False)

    def show(self, note: str) -> None:
        """Show a note."""
        self.update(Content(f"Note: {clean_line(note)}"))
        self.set_class(bool(note), "-shown")
