"""A workflow of Agno: its steps as delegations, and those who carry them out as members."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agno.agent import Agent
from agno.team import Team

from tui.errors import said_by
from tui.run.events import (
    DelegationEnded,
    DelegationStarted,
    Event,
    MemberEnded,
    MemberStarted,
    Outcome,
    Speaker,
    TextDelta,
)
from tui.team.endings import Ending
from tui.team.members import Member
from tui.team.model_calls import RunGuard
from tui.text.secrets import masked_line
from tui.text.untrusted import clean, clean_line

_PARTS = ("steps", "agent", "team", "executor", "choices", "else_steps", "workflow")
"""Where the steps of a workflow, and what a step is made of, hold others."""
_WAITS = "The workflow waits for a decision that cannot be given here."


def is_workflow(found: object) -> bool:
    """Say whether it is one; nothing is imported for that: a module that has one did."""
    kind = getattr(sys.modules.get("agno.workflow.workflow"), "Workflow", None)
    return kind is not None and isinstance(found, kind)


def agents_in(workflow: Any) -> Iterator[Member]:
    """Yield the teams and agents that carry out the steps, each once."""
    seen: set[int] = set()
    waiting: list[Any] = [workflow]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, list | tuple):
            waiting[:0] = part
        elif part is not None and id(part) not in seen:
            seen.add(id(part))
            if isinstance(part, Agent | Team):
                yield part
            else:
                held = vars(part) if hasattr(part, "__dict__") else {}
                waiting[:0] = [held[name] for name in _PARTS if name in held]


@dataclass
class Steps:
    """Translates the events of a workflow about itself and its steps."""

    guard: RunGuard
    _open: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """By id of a step: our id of the delegation, and whether an agent carries it out."""
    _count: int = 0

    def see_member(self, chunk: Any) -> None:
        """Note that an agent works for a step: what the step gives has been shown then."""
        step = str(getattr(chunk, "step_id", None) or "")
        if step in self._open:
            self._open[step] = (self._open[step][0], True)

    def translate(self, kind: str, chunk: Any) -> Iterator[Event]:
        """Yield what an event says about a step."""
        step, now = str(getattr(chunk, "step_id", None) or ""), self.guard.clock()
        name = clean_line(str(getattr(chunk, "step_name", None) or "a step"), 60)
        if kind == "StepStarted":
            self._count += 1
            self._open[step] = (f"step-{self._count}", False)
            yield DelegationStarted(self._open[step][0], name, "", now, self.guard.leader_name)
        elif kind in ("StepCompleted", "StepError") and step in self._open:
            call_id, has_agent = self._open.pop(step)
            said = getattr(chunk, "content", None)
            if not has_agent and isinstance(said, str) and said.strip():
                # A plain function has no model that could have said it.
                speaker = Speaker(f"{self.guard.run_id}/{call_id}", name)
                yield MemberStarted(speaker, now)
                yield TextDelta(speaker, clean(said), now)
                yield MemberEnded(speaker, Outcome.COMPLETED)
            error = masked_line(said_by(getattr(chunk, "error", None) or ""), 300)
            yield DelegationEnded(call_id, kind == "StepError", now, error)
        elif kind == "WorkflowCompleted":
            # Of a step that failed and was skipped Agno says no more than that.
            for step_id, (call_id, _) in self._open.items():
                yield DelegationEnded(call_id, failed=True, at=now, error=_why(chunk, step_id))
            self._open.clear()


def _why(chunk: Any, step_id: str) -> str:
    """Return why a step failed, from the results of them all."""
    results = [result for result in chunk.step_results or () if hasattr(result, "success")]
    failed = [result for result in results if result.step_id == step_id and not result.success]
    said = failed[0].error or failed[0].content if failed else "it did not end"
    return masked_line(said_by(said), 300)


def workflow_ending(kind: str, chunk: Any, *, is_cancelled: bool) -> Ending | None:
    """Return how a workflow says that it ended, if it does.

    One whose step was cancelled says that it has completed.
    """
    match kind:
        case "WorkflowCompleted" if is_cancelled:
            return Ending(Outcome.CANCELLED, "")
        case "WorkflowCompleted":
            return Ending(Outcome.COMPLETED, "")
        case "WorkflowCancelled":
            return Ending(Outcome.CANCELLED, "")
        case "WorkflowPaused":
            return Ending(Outcome.INCOMPLETE, _WAITS)
        case "WorkflowError":
            said = getattr(chunk, "error", None) or getattr(chunk, "content", None)
            return Ending(Outcome.ERROR, masked_line(said_by(said) or "The workflow failed."))
    return None
