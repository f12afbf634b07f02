"""What a front end knows of a run: how to start, cancel and time it, and nothing of Agno."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from tui.events import Event, Reason


class Run(Protocol):
    """One run, seen from a front end. No method waits, but ``join``."""

    run_id: str
    model: str

    def start(self) -> None:
        """Begin; events come from now on, from any thread."""

    def cancel(self, reason: Reason) -> bool:
        """Ask for the end; returns whether this was the first to ask."""

    def move_deadline(self, by_seconds: float) -> None:
        """Give the run more or less time."""

    def toggle_hold(self) -> None:
        """Hold the countdown, or let it go on."""

    def join(self, timeout: float) -> bool:
        """Wait for the run's threads; returns whether they are gone."""


RunFactory: TypeAlias = Callable[[Callable[[Event], None]], Run]
"""Makes a run that publishes to the given function; the front end starts it."""
