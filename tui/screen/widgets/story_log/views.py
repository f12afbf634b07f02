"""What the pane shows of a text: a page or what was written, everything or the story only."""

from textual.reactive import var

from tui.screen.prose.layout import Position
from tui.screen.widgets.story_log.pane import Pane


class ViewedPane(Pane):
    """A pane that can show its text in other ways, and keeps the reader's place when it does."""

    raw: var[bool] = var(False, init=False)
    """Whether the text is shown as it was written, with the marks of its Markdown."""
    folded: var[bool] = var(False, init=False)
    """Whether only the story is shown: no speakers, no drafts, no talk about it."""

    def toggle_raw(self) -> None:
        """Show what was written, or the page that is made of it."""
        self.raw = not self.raw

    def toggle_fold(self) -> None:
        """Show the story only, or everything."""
        self.folded = not self.folded

    def show(self, position: Position) -> None:
        """Bring a place in the story onto the screen; one that is folded away unfolds all."""
        if self.folded and self.layout_rows.is_away(position):
            self.folded = False
        super().show(position)

    def forget(self) -> None:
        """Begin again with an empty story, shown in the same way."""
        super().forget()
        self._apply_view()

    def watch_raw(self) -> None:
        """Wrap everything again."""
        self._apply_view()

    def watch_folded(self) -> None:
        """Leave the rows out that are no part of the story, or bring them back."""
        self._apply_view()

    def _apply_view(self) -> None:
        rows = self.layout_rows
        if rows.is_raw != self.raw:
            rows.reflow(is_raw=self.raw)
        if rows.is_folded != self.folded:
            rows.fold(self.folded)
        self.forget_strips()
        self.place_anew()
