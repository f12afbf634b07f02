"""Runs for the history to record, told event by event."""

import time
from collections.abc import Callable, Sequence

from tui.history import History, Recorder
from tui.run.events import (
    CancelRequested,
    Event,
    Outcome,
    RunEnded,
    RunStarted,
    TextDelta,
    UsageReported,
)
from tui.run.events import Speaker as Who
from tui.run.reasons import Reason

LEADER = Who("run", "Storytelling Team", is_leader=True)
TELLER = Who("m1", "StorytellerAgent")
EDITOR = Who("m2", "EditorAgent")

WAIT_SECONDS = 10.0

Open = Callable[..., History]
"""Opens a history, by default the test's own."""


def text(words: str, speaker: Who = TELLER) -> TextDelta:
    return TextDelta(speaker, words, time.monotonic())


def started() -> RunStarted:
    return started_as("run")


def started_as(run_id: str) -> RunStarted:
    return RunStarted(run_id, "test-model", time.monotonic())


def ended(outcome: Outcome = Outcome.COMPLETED, error: str | None = None) -> RunEnded:
    return RunEnded(outcome, time.monotonic(), error)


def cancelled(reason: Reason = Reason.USER) -> list[Event]:
    return [CancelRequested(reason, time.monotonic()), ended(Outcome.CANCELLED)]


def used(input_tokens: int, output_tokens: int, cost_usd: float | None = None) -> UsageReported:
    return UsageReported(TELLER, input_tokens, output_tokens, cost_usd=cost_usd)


def record(
    history: History,
    *events: Event,
    prompt: str = "a lighthouse keeper",
    story_id: str | None = None,
    direction: str | None = None,
) -> Recorder:
    """Record the start of a run and these events, and wait until they are on the disk."""
    recorder = history.record(
        prompt, model="test-model", run_id="run", story_id=story_id, direction=direction
    )
    tell(history, recorder, started(), *events)
    return recorder


def tell(history: History, recorder: Recorder, *events: Event) -> None:
    for event in events:
        recorder.put(event)
    assert history.flush(WAIT_SECONDS)


def write(
    history: History,
    words: str,
    outcome: Outcome = Outcome.COMPLETED,
    *,
    prompt: str = "a lighthouse keeper",
) -> str:
    """Record a whole run by one speaker and return the story's id."""
    return record(history, text(words), ended(outcome), prompt=prompt).story_id


def titles(history: History, query: str = "") -> Sequence[str]:
    return [row.title for row in history.stories(query)]


def add(
    history: History, run_id: str, words: str, story_id: str | None = None, after: str | None = None
) -> str:
    """Record a whole run of this id, in a new story or in this one; returns the story's id."""
    recorder = history.record("a dragon", run_id=run_id, story_id=story_id, after=after)
    tell(history, recorder, started_as(run_id), text(words, Who(f"{run_id}-m", "Teller")), ended())
    return recorder.story_id
