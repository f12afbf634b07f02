"""The phases of a run in which it is stopped, and what the model says to bring it there."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tui.check.model_request import Asked
from tui.control.rehearsal import Parts
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
class Call:
    """A tool that the model calls."""

    tool: str
    arguments: dict[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model does with one request."""

    fault: Fault | None = None
    call: Call | None = None
    is_there: bool = False
    """Whether the run is in its phase then; that a tool is at work is announced by itself."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Where a run is when it is stopped."""

    name: str
    fault: Fault = Fault.WAIT
    in_member: bool = False
    tool: str = ""

    def answer(self, asked: Asked) -> Answer:
        """Return what the model does so that the run gets into this phase."""
        if self.tool:
            if self.tool in asked.called:
                return Answer(self.fault)
            if self.tool in asked.tools:
                return Answer(call=Call(self.tool, asked.arguments(self.tool)))
            return Answer(call=_delegation(asked))
        if not self.in_member:
            return Answer(self.fault, is_there=True) if asked.is_streamed else Answer()
        if asked.number > 1 and not asked.outputs and asked.is_streamed:
            return Answer(self.fault, is_there=True)
        return Answer(call=_delegation(asked))


def phases_of(parts: Parts) -> Iterator[Phase]:
    """Yield the phases that a team can be in."""
    yield Phase("waiting for the first word", Fault.WAIT)
    yield Phase("stalled in mid-stream", Fault.STALL)
    yield Phase("streaming", Fault.FLOW)
    if parts.has_members:
        yield Phase("waiting, in a member", Fault.WAIT, in_member=True)
        yield Phase("stalled, in a member", Fault.STALL, in_member=True)
        yield Phase("streaming, in a member", Fault.FLOW, in_member=True)
    yield Phase("waiting to retry", Fault.REFUSE)
    for tool in parts.tools:
        yield Phase(f"in the tool {clean_line(tool, 40)}", tool=tool)


def _delegation(asked: Asked) -> Call | None:
    """Hand the work to the next member, if there is one who had none."""
    tool = asked.delegate_tool
    if tool is None or asked.outputs >= (len(asked.members) or 1):
        return None
    arguments = asked.arguments(tool) | {"task": "Do your part."}
    if asked.members and "member_id" in arguments:
        arguments["member_id"] = asked.members[asked.outputs]
    return Call(tool, arguments)
