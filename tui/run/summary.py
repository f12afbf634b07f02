"""How a run ended, derived from its state, for the results panel, plain mode and JSON."""

import json
from dataclasses import dataclass
from typing import Any

from tui.run import attachments
from tui.run.events import Attached, Outcome
from tui.run.reasons import REASONS, Reason
from tui.run.records import Contributor, Section, Usage
from tui.run.state import RunState
from tui.system import exit_codes
from tui.text.untrusted import count_words, preview


@dataclass(frozen=True, slots=True)
class Summary:
    """The status summary of one ended run. Durations are in seconds."""

    outcome: Outcome
    reason: Reason | None
    run_id: str
    error: str | None
    notes: tuple[str, ...]
    content: str
    sections: tuple[Section, ...]
    words: int
    elapsed_seconds: float
    first_text_seconds: float | None
    cancel_seconds: float | None
    """From the request to the end."""
    cancelled_after_seconds: float | None
    """From the start of the run to the request."""
    usage: Usage
    contributors: tuple[Contributor, ...]
    model: str
    story_id: str | None = None
    pace: tuple[int, ...] = ()
    """How many words came in each second of the run; empty for a story from the history."""
    data: tuple[str, ...] = ()
    """The JSON of every object in the content."""
    attachments: tuple[Attached, ...] = ()

    @property
    def cost_usd(self) -> float | None:
        """What the run cost, or None when a price is not known."""
        return self.usage.cost_usd

    @property
    def was_cancelled(self) -> bool:
        """Whether the run ended by a cancel."""
        return self.outcome is Outcome.CANCELLED

    @property
    def story_words(self) -> int:
        """The words of the content, of which an object has none."""
        return count_words(self.content)[0] - sum(count_words(data)[0] for data in self.data)

    @property
    def content_object(self) -> Any:
        """The object that a team with a schema returned, or None."""
        try:
            return json.loads(self.data[-1]) if self.data else None
        except ValueError:
            return None

    @property
    def preview(self) -> str:
        """The first 200 characters of the content."""
        return preview(self.content)

    @property
    def tokens_per_second(self) -> float | None:
        """Output tokens per second of writing, or None when that took less than a second."""
        if self.first_text_seconds is None:
            return None
        writing_seconds = self.elapsed_seconds - self.first_text_seconds
        return self.usage.output_tokens / writing_seconds if writing_seconds >= 1 else None

    @property
    def verdict(self) -> str | None:
        """The closing sentence about the cancel, or None when none was requested."""
        if self.reason is None:
            return None
        if self.was_cancelled:
            return "SUCCESS: Team run was successfully cancelled!"
        if self.outcome is Outcome.COMPLETED:
            return "WARNING: Team run completed before cancellation"
        return None

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        return {
            "status": self.outcome.value,
            "reason": self.reason.value if self.reason and self.was_cancelled else None,
            "run_id": self.run_id,
            "cancelled": self.was_cancelled,
            "error": self.error,
            "content": self.content,
            "content_object": self.content_object,
            "sections": [{"speaker": s.speaker.name, "text": s.text} for s in self.sections],
            "attachments": attachments.to_json(self.attachments),
            "preview": self.preview,
            "words": self.words,
            "elapsed_seconds": round(self.elapsed_seconds, 3),
            "first_text_seconds": _rounded(self.first_text_seconds),
            "cancel_seconds": _rounded(self.cancel_seconds),
            "usage": {
                "input_tokens": self.usage.input_tokens,
                "output_tokens": self.usage.output_tokens,
                "total_tokens": self.usage.total_tokens,
                "estimated": self.usage.estimated,
            },
            "cost_usd": self.cost_usd,
            "notes": list(self.notes),
            "members": [
                {
                    "name": c.name,
                    "status": c.status,
                    "words": c.words,
                    "runs": c.runs,
                    "output_tokens": c.output_tokens,
                }
                for c in self.contributors
                if not c.is_leader
            ],
            "model": self.model,
            "story_id": self.story_id,
        }


def summarize(state: RunState) -> Summary:
    """Return the summary of an ended run.

    Raises:
        ValueError: when the run has not ended.
    """
    end = state.ended
    if end is None:
        raise ValueError("the run has not ended")
    start, cancel = state.started_at, state.cancel
    return Summary(
        outcome=end.outcome,
        reason=state.reason,
        run_id=state.run_id,
        error=end.error,
        notes=end.notes + _member_notes(state) + _delegation_notes(state),
        content=state.story,
        data=state.data,
        attachments=tuple(state.attachments),
        sections=tuple(section for section in state.sections if not section.is_thought),
        words=state.words,
        elapsed_seconds=end.at - start if start is not None else 0.0,
        first_text_seconds=_since(start, state.first_text_at),
        cancel_seconds=end.at - cancel.at if cancel else None,
        cancelled_after_seconds=_since(start, cancel.at) if cancel else None,
        usage=state.usage,
        contributors=tuple(state.contributors.values()),
        model=state.model,
        story_id=state.story_id,
        pace=tuple(state.words_by_second),
    )


def _member_notes(state: RunState) -> tuple[str, ...]:
    members = [c for c in state.contributors.values() if not c.is_leader]
    stopped = (f"You stopped {c.name}: its text stays." for c in members if c.stops)
    return (*stopped, *(f"{c.name}: {c.error}" for c in members if c.error))


def _delegation_notes(state: RunState) -> tuple[str, ...]:
    failed = (call for call in state.calls.values() if call.is_delegation and call.failed)
    return tuple(f"The delegation to {call.name} failed: {call.result}" for call in failed)


def _since(start: float | None, at: float | None) -> float | None:
    return None if start is None or at is None else max(0.0, at - start)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def exit_code(summary: Summary) -> int:
    """Return the exit code of a program that ran one story."""
    match summary.outcome:
        case Outcome.COMPLETED:
            return exit_codes.SUCCEEDED
        case Outcome.CANCELLED:
            return REASONS[summary.reason].exit_code if summary.reason else exit_codes.STOPPED
        case _:
            return exit_codes.FAILED
