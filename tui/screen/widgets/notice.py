"""What the run waits for, and for how long: a line under the story, or the empty page."""

from textual.content import Content
from textual.widget import Widget

from tui.run.formatting import clock_face
from tui.run.records import Activity, Phase
from tui.run.state import RunState
from tui.screen.widgets.activity import current_activity
from tui.screen.widgets.status_style import ACTIVITIES, PHASES, bar
from tui.text.untrusted import clean_line

PATIENCE_SECONDS = 2.0
"""Shorter waits are shown without a clock."""
SILENCE_SECONDS = 4.0
"""A text that was silent for this long has stalled."""
LONG_SECONDS = 20.0
"""After this the notice says what can be done."""
_MUTED = "$foreground-muted"
_BAR_WIDTH = 20


class Notice(Widget):
    """Says why nothing moves, when nothing moves."""

    _line = Content("")
    _preparing: tuple[int, str] = (0, "")
    _preparing_since = 0.0

    def __init__(self, hint: str = "") -> None:
        """``hint`` is what to say while there is nothing to wait for."""
        super().__init__()
        self._hint = Content.styled(hint, _MUTED)

    def tell_hint(self, hint: str) -> None:
        """Say something else while there is nothing to wait for."""
        is_shown = self._line == self._hint
        self._hint = Content.styled(hint, _MUTED)
        if is_shown:
            self._line = self._hint
            self.refresh()

    def show(self, state: RunState, now: float) -> None:
        """Show what this state waits for at the instant ``now``."""
        line = self._describe(state, now) or self._hint
        if line != self._line:
            self._line = line
            self.refresh()

    def render(self) -> Content:
        """Render the line that ``show`` has made; where there is more room, it may wrap."""
        if self.content_size.height > 1:
            return self._line
        return self._line.truncate(self.content_size.width, ellipsis=True)

    def _describe(self, state: RunState, now: float) -> Content:
        match state.phase:
            case Phase.PREPARING:
                return self._prepare(state, now)
            case Phase.CANCELLING:
                status = PHASES[Phase.CANCELLING]
                text = f"{status}: the model is being disconnected…"
                return Content.styled(text, status.style)
            case Phase.WAITING | Phase.THINKING | Phase.WRITING if line := _stopping(state, now):
                return line
            case Phase.WAITING | Phase.THINKING | Phase.WRITING if state.chores:
                return _chore(state, now)
            case Phase.WAITING:
                return _waiting(state, now)
            case Phase.THINKING:
                return _thinking(state, now)
            case Phase.WRITING:
                return _calling(state, now) or _silence(state, now)
        # What a paused run waits for is said by the question bar.
        return Content("")

    def _prepare(self, state: RunState, now: float) -> Content:
        status = PHASES[Phase.PREPARING]
        what = clean_line(state.preparing.what) if state.preparing else "Getting ready"
        if self._preparing != (id(state), what):
            self._preparing, self._preparing_since = (id(state), what), now
        fraction = state.preparing.fraction if state.preparing else None
        if fraction is None:
            clock = _clock(now - self._preparing_since)
            return Content.styled(f"{status.glyph} {clock}{what}…", status.style)
        line = bar(fraction, _BAR_WIDTH)
        return Content.styled(f"{status.glyph} {what} {line} {fraction:.0%}", status.style)


def _stopping(state: RunState, now: float) -> Content:
    """A member that does not stop at once is held by a tool, and the run with it."""
    for each in state.contributors.values():
        if each.activity is Activity.STOPPING:
            style, since = ACTIVITIES[each.activity], now - each.since
            running = (c for c in state.calls.values() if not c.ended_at)
            calls = (c.name for c in running if c.caller == each.name)
            what = f"Stopping {clean_line(each.name, 40)}…"
            if since >= PATIENCE_SECONDS and (tool := clean_line(next(calls, ""), 40)):
                what += f" {tool} holds it, and the run (c cancels)"
            return Content.styled(f"{style.glyph} {_clock(since)}{what}", style.style)
    return Content("")


def _chore(state: RunState, now: float) -> Content:
    name, (chore, since) = list(state.chores.items())[-1]
    status = PHASES[Phase.THINKING]
    text = f"{status.glyph} {_clock(now - since)}{clean_line(name, 40)} is {chore}…"
    return Content.styled(text, status.style)


def _waiting(state: RunState, now: float) -> Content:
    thinking = [
        each
        for each in state.contributors.values()
        if each.activity is Activity.THINKING
        and current_activity(state, each).status.word == "thinking"
    ]
    if not thinking and (calling := _calling(state, now)):
        return calling
    who = clean_line(thinking[-1].name, 40) if thinking else "the team"
    waited = now - (now if state.requested_at is None else state.requested_at)
    model = clean_line(state.model, 40)
    what = state.notice or f"Waiting for {model}: {who} is thinking…"
    text = f"{_clock(waited)}{what}{_advice(waited)}"
    return Content.styled(f"{PHASES[Phase.WAITING].glyph} {text}", _MUTED)


def _thinking(state: RunState, now: float) -> Content:
    status = PHASES[Phase.THINKING]
    thought = state.thoughts[-1]
    since = max((each.since for each in state.contributors.values()), default=now)
    who = clean_line(thought.speaker.name, 40)
    words = f", {thought.words:,} words of thought" if thought.words else ""
    return Content.styled(f"{status.glyph} {_clock(now - since)}{who} thinks{words}…", status.style)


def _calling(state: RunState, now: float) -> Content:
    """Return the line about a tool that takes long, if there is one."""
    for call in reversed(state.calls.values()):
        waited = now - call.started_at
        if call.ended_at is None and not call.is_delegation and waited >= PATIENCE_SECONDS:
            who, tool = clean_line(call.caller, 40), clean_line(call.name, 40)
            return Content.styled(f"ƒ {_clock(waited)}{who} waits for {tool}…", _MUTED)
    return Content("")


def _silence(state: RunState, now: float) -> Content:
    """Return the line about a text that has stalled, if it has."""
    if state.started_at is None:
        return Content("")
    waited = now - state.started_at - len(state.words_by_second)
    if waited < SILENCE_SECONDS:
        return Content("")
    model = clean_line(state.model, 40)
    text = f"{_clock(waited)}Nothing new from {model}…{_advice(waited)}"
    return Content.styled(f"{PHASES[Phase.WAITING].glyph} {text}", "$text-warning")


def _advice(waited: float) -> str:
    return " (c stops it)" if waited >= LONG_SECONDS else ""


def _clock(waited: float) -> str:
    return f"{clock_face(waited)} " if waited >= PATIENCE_SECONDS else ""
