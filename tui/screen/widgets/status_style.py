"""How states look: every one has a glyph, a word and a colour, never the colour alone."""

from dataclasses import dataclass

from tui.run.events import Outcome
from tui.run.records import Activity, Phase
from tui.run.state import RunState


@dataclass(frozen=True, slots=True)
class Look:
    """The glyph, the word and the theme's colour of one state."""

    glyph: str
    word: str
    style: str

    def __str__(self) -> str:
        return f"{self.glyph} {self.word}"


PHASES = {
    Phase.PREPARING: Look("◌", "preparing", "$text-secondary"),
    Phase.WAITING: Look("◔", "waiting", "$text-secondary"),
    Phase.THINKING: Look("◔", "thinking", "$text-secondary"),
    Phase.WRITING: Look("●", "writing", "$text-success"),
    Phase.PAUSED: Look("❚", "waits for you", "$text-warning bold"),
    Phase.CANCELLING: Look("◍", "Cancelling", "$text-warning bold"),
}
OUTCOMES = {
    Outcome.COMPLETED: Look("✔", "completed", "$text-success bold"),
    Outcome.CANCELLED: Look("■", "cancelled", "$text-warning bold"),
    Outcome.INCOMPLETE: Look("◐", "incomplete", "$text-warning bold"),
    Outcome.ERROR: Look("✖", "error", "$text-error bold"),
}
ACTIVITIES = {
    Activity.IDLE: Look("○", "waiting", "$foreground-muted"),
    Activity.THINKING: Look("◔", "thinking", "$text-secondary"),
    Activity.WRITING: Look("●", "writing", "$text-success"),
    Activity.PAUSED: Look("❚", "waits for you", "$text-warning bold"),
    Activity.DONE: Look("✔", "done", "$text-success"),
    Activity.CUT: Look("◐", "incomplete", "$text-warning"),
    Activity.FAILED: Look("✖", "failed", "$text-error"),
    Activity.CANCELLED: Look("■", "cancelled", "$text-warning"),
}


def look_of(state: RunState) -> Look:
    """How the run as a whole looks now."""
    return OUTCOMES[state.ended.outcome] if state.ended else PHASES[state.phase]


def bar(fraction: float, width: int) -> str:
    """A horizontal bar of ``width`` cells, ``fraction`` of it full."""
    full = round(min(max(fraction, 0.0), 1.0) * width)
    return "━" * full + "─" * (width - full)
