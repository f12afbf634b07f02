"""The header: what is being written, on which model, and the state of the run."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.screen.widgets.status_style import StatusStyle
from tui.text.untrusted import clean_line


class StatusBar(Widget):
    """One line: the prompt on the left, the model and the state on the right."""

    prompt: reactive[str] = reactive("")
    model: reactive[str] = reactive("")
    status: reactive[StatusStyle | None] = reactive(None)

    def render(self) -> Content:
        """Give the state and the model their room first, and the prompt what is left."""
        state = self._state()
        room = self.content_size.width - state.cell_length - 2
        title = Content.assemble((" storyteam ", "bold $text-primary"), clean_line(self.prompt))
        return title.truncate(max(0, room), ellipsis=True, pad=True) + Content("  ") + state

    def _state(self) -> Content:
        state = Content.styled(f"{self.status} ", self.status.style) if self.status else Content()
        room = self.content_size.width - state.cell_length - 14
        model = Content.styled(clean_line(self.model), "$foreground-muted")
        return model.truncate(max(0, room), ellipsis=True) + Content("  ") + state
