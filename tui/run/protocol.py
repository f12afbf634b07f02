"""What a front end knows of a run: how to start, cancel and time it, and nothing of Agno."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tui.run.events import Event, Reason

Publish: TypeAlias = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What is to be written: a new story, or how a story goes on."""

    prompt: str
    """The idea the story began with."""
    direction: str = ""
    """What is to come now; empty means that the story just goes on."""
    story_id: str | None = None
    """The story to go on with, or None for a new one."""
    story_so_far: str = ""


class Run(Protocol):
    """One run, seen from a front end. No method waits, but ``join``."""

    run_id: str
    model: str
    story_id: str | None

    def start(self) -> None:
        """Begin; events come from now on, from any thread."""

    def pace(self, is_full: Callable[[], bool]) -> None:
        """Let the team wait while ``is_full`` says that the reader has enough to do."""

    def cancel(self, reason: Reason) -> bool:
        """Ask for the end; returns whether this was the first to ask."""

    def move_deadline(self, by_seconds: float) -> None:
        """Give the run more or less time."""

    def toggle_hold(self) -> None:
        """Hold the countdown, or let it go on."""

    def answer(self, question_id: str, answer: bool | str) -> None:
        """Answer what the team asked; an answer that nobody waits for is ignored."""

    def join(self, timeout: float) -> bool:
        """Wait for the run's threads; returns whether they are gone."""


RunFactory: TypeAlias = Callable[[RunRequest, Publish], Run]
"""Makes a run that publishes to the given function; the front end starts it."""
