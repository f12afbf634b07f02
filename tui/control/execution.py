"""What carries out a run, as the controller sees it: a worker process, or a server."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tui.config.settings import Settings
from tui.local.address import EngineAddress
from tui.run.protocol import Publish


@dataclass(frozen=True, slots=True)
class Task:
    """All that a worker needs to know of the run that it carries out."""

    run_id: str
    prompt: str
    settings: Settings
    engine: EngineAddress | None = None
    """Where the embedded engine listens, if it writes."""


class Execution(Protocol):
    """Carries out one run.

    ``run`` blocks, on a thread that the controller has for it. All other methods return at once,
    and may be called from any thread, before, during and after ``run``.
    """

    def run(self, task: Task, publish: Publish) -> None:
        """Carry out the run, publish what happens, and return when nothing of it is left.

        Its ``RunStarted`` says that the team is at work, its ``RunEnded`` how it ended.

        Raises:
            StoryteamError: with a sentence, when the run cannot be carried out.
        """

    def cancel(self) -> None:
        """Ask the team to stop."""

    def stop_member(self, name: str) -> None:
        """Stop what the member does now; its leader goes on with what it wrote."""

    def answer(self, question_id: str, answer: bool | str) -> None:
        """Send the answer of a human to the team."""

    def terminate(self) -> None:
        """End what did not stop when asked: the run has ended without it."""

    def close(self) -> None:
        """Leave nothing behind, whether the run was carried out or not."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """A progress callback and a cancellation flag for a long preparation."""

    report: Callable[[str, float | None], None]
    cancelled: threading.Event


Prepare = Callable[[Preparation], Task]
"""Prepares what a run needs, on the run's thread; may take long or raise ``StoryteamError``."""
