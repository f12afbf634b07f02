"""The countdown: how long until the run is cancelled, or how long it has run without a limit."""

from dataclasses import dataclass

from textual.content import Content

from tui.run.events import Outcome
from tui.run.formatting import clock_face
from tui.run.state import RunState
from tui.screen.widgets.panel import Panel, spread
from tui.screen.widgets.status_style import OUTCOMES, bar

SOON_SECONDS = 10.0
DIGIT_ROWS = 3
_DIGITS = "0123456789:. "
_FONT = (
    ("█▀█", "▀█ ", "▀▀█", "▀▀█", "█ █", "█▀▀", "█▀▀", "▀▀█", "█▀█", "█▀█", "▄", " ", " "),
    ("█ █", " █ ", "█▀▀", " ▀█", "▀▀█", "▀▀█", "█▀█", "  █", "█▀█", "▀▀█", "▄", " ", " "),
    ("▀▀▀", "▀▀▀", "▀▀▀", "▀▀▀", "  ▀", "▀▀▀", "▀▀▀", "  ▀", "▀▀▀", "▀▀▀", " ", "▀", " "),
)
_SHORTEST_BAR = 5
_MUTED = "$foreground-muted"
_ENDINGS = {
    Outcome.COMPLETED: "in all",
    Outcome.CANCELLED: "stopped",
    Outcome.INCOMPLETE: "broke off",
    Outcome.ERROR: "failed",
}


@dataclass(frozen=True, slots=True)
class _Time:
    """What the countdown says: the digits, what they mean, and how much of them is left."""

    face: str
    glyph: str
    word: str
    style: str
    fraction: float | None = None
    aside: str = ""

    @property
    def caption(self) -> str:
        return f"{self.glyph} {self.face} {self.word}"


class Countdown(Panel):
    """Large digits and a bar where there is room, else one line."""

    _full_seconds = 0.0
    """What a full bar stands for: all the time that this run has."""
    _run: RunState | None = None

    def describe(self, state: RunState, now: float, width: int, height: int) -> list[Content]:
        """Return digits, words and bar, or as much of it as fits."""
        if state is not self._run:
            self._run, self._full_seconds = state, 0.0
        time = self._time(state, now)
        if height == 1:
            return [_one_line(time, width)]
        caption = spread(
            Content.styled(time.caption, time.style), Content.styled(time.aside, _MUTED), width
        )
        rows = [caption, _bar(time, width)]
        if height < DIGIT_ROWS + len(rows):
            return rows
        return [*(Content.styled(row, time.style) for row in large(time.face)), *rows]

    def _time(self, state: RunState, now: float) -> _Time:
        limit = state.deadline
        elapsed = _elapsed(state, now)
        if state.ended:
            status = OUTCOMES[state.ended.outcome]
            return _Time(elapsed, status.glyph, _ENDINGS[state.ended.outcome], status.style)
        if state.cancel:
            return _Time(elapsed, "■", "stopping", "$text-warning bold")
        if limit.deadline is not None:
            return self._ticking(state, limit.deadline, now)
        if limit.held_seconds is not None:
            word = "held" if state.started_at is not None else "limit"
            fraction = self._fraction(limit.held_seconds)
            face = clock_face(limit.held_seconds)
            aside = "space goes on" if word == "held" else ""
            return _Time(face, "‖", word, "$text-secondary bold", fraction, aside)
        return _Time(elapsed, "◷", "no limit", _MUTED)

    def _ticking(self, state: RunState, deadline: float, now: float) -> _Time:
        left = max(0.0, deadline - now)
        whole = deadline - (now if state.started_at is None else state.started_at)
        self._full_seconds = max(whole, left)
        fraction = self._fraction(left)
        aside = f"of {clock_face(self._full_seconds)}"
        if left <= SOON_SECONDS:
            word = "s, cancels soon"
            return _Time(f"{left:.1f}", "◷", word, "$text-warning bold", fraction, aside)
        return _Time(clock_face(left), "◷", "left", "$text-primary bold", fraction, aside)

    def _fraction(self, left: float) -> float:
        self._full_seconds = max(self._full_seconds, left)
        return left / self._full_seconds if self._full_seconds else 0.0


def _bar(time: _Time, width: int) -> Content:
    if time.fraction is None:
        return Content.styled("─" * width, _MUTED)
    return Content.styled(bar(time.fraction, width), time.style)


def _one_line(time: _Time, width: int) -> Content:
    room = width - len(time.caption) - 1
    if time.fraction is None or room < _SHORTEST_BAR:
        return Content.styled(time.caption, time.style)
    return Content.styled(f"{time.caption} {bar(time.fraction, room)}", time.style)


def _elapsed(state: RunState, now: float) -> str:
    if state.started_at is None:
        return "0:00"
    return clock_face((state.ended.at if state.ended else now) - state.started_at)


def large(text: str) -> tuple[str, ...]:
    """Return the rows of a text of digits, colons, points and spaces; others are left out."""
    places = [_DIGITS.index(character) for character in text if character in _DIGITS]
    return tuple(" ".join(row[place] for place in places) for row in _FONT)
