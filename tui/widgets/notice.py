"""One line under the story: what is being waited for, and for how long."""

from textual.content import Content
from textual.widget import Widget

from tui.parts import Activity, Phase
from tui.state import RunState
from tui.text import clean_line
from tui.widgets.look import bar, clock_face

PATIENCE_SECONDS = 2.0
"""Waits shorter than this are not worth a clock."""


class Notice(Widget):
    """Says why nothing moves, when nothing moves."""

    _line = Content("")

    def __init__(self, hint: str = "") -> None:
        """``hint`` is what to say while there is nothing to wait for."""
        super().__init__()
        self._hint = Content.styled(hint, "$foreground-muted")

    def show(self, state: RunState, now: float) -> None:
        """Show what this state waits for at the instant ``now``."""
        line = _describe(state, now) or self._hint
        if line != self._line:
            self._line = line
            self.refresh()

    def render(self) -> Content:
        """Render the line that ``show`` has made."""
        return self._line


def _describe(state: RunState, now: float) -> Content:
    match state.phase:
        case Phase.PREPARING if state.preparing:
            return _preparing(clean_line(state.preparing.what), state.preparing.fraction)
        case Phase.PREPARING:
            return Content.styled("Getting ready…", "$foreground-muted")
        case Phase.CANCELLING:
            return Content.styled("Cancelling: the model is being disconnected…", "$text-warning")
        case Phase.WAITING:
            return Content.styled(_waiting(state, now), "$foreground-muted")
    return Content("")


def _preparing(what: str, fraction: float | None) -> Content:
    if fraction is None:
        return Content.styled(f"{what}…", "$text-secondary")
    return Content.styled(f"{what} {bar(fraction, 20)} {fraction:.0%}", "$text-secondary")


def _waiting(state: RunState, now: float) -> str:
    thinking = [c for c in state.contributors.values() if c.activity is Activity.THINKING]
    who = clean_line(thinking[-1].name, 40) if thinking else "the team"
    waited = now - (state.requested_at or now)
    clock = f", {clock_face(waited)} so far" if waited >= PATIENCE_SECONDS else ""
    return f"Waiting for {state.model}: {who} is thinking{clock}…"
