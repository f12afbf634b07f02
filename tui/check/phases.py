"""The phases in which a run is stopped, and how the model brings it there."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tui.check.model_request import ModelRequest
from tui.control.rehearsal import TeamOutline
from tui.text.untrusted import clean_line


class Fault(StrEnum):
    """What the model does instead of answering."""

    WAIT = "wait"
    """Nothing is answered."""
    STALL = "stall"
    """A few words, then nothing more."""
    FLOW = "flow"
    """Words without end."""
    REFUSE = "refuse"
    """Status 429: try again later."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model calls."""

    tool: str
    arguments: dict[str, object]


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What the model does with one request."""

    fault: Fault | None = None
    call: ToolCall | None = None
    is_there: bool = False
    """Whether the run is in its phase then; a tool announces by itself that it is at work."""


@dataclass(frozen=True, slots=True)
class TrialPhase:
    """Where a run is when it is stopped."""

    name: str
    fault: Fault = Fault.WAIT
    in_member: bool = False
    tool: str = ""

    def answer(self, request: ModelRequest) -> ModelAnswer:
        """Return what the model does so that the run gets into this phase."""
        if self.tool:
            if self.tool in request.called:
                return ModelAnswer(self.fault)
            if self.tool in request.tools:
                return ModelAnswer(call=ToolCall(self.tool, request.arguments(self.tool)))
            return ModelAnswer(call=_delegation(request))
        if not self.in_member:
            return ModelAnswer(self.fault, is_there=True) if request.is_streamed else ModelAnswer()
        if request.number > 1 and not request.outputs and request.is_streamed:
            return ModelAnswer(self.fault, is_there=True)
        return ModelAnswer(call=_delegation(request))


def phases_of(outline: TeamOutline) -> Iterator[TrialPhase]:
    """Yield the phases that a team can be in."""
    yield TrialPhase("waiting for the first word", Fault.WAIT)
    yield TrialPhase("stalled in mid-stream", Fault.STALL)
    yield TrialPhase("streaming", Fault.FLOW)
    if outline.has_members:
        yield TrialPhase("waiting, in a member", Fault.WAIT, in_member=True)
        yield TrialPhase("stalled, in a member", Fault.STALL, in_member=True)
        yield TrialPhase("streaming, in a member", Fault.FLOW, in_member=True)
    yield TrialPhase("waiting to retry", Fault.REFUSE)
    for tool in outline.tools:
        yield TrialPhase(f"in the tool {clean_line(tool, 40)}", tool=tool)


def _delegation(request: ModelRequest) -> ToolCall | None:
    """Return the call that delegates to the next member, or None when each has had a task."""
    tool = request.delegate_tool
    if tool is None or request.outputs >= (len(request.members) or 1):
        return None
    arguments = request.arguments(tool) | {"task": "Do your part."}
    if request.members and "member_id" in arguments:
        arguments["member_id"] = request.members[request.outputs]
    return ToolCall(tool, arguments)
