"""What plain mode writes on stderr: who is at work, what is called, and how it ended."""

from tui.plain.output import PlainOutput
from tui.run.attachments import line_of
from tui.run.events import (
    Attached,
    ChoreStarted,
    DelegationEnded,
    DelegationStarted,
    Event,
    MemberEnded,
    MemberStarted,
    MemberStopRequested,
    ModelRequested,
    Noticed,
    Preparing,
    ReasoningDelta,
    Speaker,
    TextDelta,
    TextRecalled,
    ToolEnded,
    ToolStarted,
)
from tui.run.formatting import clock_face, money, pace, tokens, words_per_second
from tui.run.records import Activity, Phase
from tui.run.state import RunState, not_streamed
from tui.run.summary import Summary
from tui.text.untrusted import clean_line

_RULE = "=" * 50
_TASK_LENGTH = 200
_LINE_LENGTH = 2500
"""Long enough for a whole address, which is to be copied."""


class Narrator:
    """Narrates the events of one run, which are in the state already."""

    def __init__(self, output: PlainOutput, state: RunState) -> None:
        self._output = output
        self._state = state
        self._thinking: set[str] = set()
        self._asked: set[str] = set()
        """The members that have a task and have not begun: a line says so already."""
        self._last = self._about = ""

    def tell(self, event: Event) -> None:
        """Narrate an event that is worth a line, and nothing twice in a row."""
        match event:
            case Preparing(what) if not self._output.has_status:
                self._say(f"{what}…")
            case MemberStarted(speaker) if speaker.name in self._asked:
                self._asked.discard(speaker.name)
            case MemberStarted(speaker):
                self._say(f"[{speaker.name} is at work]", speaker.name)
            case MemberStopRequested(name):
                self._say(f"[{name} is being stopped]", name)
            case MemberEnded(speaker) if event.is_stopped:
                self._say(f"[{speaker.name} was stopped: its text stays]", speaker.name)
            case MemberEnded(speaker, outcome, error) if error:
                self._output.tell(f"[{speaker.name}, {outcome}: {clean_line(error)}]", "error")
            case DelegationStarted(_, member, task):
                self._asked.add(member)
                what = f"is asked: {clean_line(task, _TASK_LENGTH)}" if task else "begins"
                self._say(f"[{member} {what}]", member)
            case DelegationEnded(call_id, failed, _, error) if failed:
                call = self._state.calls.get(call_id)
                whom = call.name if call else "a member"
                why = clean_line(error) or "no reason was given"
                self._output.tell(f"[The delegation to {whom} failed: {why}]", "error")
            case ToolStarted(_, speaker, tool, arguments):
                self._say(f"[{speaker.name} calls {tool}({arguments})]", speaker.name)
            case ToolEnded(call_id, failed, result):
                self._tell_result(call_id, result, failed=failed)
            case Attached(speaker):
                self._say(f"[{line_of(event)}]", speaker.name)
            case ChoreStarted(speaker, chore):
                self._say(f"[{speaker.name} is {chore}]", speaker.name)
            case ReasoningDelta(speaker) if speaker.run_id not in self._thinking:
                self._thinking.add(speaker.run_id)
                self._say(f"[{speaker.name} is thinking]", speaker.name)
            case TextRecalled(speaker):
                self._say(f"[what {speaker.name} wrote so far was a thought]", speaker.name)
            case Noticed(sentence):
                self._say(f"[{clean_line(sentence)}]")
            case ModelRequested(speaker, _, is_streamed) if not is_streamed:
                self._thinking.discard(speaker.run_id)
                self._say(f"[{not_streamed(speaker.name)}]", speaker.name)
            case TextDelta(speaker) | ModelRequested(speaker):
                self._thinking.discard(speaker.run_id)

    def introduce(self, speaker: Speaker) -> None:
        """Name the speaker of the text that follows, unless the last line was about the same."""
        if speaker.name != self._about:
            self._say(f"[{speaker.name} writes]", speaker.name)

    def _tell_result(self, call_id: str, result: str, *, failed: bool) -> None:
        call = self._state.calls.get(call_id)
        tool = call.name if call else "The tool"
        what = f"{tool} failed" if failed else f"{tool} gave"
        line = clean_line(f"[{what}: {result or 'nothing'}]")
        self._output.tell(line, "error" if failed else "note")

    def _say(self, line: str, about: str = "") -> None:
        self._about = about
        if line != self._last:
            self._last = line
            self._output.tell(clean_line(line, _LINE_LENGTH))


def results(summary: Summary) -> str:
    """Return the closing block of the status summary."""
    lines = [
        _RULE,
        "RESULTS:",
        _RULE,
        f"Status: {summary.outcome}",
        f"Run ID: {summary.run_id}",
        f"Was Cancelled: {summary.was_cancelled}",
    ]
    if summary.error:
        lines.append(f"Error: {summary.error}")
    else:
        lines.append(f"Content Preview: {summary.preview}")
    cost = "unknown" if summary.cost_usd is None else money(summary.cost_usd)
    lines += [f"Cost: {cost}", *summary.notes]
    if summary.verdict:
        lines += ["", summary.verdict]
    return "\n".join(lines)


def status(state: RunState, now: float) -> str:
    """Return the status of a run on one line, at an instant of the monotonic clock."""
    match state.phase:
        case Phase.PREPARING:
            return f"{state.preparing.what}…" if state.preparing else "Starting…"
        case Phase.CANCELLING:
            return "Cancelling…"
    facts = [
        state.notice or _who_is_at_work(state),
        f"{state.words:,} words",
        pace(state, now) if words_per_second(state, now) else "",
        tokens(state.usage),
        _time(state, now),
    ]
    return " · ".join(filter(None, facts))


def _who_is_at_work(state: RunState) -> str:
    if state.chores:
        name, (chore, _) = list(state.chores.items())[-1]
        return f"{clean_line(name, 40)} is {chore}"
    busy = [c for c in state.contributors.values() if c.is_at_work]
    if not busy:
        return state.phase.value
    latest = max(busy, key=lambda c: (c.activity is Activity.WRITING, c.since))
    what = "writing" if latest.activity is Activity.WRITING else state.phase.value
    return f"{clean_line(latest.name, 40)} is {what}"


def _time(state: RunState, now: float) -> str:
    deadline = state.deadline
    if deadline.deadline is not None:
        return f"{clock_face(deadline.deadline - now)} left"
    if deadline.held_seconds is not None:
        return f"{clock_face(deadline.held_seconds)} left, held"
    return clock_face(now - (now if state.started_at is None else state.started_at))
