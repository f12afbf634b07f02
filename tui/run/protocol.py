"""What a front end knows of a run: how to start, cancel and time it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tui.run.events import Event
from tui.run.reasons import Reason

Publish: TypeAlias = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to write: a new story, or the continuation of one."""

    prompt: str
    """The idea the story began with."""
    direction: str = ""
    """What is to happen next; empty leaves that to the model."""
    story_id: str | None = None
    """The story to continue, or None for a new one."""
    story_so_far: str = ""
    after: str | None = None
    """The run id of the passage that it follows, empty for the beginning of the story; None for
    the end of the story as it is."""
    version: int = 1
    """Which version of its passage it will be."""
    note: str = ""
    """What the user wants to hold for the whole story."""


class Run(Protocol):
    """One run, as a front end sees it. Only ``join`` waits."""

    run_id: str
    model: str
    story_id: str | None

    def start(self) -> None:
        """Begin; events come from now on, from any thread."""

    def pace(self, is_full: Callable[[], bool]) -> None:
        """Let the team wait while ``is_full`` says that the reader is behind."""

    def cancel(self, reason: Reason) -> bool:
        """Request the end; returns whether this was the first request."""

    def stop_member(self, name: str) -> bool:
        """Stop what one member does now; stopping the leader is a cancel.

        Returns whether there was a run to ask.
        """

    def move_deadline(self, by_seconds: float) -> None:
        """Give the run more or less time."""

    def toggle_hold(self) -> None:
        """Hold the countdown, or resume it."""

    def answer(self, question_id: str, answer: bool | str) -> None:
        """Answer what the team asked; other answers are ignored."""

    def join(self, timeout: float) -> bool:
        """Wait for the run's threads; returns whether they are gone."""


RunFactory: TypeAlias = Callable[[RunRequest, Publish], Run]
"""Makes a run that publishes events to a function; the front end starts it."""
