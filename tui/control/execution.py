"""What carries a run out, as the controller sees it: a worker process here, a server elsewhere."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tui.config.settings import Settings
from tui.local.address import EngineAddress
from tui.run.protocol import Publish


@dataclass(frozen=True, slots=True)
class Task:
    """All that a worker is told of the run that it is to carry out."""

    run_id: str
    prompt: str
    settings: Settings
    engine: EngineAddress | None = None
    """Where the embedded engine listens, when it is to write."""


class Execution(Protocol):
    """Carries out one run.

    ``run`` blocks, on a thread that the controller keeps for it. Everything else returns at once
    and may be called from any thread, before, while and after ``run`` is called.
    """

    def run(self, task: Task, publish: Publish) -> None:
        """Carry the run out, publish what happens, and return when nothing of it is left.

        Its ``RunStarted`` says that the team is at work, its ``RunEnded`` how it ended.

        Raises:
            StoryteamError: with a sentence, when the run cannot be carried out.
        """

    def cancel(self) -> None:
        """Ask the team to stop."""

    def answer(self, question_id: str, answer: bool | str) -> None:
        """Hand over what a human answered."""

    def terminate(self) -> None:
        """End what did not stop when it was asked to: the run has ended without it."""

    def close(self) -> None:
        """Leave nothing behind. The run will not be carried out, or has been."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """How a long preparation reports its progress, and learns that it is to stop."""

    report: Callable[[str, float | None], None]
    cancelled: threading.Event


Prepare = Callable[[Preparation], Task]
"""Gets ready what a run needs, on the run's thread; may take long, may raise ``StoryteamError``."""
