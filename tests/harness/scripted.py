"""A run without Agno: the test says what happens, from a thread as a real run does."""

import threading
import time
from collections.abc import Callable, Iterator

from tui.run.events import (
    Answered,
    CancelRequested,
    DeadlineChanged,
    Event,
    MemberStarted,
    MemberStopRequested,
    ModelRequested,
    Outcome,
    RunEnded,
    RunStarted,
    Speaker,
    TextDelta,
)
from tui.run.reasons import Reason

LEADER = Speaker("run-1", "Storytelling Team", is_leader=True)
TELLER = Speaker("member-1", "StorytellerAgent")
EDITOR = Speaker("member-2", "EditorAgent")


class ScriptedRun:
    """Publishes what the test tells it to; obeys a cancel like the real one, unless told not to."""

    model = "test-model"
    story_id: str | None = None

    def __init__(self, publish: Callable[[Event], None], *, obeys: bool = True) -> None:
        self.run_id = "run-1"
        self.reasons: list[Reason] = []
        self.stopped: list[str] = []
        self.moves: list[float] = []
        self.holds = 0
        self.answers: list[tuple[str, bool | str]] = []
        self._publish = publish
        self._obeys = obeys

    def start(self) -> None:
        """The test tells what happens."""

    def pace(self, is_full: Callable[[], bool]) -> None:
        """A test says little enough."""

    def begin(self, auto_cancel: float | None = None) -> None:
        """The leader is asked, and hands over to the storyteller."""
        now = time.monotonic()
        self.tell(
            RunStarted(self.run_id, self.model, now),
            DeadlineChanged(now + auto_cancel if auto_cancel else None),
            ModelRequested(LEADER, now),
            MemberStarted(TELLER, now),
            ModelRequested(TELLER, now),
        )

    def story(self, text: str) -> list[Event]:
        """The events of a whole short run."""
        now = time.monotonic()
        return [
            RunStarted(self.run_id, self.model, now),
            TextDelta(TELLER, text, now),
            RunEnded(Outcome.CANCELLED, now),
        ]

    def write(self, text: str, speaker: Speaker = TELLER) -> None:
        self.tell(TextDelta(speaker, text, time.monotonic()))

    def end(self, outcome: Outcome = Outcome.COMPLETED, error: str | None = None) -> None:
        self.tell(RunEnded(outcome, time.monotonic(), error))

    def tell(self, *events: Event) -> None:
        """Publish from another thread, and return when it is done."""

        def publish() -> None:
            for event in events:
                self._publish(event)

        thread = threading.Thread(target=publish)
        thread.start()
        thread.join()

    def cancel(self, reason: Reason) -> bool:
        self.reasons.append(reason)
        if len(self.reasons) > 1:
            return False
        if self._obeys:
            self.tell(CancelRequested(reason, time.monotonic()))
            self.end(Outcome.CANCELLED)
        return True

    def stop_member(self, name: str) -> bool:
        self.stopped.append(name)
        self.tell(MemberStopRequested(name, time.monotonic()))
        return True

    def move_deadline(self, by_seconds: float) -> None:
        self.moves.append(by_seconds)

    def toggle_hold(self) -> None:
        self.holds += 1

    def answer(self, question_id: str, answer: bool | str) -> None:
        self.answers.append((question_id, answer))
        self.tell(Answered(question_id, answer, time.monotonic()))

    def join(self, timeout: float) -> bool:
        return True


def words(speaker: Speaker, *counts: int, start: float = 100.0) -> Iterator[Event]:
    """The events of this number of words in each second."""
    for second, count in enumerate(counts):
        yield TextDelta(speaker, "word " * count, start + second)
