"""How states are shown: each has a glyph, a word and a colour, never the colour alone."""

from dataclasses import dataclass

from tui.run.events import Outcome
from tui.run.records import Activity, Phase
from tui.run.state import RunState


@dataclass(frozen=True, slots=True)
class StatusStyle:
    """The glyph, the word and the theme's colour of one state."""

    glyph: str
    word: str
    style: str

    def __str__(self) -> str:
        return f"{self.glyph} {self.word}"


PHASES = {
    Phase.PREPARING: StatusStyle("◌", "preparing", "$text-secondary"),
    Phase.WAITING: StatusStyle("◔", "waiting", "$text-secondary"),
    Phase.THINKING: StatusStyle("◔", "thinking", "$text-secondary"),
    Phase.WRITING: StatusStyle("●", "writing", "$text-success"),
    Phase.PAUSED: StatusStyle("❚", "waits for you", "$text-warning bold"),
    Phase.CANCELLING: StatusStyle("◍", "Cancelling", "$text-warning bold"),
}
OUTCOMES = {
    Outcome.COMPLETED: StatusStyle("✔", "completed", "$text-success bold"),
    Outcome.CANCELLED: StatusStyle("■", "cancelled", "$text-warning bold"),
    Outcome.INCOMPLETE: StatusStyle("◐", "incomplete", "$text-warning bold"),
    Outcome.ERROR: StatusStyle("✖", "error", "$text-error bold"),
}
ACTIVITIES = {
    Activity.IDLE: StatusStyle("○", "waiting", "$foreground-muted"),
    Activity.THINKING: StatusStyle("◔", "thinking", "$text-secondary"),
    Activity.WRITING: StatusStyle("●", "writing", "$text-success"),
    Activity.PAUSED: StatusStyle("❚", "waits for you", "$text-warning bold"),
    Activity.DONE: StatusStyle("✔", "done", "$text-success"),
    Activity.CUT: StatusStyle("◐", "incomplete", "$text-warning"),
    Activity.FAILED: StatusStyle("✖", "failed", "$text-error"),
    Activity.CANCELLED: StatusStyle("■", "cancelled", "$text-warning"),
    Activity.STOPPING: StatusStyle("◍", "stopping", "$text-warning bold"),
    Activity.STOPPED: StatusStyle("■", "stopped by you", "$text-warning"),
}


def status_of(state: RunState) -> StatusStyle:
    """Return how the run as a whole is shown now."""
    return OUTCOMES[state.ended.outcome] if state.ended else PHASES[state.phase]


def bar(fraction: float, width: int) -> str:
    """Return a horizontal bar of ``width`` cells, ``fraction`` of it full."""
    full = round(min(max(fraction, 0.0), 1.0) * width)
    return "━" * full + "─" * (width - full)
