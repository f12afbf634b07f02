"""The latest delegations and tool calls, as a timeline."""

from collections.abc import Sequence

from textual.content import Content

from tui.run.formatting import clock_face
from tui.run.records import Call
from tui.run.state import RunState
from tui.screen.widgets.activity import NAME_WIDTH
from tui.screen.widgets.panel import Panel, spread, title
from tui.screen.widgets.status_style import StatusStyle
from tui.text.untrusted import clean_line

RUNNING = StatusStyle("◔", "", "$text-secondary")
RETURNED = StatusStyle("✔", "", "$text-success")
FAILED = StatusStyle("✖", "failed", "$text-error")
STOPPED = StatusStyle("■", "stopped", "$text-warning")
_MUTED = "$foreground-muted"
_DETAILS_WIDTH = 120


class Timeline(Panel):
    """Two rows for each call: who was called and how it ended; the task, or the result."""

    def describe(self, state: RunState, now: float, width: int, height: int) -> list[Content]:
        """Return the latest calls."""
        calls = list(state.calls.values())
        head = title("calls", _count(calls), width)
        if not calls:
            return [head, Content.styled("○ none yet" if not state.ended else "○ none", _MUTED)]
        shown = calls[-max(1, (height - 1) // 2) :]
        return [head, *(row for call in shown for row in _rows(state, call, now, width))]


def _count(calls: Sequence[Call]) -> str:
    failed = sum(call.failed for call in calls)
    counted = f"{len(calls)}" if calls else ""
    return f"{counted}, {failed} failed" if failed else counted


def _rows(state: RunState, call: Call, now: float, width: int) -> list[Content]:
    at = clock_face(max(0.0, call.started_at - (state.started_at or 0.0)))
    status = _status(state, call)
    details = clean_line(call.details, _DETAILS_WIDTH)
    result = clean_line(call.result, _DETAILS_WIDTH)
    if call.is_delegation:
        member = clean_line(call.name, NAME_WIDTH)
        what = Content.assemble((f"{at} ", _MUTED), "→ ", (member, "bold"))
        is_told = call.failed and result
        more = Content.styled(result if is_told else details, FAILED.style if is_told else _MUTED)
    else:
        name = clean_line(call.name, _DETAILS_WIDTH)
        what = Content.assemble((f"{at} ", _MUTED), "ƒ ", (name, "bold"), f"({details})")
        more = Content.styled(result or call.caller, FAILED.style if call.failed else _MUTED)
    took = _took(state, call, now)
    how = " ".join(part for part in (status.glyph, status.word or took) if part)
    return [
        spread(what, Content.styled(how, status.style), width),
        Content(" " * (len(at) + 3)) + more,
    ]


def _status(state: RunState, call: Call) -> StatusStyle:
    if call.ended_at is not None:
        return FAILED if call.failed else RETURNED
    return STOPPED if state.ended else RUNNING


def _took(state: RunState, call: Call, now: float) -> str:
    seconds = (now if call.ended_at is None else call.ended_at) - call.started_at
    return f"{seconds:.0f} s" if seconds >= 0.95 else ""
