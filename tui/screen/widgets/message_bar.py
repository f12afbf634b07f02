"""What the user has told the team, and what has become of it: a row for each message."""

from textual.content import Content
from textual.widget import Widget

from tui.run.state import RunState
from tui.screen.widgets.status_style import StatusStyle
from tui.story.telling import Fate, Message, Messages, begun
from tui.text.untrusted import clean_line

_MOST_ROWS = 4
_WAITING = StatusStyle("◷", "waiting", "$text-secondary")
_STYLES = {
    Fate.WAITING: _WAITING,
    Fate.HANDED_OVER: _WAITING,
    Fate.DELIVERED: StatusStyle("✔", "delivered", "$text-success"),
    Fate.DROPPED: StatusStyle("✖", "dropped", "$text-warning"),
}


class MessageBar(Widget):
    """Hidden while there is no message."""

    DEFAULT_CSS = """
    MessageBar {
        display: none;
        height: auto;
        padding: 0 2;
        background: $boost;
        &.-shown { display: block; }
    }
    """
    messages: Messages = ()
    _shown: Messages = ()

    def show(self, state: RunState) -> None:
        """Show the messages; those that were handed over for this run, as delivered if it began."""
        shown = begun(self.messages) if has_begun(state) else self.messages
        if shown != self._shown:
            self._shown = shown
            self.set_class(bool(shown), "-shown")
            self.refresh(layout=True)

    def render(self) -> Content:
        """Render the latest messages, each on a row of its own."""
        width = self.content_size.width
        rows = [_row(each, width) for each in self._shown[-_MOST_ROWS:]]
        if hidden := len(self._shown) - len(rows):
            rows[0] = Content.styled(f"+{hidden + 1} earlier", "$foreground-muted")
        return Content("\n").join(rows)


def has_begun(state: RunState) -> bool:
    """Whether the team was handed what this run was asked for with, and is at work."""
    return state.started_at is not None and not state.ended


def _row(message: Message, width: int) -> Content:
    style = _STYLES[message.fate]
    text = Content.assemble((f"{style.glyph} {message}: ", style.style), clean_line(message.text))
    return text.truncate(width, ellipsis=True)
