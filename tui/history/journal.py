"""One run on its way to the disk. Only the writer's thread touches it, but for its inbox.

What has been written is known by counts; they move on when a transaction is through, so that
whatever goes wrong, the next attempt writes exactly what is missing.
"""

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from tui.events import Event, TextDelta
from tui.history.closing import close_passage, update_passage
from tui.history.fallback import FallbackFile
from tui.history.process import HEARTBEAT_SECONDS, this_process
from tui.history.stories import StoredSection
from tui.history.titles import new_id, title_from_prompt
from tui.state import RunState, Usage
from tui.summary import summarize
from tui.text import without_surrogates

CostOf = Callable[[Usage], float | None]
"""What a run's tokens cost in dollars, or None when nobody knows."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is known of a run before it starts."""

    prompt: str
    direction: str | None
    model: str
    run_id: str
    cost: CostOf
    started_at: float


@dataclass(slots=True)
class _Written:
    """How much of the run is in the database."""

    passage: int | None = None
    pieces: list[int] = field(default_factory=list)
    is_over: bool = False


class Journal:
    """Folds a run's events, and writes what is new."""

    def __init__(self, assignment: Assignment, story_id: str | None) -> None:
        self.inbox: deque[Event] = deque()
        """Appended to from any thread."""
        self.title = title_from_prompt(assignment.prompt)
        self.story_id = story_id or new_id(self.title)
        self.saved_words = 0
        """How many words would outlive a kill."""
        self.is_over = False
        """Whether the end is in the history, or nothing can be done for it any more."""
        self.fallback = FallbackFile(self.title, assignment.prompt)
        self._assignment = assignment
        self._continues = story_id is not None
        self._state = RunState(assignment.run_id, assignment.model)
        self._has_news = True
        self._marked_at = 0.0
        self._ended_at = 0.0
        self._written = _Written()
        self._writing = _Written()
        self._fallen_back = _Written()

    def drain(self) -> None:
        """Fold in what has come; pieces by one speaker in a row become one."""
        for event in self._joined():
            self._state.apply(event)
            self._has_news = True
        if self._state.ended and not self._ended_at:
            self._ended_at = time.time()

    def _joined(self) -> Iterator[Event]:
        first: TextDelta | None = None
        texts: list[str] = []
        while self.inbox:
            event = self.inbox.popleft()
            if first and isinstance(event, TextDelta) and event.speaker == first.speaker:
                texts.append(event.text)
                continue
            if first:
                yield replace(first, text="".join(texts))
                first = None
            if isinstance(event, TextDelta):
                first, texts = event, [event.text]
            else:
                yield event
        if first:
            yield replace(first, text="".join(texts))

    @property
    def has_news(self) -> bool:
        """Whether there is something to write, be it that the run still lives."""
        return self._has_news or time.monotonic() - self._marked_at >= HEARTBEAT_SECONDS

    def write(self, connection: sqlite3.Connection) -> None:
        """Write what is missing; call within a transaction, and ``written`` when it is through."""
        done = self._written
        self._writing = _Written(done.passage, list(done.pieces))
        if done.passage is None:
            self._writing.passage = self._begin(connection)
        if self._state.ended:
            self._end(connection, self._writing)
        else:
            self._append(connection, self._writing)

    def written(self) -> None:
        """The transaction is through."""
        self._written, self._has_news = self._writing, False
        self._continues = True
        self._marked_at = time.monotonic()
        self.saved_words = self._state.words
        self.is_over = self._written.is_over

    def forget(self) -> None:
        """The database was lost: the next attempt writes everything."""
        self._written, self._has_news = _Written(), True

    def fall_back(self) -> None:
        """Write what is in neither place to the fallback file.

        Raises:
            OSError: not even this can be written.
        """
        if pieces := self._take_pieces(self._fallen_back):
            self.fallback.append(pieces)
        if self._state.ended and not self._fallen_back.is_over:
            self._fallen_back.is_over = True
            self.fallback.finish(self._sections())
        self.saved_words = self._state.words

    def give_up(self) -> None:
        """Nothing will ever make it possible to write this run to the history."""
        self.is_over = self._state.ended is not None

    @property
    def has_ended(self) -> bool:
        """Whether the run is over, written or not."""
        return self._state.ended is not None

    def _begin(self, connection: sqlite3.Connection) -> int:
        run, state = self._assignment, self._state
        find = "SELECT number FROM stories WHERE id = ?"
        story = connection.execute(find, (self.story_id,)).fetchone()
        while story and not self._continues:
            self.story_id = new_id(self.title)
            story = connection.execute(find, (self.story_id,)).fetchone()
        if story is None:
            connection.execute(
                "INSERT INTO stories (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)",
                (self.story_id, self.title, run.started_at, run.started_at),
            )
            story = connection.execute(find, (self.story_id,)).fetchone()
        connection.execute(
            "UPDATE stories SET updated_at = max(updated_at, ?) WHERE number = ?",
            (run.started_at, story[0]),
        )
        passage = connection.execute(
            "INSERT INTO passages (story, prompt, direction, model, run_id, started_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (story[0], run.prompt, run.direction, state.model, state.run_id, run.started_at),
        ).lastrowid
        assert passage is not None
        process = this_process()
        connection.execute(
            "INSERT INTO living (passage, pid, process, place, heartbeat_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (passage, process.pid, process.started, process.place, time.time()),
        )
        return passage

    def _append(self, connection: sqlite3.Connection, done: _Written) -> None:
        for number in range(len(done.pieces), len(self._state.sections)):
            speaker = self._state.sections[number].speaker
            connection.execute(
                "INSERT INTO sections (passage, number, speaker, is_leader, text)"
                " VALUES (?, ?, ?, ?, '')",
                (done.passage, number, speaker.name, speaker.is_leader),
            )
        connection.executemany(
            "INSERT INTO pieces (passage, section, text) VALUES (?, ?, ?)",
            [(done.passage, number, text) for number, text in self._take_pieces(done)],
        )
        connection.execute(
            "UPDATE living SET heartbeat_at = ? WHERE passage = ?", (time.time(), done.passage)
        )
        assert done.passage is not None
        update_passage(connection, done.passage, self._facts())

    def _end(self, connection: sqlite3.Connection, done: _Written) -> None:
        summary = summarize(self._state)
        facts = {
            **self._facts(),
            "reason": summary.reason if summary.was_cancelled else None,
            "error": summary.error,
            "ended_at": self._ended_at,
            "elapsed_seconds": summary.elapsed_seconds,
            "cancel_seconds": summary.cancel_seconds,
            "cost_usd": self._assignment.cost(summary.usage),
        }
        assert done.passage is not None
        close_passage(connection, done.passage, self._sections(), summary.outcome, facts)
        done.is_over = True

    def _facts(self) -> dict[str, object]:
        state = self._state
        waited = None
        if state.started_at is not None and state.first_text_at is not None:
            waited = max(0.0, state.first_text_at - state.started_at)
        return {
            "model": state.model,
            "run_id": state.run_id,
            "first_text_seconds": waited,
            "input_tokens": state.usage.input_tokens,
            "output_tokens": state.usage.output_tokens,
            "usage_estimated": state.usage.estimated,
            "words": state.words,
        }

    def _take_pieces(self, done: _Written) -> list[tuple[int, str]]:
        taken = []
        for number, section in enumerate(self._state.sections):
            if number == len(done.pieces):
                done.pieces.append(0)
            if len(section.pieces) > done.pieces[number]:
                text = "".join(section.pieces[done.pieces[number] :])
                taken.append((number, without_surrogates(text)))
                done.pieces[number] = len(section.pieces)
        return taken

    def _sections(self) -> list[StoredSection]:
        return [
            StoredSection(
                section.speaker.name,
                section.speaker.is_leader,
                without_surrogates(section.text),
            )
            for section in self._state.sections
        ]
