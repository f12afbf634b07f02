"""Agno's chunks as our events. The only module that knows Agno's event names."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agno.run.agent import RunEvent
from agno.run.team import TeamRunEvent

from tui.endings import Flaw
from tui.events import (
    DelegationEnded,
    DelegationStarted,
    Event,
    MemberEnded,
    MemberStarted,
    Outcome,
    Speaker,
    TextDelta,
    ToolEnded,
    ToolStarted,
)
from tui.model_calls import RunGuard
from tui.secrets import mask
from tui.text import clean, clean_line

_DELEGATION_TOOLS = ("delegate_task_to_member", "delegate_task_to_members")


@dataclass
class Translator:
    """Translates the chunks of one team run, and remembers how Agno says that it ended."""

    guard: RunGuard
    ending: Flaw | None = None
    """How the team's own run ended, or None while Agno has not said so."""
    _ended_members: set[str] = field(default_factory=set)

    def translate(self, chunk: Any) -> Iterator[Event]:
        """Yield what a chunk means; most of Agno's events mean nothing to a reader."""
        match getattr(chunk, "event", None):
            case RunEvent.run_content | TeamRunEvent.run_content:
                if isinstance(chunk.content, str) and chunk.content:
                    yield self._text(chunk)
            case RunEvent.run_started | TeamRunEvent.run_started:
                if not self._is_team(chunk):
                    yield MemberStarted(self._speaker(chunk), self.guard.clock())
            case RunEvent.tool_call_started | TeamRunEvent.tool_call_started:
                yield self._tool_started(chunk)
            case (
                RunEvent.tool_call_completed
                | RunEvent.tool_call_error
                | TeamRunEvent.tool_call_completed
                | TeamRunEvent.tool_call_error
            ):
                # A team may keep its members' events to itself: their text comes first anyhow.
                yield from self.guard.unshown()
                yield self._tool_ended(chunk)
            case RunEvent.run_cancelled | TeamRunEvent.run_cancelled:
                yield from self._ended(chunk, Flaw(Outcome.CANCELLED, ""))
            case RunEvent.run_error | TeamRunEvent.run_error:
                sentence = mask(clean_line(str(chunk.content or "The run failed.")))
                yield from self._ended(chunk, Flaw(Outcome.ERROR, sentence))
            case RunEvent.run_paused | TeamRunEvent.run_paused:
                sentence = "The team waits for a confirmation that cannot be given here."
                yield from self._ended(chunk, Flaw(Outcome.INCOMPLETE, sentence))
            case RunEvent.run_completed | TeamRunEvent.run_completed:
                yield from self._ended(chunk, Flaw(Outcome.COMPLETED, ""))

    def _ended(self, chunk: Any, said: Flaw) -> Iterator[Event]:
        """The first word counts: after a cancel or an error Agno says "completed" as well.

        What the model itself said about its end weighs more than Agno's view of it.
        """
        flaw = said if said.outcome is Outcome.CANCELLED else self._flaw(chunk) or said
        if self._is_team(chunk):
            self.ending = self.ending or flaw
        elif chunk.run_id not in self._ended_members:
            self._ended_members.add(chunk.run_id)
            yield MemberEnded(self._speaker(chunk), flaw.outcome, flaw.sentence or None)

    def _flaw(self, chunk: Any) -> Flaw | None:
        return self.guard.flaws.get(chunk.run_id)

    def _text(self, chunk: Any) -> TextDelta:
        speaker = self._speaker(chunk)
        if call := self.guard.source_of(chunk.run_id, chunk.content):
            call.shown(chunk.content)
            speaker = call.speaker or speaker
        return TextDelta(speaker, clean(chunk.content), self.guard.clock())

    def _tool_started(self, chunk: Any) -> Event:
        tool, call_id = chunk.tool, str(chunk.tool.tool_call_id)
        if tool.tool_name in _DELEGATION_TOOLS:
            arguments = tool.tool_args or {}
            member = clean_line(str(arguments.get("member_id", "everyone")))
            return DelegationStarted(call_id, member, clean_line(str(arguments.get("task", ""))))
        return ToolStarted(call_id, self._speaker(chunk), clean_line(str(tool.tool_name)))

    def _tool_ended(self, chunk: Any) -> Event:
        tool, call_id = chunk.tool, str(chunk.tool.tool_call_id)
        failed = bool(tool.tool_call_error)
        if tool.tool_name in _DELEGATION_TOOLS:
            return DelegationEnded(call_id, failed)
        return ToolEnded(call_id, failed)

    def _speaker(self, chunk: Any) -> Speaker:
        name = getattr(chunk, "agent_name", None) or getattr(chunk, "team_name", None) or "Agent"
        return Speaker(chunk.run_id, clean_line(name, 60), is_leader=self._is_team(chunk))

    def _is_team(self, chunk: Any) -> bool:
        return bool(chunk.run_id == self.guard.run_id)
