"""Agno's chunks as our events. The only module that knows Agno's event names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agno.run.agent import RunEvent
from agno.run.team import TeamRunEvent

from tui.errors import said_by
from tui.run.events import (
    DelegationEnded,
    DelegationStarted,
    Event,
    MemberEnded,
    MemberStarted,
    Outcome,
    ReasoningDelta,
    Speaker,
    SpeakerPaused,
    StoryWritten,
    StructuredOutput,
    TextDelta,
    ToolEnded,
    ToolStarted,
)
from tui.run.media import media_folder
from tui.team.attachments import Attachments
from tui.team.endings import Ending
from tui.team.model_calls import RunGuard
from tui.team.side_events import chore_event
from tui.team.structured import laid_out, objects_of
from tui.team.workflows import Steps, workflow_ending
from tui.text.secrets import masked_line
from tui.text.untrusted import clean_delta, clean_line

_DELEGATION_TOOLS = (
    "delegate_task_to_member",
    "delegate_task_to_members",
    "execute_task",
    "execute_tasks_parallel",
)
_BRINGING = frozenset(
    kind.value
    for events in (RunEvent, TeamRunEvent)
    for kind in (
        events.run_content,
        events.tool_call_completed,
        events.run_completed,
        events.followups_completed,
    )
)
"""The events that may bring more than text."""
_RESULT_CHARACTERS = 300
_NOT_FOUND = re.compile(r"(?:Member|Task) (?:with ID )?\S+ not found[^.:]*\.")
"""What Agno answers when the leader named a member or a task that is not there."""
EVERYONE = "everyone"


@dataclass
class Translator:
    """Translates the chunks of one team run, and remembers how Agno says that it ended."""

    guard: RunGuard
    ending: Ending | None = None
    """How the team's own run ended, or None while Agno has not said so."""
    written: Ending | None = None
    """The same of what the team wrote, from when only its chores are left."""
    _ended_members: set[str] = field(default_factory=set)
    _steps: Steps = field(init=False)
    _attachments: Attachments = field(init=False)
    _open_calls: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """By run and the model's id of a call: our id, and the member it is a delegation to, if any."""
    _calls: int = 0
    _paused: dict[str, str] = field(default_factory=dict)
    """By run id: the members that wait for a human."""
    _held: dict[str, set[str]] = field(default_factory=dict)
    """By id of a delegation that Agno takes for done: the paused runs it goes on with."""
    _task_titles: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        guard = self.guard
        self._steps = Steps(guard)
        self._attachments = Attachments(
            media_folder(guard.run_id), guard.clock, guard.notes.setdefault
        )

    def translate(self, chunk: Any) -> Iterator[Event]:
        """Yield what a chunk means; most of Agno's events mean nothing to a reader."""
        if getattr(chunk, "event", None) in _BRINGING:
            yield from self._attachments.found_in(chunk, self._speaker(chunk))
        match getattr(chunk, "event", None):
            case RunEvent.run_content | TeamRunEvent.run_content:
                if thought := getattr(chunk, "reasoning_content", None):
                    yield self._thought(chunk, thought)
                yield from self._text(chunk)
            case RunEvent.run_intermediate_content | TeamRunEvent.run_intermediate_content:
                yield from self._text(chunk)
            case RunEvent.reasoning_content_delta | TeamRunEvent.reasoning_content_delta:
                yield self._thought(chunk, chunk.reasoning_content)
            case RunEvent.reasoning_step | TeamRunEvent.reasoning_step:
                yield self._thought(chunk, reasoning_step_text(chunk.content))
            case RunEvent.run_started | TeamRunEvent.run_started:
                self._steps.see_member(chunk)
                if not self._is_team(chunk) and not self.guard.is_of_team(chunk.run_id):
                    yield MemberStarted(self._speaker(chunk), self.guard.clock())
            case RunEvent.tool_call_started | TeamRunEvent.tool_call_started:
                yield self._tool_started(chunk)
            case (
                RunEvent.tool_call_completed
                | RunEvent.tool_call_error
                | TeamRunEvent.tool_call_completed
                | TeamRunEvent.tool_call_error
            ):
                yield from self._tool_ended(chunk)
            case RunEvent.run_content_completed | TeamRunEvent.run_content_completed:
                yield from self._written(chunk)
            case RunEvent.run_paused | TeamRunEvent.run_paused:
                yield from self._paused_now(chunk)
            case TeamRunEvent.task_created:
                self._task_titles[chunk.task_id] = chunk.title
            case RunEvent.run_cancelled | TeamRunEvent.run_cancelled:
                yield from self._ended(chunk, Ending(Outcome.CANCELLED, ""))
            case RunEvent.run_error | TeamRunEvent.run_error:
                sentence = masked_line(said_by(chunk.content) or "The run failed.")
                yield from self._ended(chunk, Ending(Outcome.ERROR, sentence))
            case RunEvent.run_completed | TeamRunEvent.run_completed:
                yield from self._ended(chunk, Ending(Outcome.COMPLETED, ""))
            case kind if str(getattr(kind, "value", kind)).startswith(("Workflow", "Step")):
                yield from self._step(str(getattr(kind, "value", kind)), chunk)
            case kind if chore := chore_event(kind, self._speaker(chunk), self.guard.clock()):
                yield chore

    def _ended(self, chunk: Any, said: Ending) -> Iterator[Event]:
        """The first word counts: after a cancel or an error Agno says "completed" as well.

        What the model itself said about its end weighs more than Agno's view of it.
        """
        ending = said if said.outcome is Outcome.CANCELLED else self._ending_of(chunk) or said
        if self._is_team(chunk):
            # What was cancelled then were chores: the story is whole.
            is_spared = self.written and self.guard.interrupt.is_set
            self.ending = self.ending or (self.written if is_spared else ending)
        elif chunk.run_id not in self._ended_members:
            self._ended_members.add(chunk.run_id)
            is_stopped = chunk.run_id in self.guard.stops.noted
            if is_stopped:
                # Agno takes it for completed, so that its leader goes on.
                ending = Ending(Outcome.CANCELLED, "")
            yield MemberEnded(
                self._speaker(chunk), ending.outcome, ending.sentence or None, is_stopped
            )
            yield from self._released(chunk.run_id)

    def _step(self, kind: str, chunk: Any) -> Iterator[Event]:
        """Say what a workflow says about itself; one inside of it is a step of the outer one."""
        if self._is_team(chunk):
            yield from self._steps.translate(kind, chunk)
            self.ending = self.ending or workflow_ending(
                kind, chunk, is_cancelled=self.guard.interrupt.is_set
            )

    def _written(self, chunk: Any) -> Iterator[Event]:
        if self._is_team(chunk) and self.written is None:
            self.written = self._ending_of(chunk) or Ending(Outcome.COMPLETED, "")
            yield StoryWritten(self.written.outcome, self.written.sentence or None)

    def _ending_of(self, chunk: Any) -> Ending | None:
        return self.guard.endings.get(chunk.run_id)

    def _text(self, chunk: Any) -> Iterator[Event]:
        """Show what no model has said, and so was not shown when it said it."""
        text = chunk.content
        if isinstance(text, str) and text and self.guard.undelivered.is_new(chunk.run_id, text):
            yield TextDelta(self._speaker(chunk), clean_delta(text), self.guard.clock())
        elif found := self.guard.undelivered.new_object(chunk.run_id, objects_of(text)):
            self.guard.undelivered.gave(chunk.run_id, found)
            yield StructuredOutput(self._speaker(chunk), laid_out(found), self.guard.clock())

    def _thought(self, chunk: Any, text: str) -> ReasoningDelta:
        return ReasoningDelta(self._speaker(chunk), clean_delta(text), self.guard.clock())

    def _tool_started(self, chunk: Any) -> Event:
        tool, now = chunk.tool, self.guard.clock()
        # Ids of the models' own are not unique: two members may use the same.
        self._calls += 1
        call_id, key = f"call-{self._calls}", (chunk.run_id, str(tool.tool_call_id))
        self._open_calls[key] = (call_id, "")
        if tool.tool_name in _DELEGATION_TOOLS:
            member, task = self._delegated(tool.tool_args or {})
            self._open_calls[key] = (call_id, member)
            return DelegationStarted(call_id, member, task, now, self._speaker(chunk).name)
        name = clean_line(str(tool.tool_name))
        return ToolStarted(call_id, self._speaker(chunk), name, call_arguments(tool), now)

    def _delegated(self, arguments: dict[str, Any]) -> tuple[str, str]:
        """To whom a task was handed, and which."""
        member_id = str(arguments.get("member_id") or EVERYONE)
        task_ids = arguments.get("task_ids")
        # It has not been checked yet whether the model's arguments are of the right type.
        ids = task_ids if isinstance(task_ids, list) else [arguments.get("task_id")]
        titles = (self._task_titles.get(str(task_id), "") for task_id in ids)
        task = arguments.get("task") or ", ".join(filter(None, titles))
        return self.guard.names.of_member(member_id), masked_line(said_by(task))

    def _tool_ended(self, chunk: Any) -> Iterator[Event]:
        tool, now = chunk.tool, self.guard.clock()
        key = (chunk.run_id, str(tool.tool_call_id))
        # Of a call that fails Agno says twice that it has ended.
        if key not in self._open_calls:
            return
        call_id, member = self._open_calls.pop(key)
        said = said_by(getattr(chunk, "error", None) or tool.result or "")
        failed = bool(tool.tool_call_error)
        if tool.tool_name not in _DELEGATION_TOOLS:
            yield ToolEnded(call_id, failed, masked_line(said, _RESULT_CHARACTERS), now)
        elif paused := {run for run, name in self._paused.items() if member in (name, EVERYONE)}:
            self._held[call_id] = paused
        else:
            lost = _NOT_FOUND.match(said)
            why = masked_line(lost.group() if lost else said, _RESULT_CHARACTERS)
            failed = failed or lost is not None
            yield DelegationEnded(call_id, failed, now, why if failed else "")

    def _paused_now(self, chunk: Any) -> Iterator[Event]:
        """Say who waits for a human; a team whose member waits does not wait itself."""
        wanted = [item for item in chunk.requirements or () if not item.is_resolved()]
        if not self._is_team(chunk):
            self._paused[chunk.run_id] = self._speaker(chunk).name
        if any(item.member_run_id in (None, chunk.run_id) for item in wanted):
            yield SpeakerPaused(self._speaker(chunk), self.guard.clock())

    def _released(self, run_id: str) -> Iterator[Event]:
        """End the delegations that waited for this run, and for no other."""
        self._paused.pop(run_id, None)
        for call_id, runs in list(self._held.items()):
            runs.discard(run_id)
            if not runs:
                del self._held[call_id]
                yield DelegationEnded(call_id, at=self.guard.clock())

    def _speaker(self, chunk: Any) -> Speaker:
        run_id = getattr(chunk, "run_id", None) or self.guard.run_id
        return Speaker(run_id, self.guard.names.of(chunk), is_leader=run_id == self.guard.run_id)

    def _is_team(self, chunk: Any) -> bool:
        return bool(chunk.run_id == self.guard.run_id)


def call_arguments(tool: Any) -> str:
    """The arguments of a tool's call on one line, as they would stand in Python."""
    arguments = (tool.tool_args or {}).items()
    return masked_line(", ".join(f"{name}={said_by(value, repr)}" for name, value in arguments))


def reasoning_step_text(step: Any) -> str:
    """One step of a chain of thought, as a paragraph."""
    parts = (getattr(step, name, None) for name in ("title", "reasoning", "action", "result"))
    return " ".join(said_by(part).strip() for part in parts if part) + "\n\n"
