"""The countdown: how long until the run is cancelled, or how long it has run without a limit."""

from textual.content import Content
from textual.widget import Widget

from tui.state import RunState
from tui.widgets.look import bar, clock_face

SOON_SECONDS = 10.0
BAR_WIDTH = 12


class Countdown(Widget):
    """One line of time; ``show`` is cheap enough to be called several times a second."""

    _line = Content("")
    _full_seconds = 0.0

    def show(self, state: RunState, now: float) -> None:
        """Show the time of this state at the instant ``now``."""
        line = self._describe(state, now)
        if line != self._line:
            self._line = line
            self.refresh()

    def render(self) -> Content:
        """Render the line that ``show`` has made."""
        return self._line

    def _describe(self, state: RunState, now: float) -> Content:
        limit = state.deadline
        if state.ended or state.cancel:
            return Content.styled(f"■ {_elapsed(state, now)}", "$foreground-muted")
        if limit.deadline is not None:
            return self._ticking(max(0.0, limit.deadline - now))
        if limit.held_seconds is not None:
            word = "held" if state.started_at is not None else "limit"
            return Content.styled(f"‖ {clock_face(limit.held_seconds)} {word}", "$text-secondary")
        return Content.styled(f"◷ {_elapsed(state, now)} no limit", "$foreground-muted")

    def _ticking(self, left: float) -> Content:
        self._full_seconds = max(self._full_seconds, left)
        fraction = left / self._full_seconds if self._full_seconds else 0.0
        soon = left <= SOON_SECONDS
        text = f"{left:.1f} s, cancels soon" if soon else f"{clock_face(left)} left"
        style = "$text-warning bold" if soon else "$text-primary"
        return Content.assemble((f"◷ {text} ", style), (bar(fraction, BAR_WIDTH), style))


def _elapsed(state: RunState, now: float) -> str:
    if state.started_at is None:
        return "0:00"
    return clock_face((state.ended.at if state.ended else now) - state.started_at)
