"""Agno's chunks as our events. The only module that knows Agno's event names."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agno.run.agent import RunEvent
from agno.run.team import TeamRunEvent

from tui.agents.endings import Flaw
from tui.agents.model_calls import RunGuard
from tui.events import (
    DelegationEnded,
    DelegationStarted,
    Event,
    MemberEnded,
    MemberStarted,
    Outcome,
    ReasoningDelta,
    Speaker,
    TextDelta,
    ToolEnded,
    ToolStarted,
)
from tui.secrets import masked_line
from tui.text import clean_delta, clean_line

_DELEGATION_TOOLS = (
    "delegate_task_to_member",
    "delegate_task_to_members",
    "execute_task",
    "execute_tasks_parallel",
)
_RESULT_CHARACTERS = 300


@dataclass
class Translator:
    """Translates the chunks of one team run, and remembers how Agno says that it ended."""

    guard: RunGuard
    ending: Flaw | None = None
    """How the team's own run ended, or None while Agno has not said so."""
    _ended_members: set[str] = field(default_factory=set)
    _open_calls: set[str] = field(default_factory=set)
    _task_titles: dict[str, str] = field(default_factory=dict)

    def translate(self, chunk: Any) -> Iterator[Event]:
        """Yield what a chunk means; most of Agno's events mean nothing to a reader."""
        match getattr(chunk, "event", None):
            case RunEvent.run_content | TeamRunEvent.run_content:
                if thought := getattr(chunk, "reasoning_content", None):
                    yield self._thought(chunk, thought)
                if isinstance(chunk.content, str) and chunk.content:
                    yield self._text(chunk)
            case RunEvent.reasoning_content_delta | TeamRunEvent.reasoning_content_delta:
                yield self._thought(chunk, chunk.reasoning_content)
            case RunEvent.reasoning_step | TeamRunEvent.reasoning_step:
                yield self._thought(chunk, reasoning_step_text(chunk.content))
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
                yield from self._tool_ended(chunk)
            case TeamRunEvent.task_created:
                self._task_titles[chunk.task_id] = chunk.title
            case RunEvent.run_cancelled | TeamRunEvent.run_cancelled:
                yield from self._ended(chunk, Flaw(Outcome.CANCELLED, ""))
            case RunEvent.run_error | TeamRunEvent.run_error:
                sentence = masked_line(str(chunk.content or "The run failed."))
                yield from self._ended(chunk, Flaw(Outcome.ERROR, sentence))
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
        return TextDelta(speaker, clean_delta(chunk.content), self.guard.clock())

    def _thought(self, chunk: Any, text: str) -> ReasoningDelta:
        return ReasoningDelta(self._speaker(chunk), clean_delta(text), self.guard.clock())

    def _tool_started(self, chunk: Any) -> Event:
        tool, call_id, now = chunk.tool, str(chunk.tool.tool_call_id), self.guard.clock()
        self._open_calls.add(call_id)
        if tool.tool_name in _DELEGATION_TOOLS:
            member, task = self._delegated(tool.tool_args or {})
            return DelegationStarted(call_id, member, task, now, self._speaker(chunk).name)
        name = clean_line(str(tool.tool_name))
        return ToolStarted(call_id, self._speaker(chunk), name, call_arguments(tool), now)

    def _delegated(self, arguments: dict[str, Any]) -> tuple[str, str]:
        """To whom a task was handed, and which."""
        member_id = str(arguments.get("member_id") or "everyone")
        task_ids = arguments.get("task_ids")
        # Nobody has looked yet whether the model's arguments are of the right type.
        ids = task_ids if isinstance(task_ids, list) else [arguments.get("task_id")]
        titles = (self._task_titles.get(str(task_id), "") for task_id in ids)
        task = arguments.get("task") or ", ".join(filter(None, titles))
        member = self.guard.member_names.get(member_id, member_id)
        return clean_line(member, 60), masked_line(str(task))

    def _tool_ended(self, chunk: Any) -> Iterator[Event]:
        tool, call_id, now = chunk.tool, str(chunk.tool.tool_call_id), self.guard.clock()
        # Of a call that fails Agno says twice that it has ended.
        if call_id not in self._open_calls:
            return
        self._open_calls.remove(call_id)
        failed = bool(tool.tool_call_error)
        if tool.tool_name in _DELEGATION_TOOLS:
            yield DelegationEnded(call_id, failed, now)
            return
        said = getattr(chunk, "error", None) or tool.result or ""
        yield ToolEnded(call_id, failed, masked_line(str(said), _RESULT_CHARACTERS), now)

    def _speaker(self, chunk: Any) -> Speaker:
        name = getattr(chunk, "agent_name", None) or getattr(chunk, "team_name", None) or "Agent"
        return Speaker(chunk.run_id, clean_line(name, 60), is_leader=self._is_team(chunk))

    def _is_team(self, chunk: Any) -> bool:
        return bool(chunk.run_id == self.guard.run_id)


def call_arguments(tool: Any) -> str:
    """The arguments of a tool's call on one line, as they would stand in Python."""
    arguments = (tool.tool_args or {}).items()
    return masked_line(", ".join(f"{name}={value!r}" for name, value in arguments))


def reasoning_step_text(step: Any) -> str:
    """One step of a chain of thought, as a paragraph."""
    parts = (getattr(step, name, None) for name in ("title", "reasoning", "action", "result"))
    return " ".join(f"{part}".strip() for part in parts if part) + "\n\n"
