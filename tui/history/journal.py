"""One run on its way to the disk. Only its inbox may be used by other threads than the writer's.

What has been written is known by counts; they move on when a transaction is through, so that
whatever goes wrong, the next attempt writes exactly what is missing.
"""

import json
import sqlite3
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tui.history.fallback import FallbackFile
from tui.history.passages import (
    Beginning,
    append_pieces,
    close_passage,
    drop_passage,
    open_passage,
    update_passage,
)
from tui.history.stories import StoredSection
from tui.history.titles import new_id, title_from_prompt
from tui.history.writer_process import HEARTBEAT_SECONDS
from tui.run import attachments
from tui.run.events import Event, TextDelta
from tui.run.state import RunState
from tui.run.summary import summarize
from tui.text.untrusted import without_surrogates


@dataclass(slots=True)
class _Written:
    """How much of the run is in the database."""

    passage: int | None = None
    pieces: list[int] = field(default_factory=list)
    is_over: bool = False


class Journal:
    """Folds a run's events into a state, and writes what is new."""

    def __init__(self, beginning: Beginning, story_id: str | None) -> None:
        self.inbox: deque[Event] = deque()
        """Appended to from any thread."""
        self.title = title_from_prompt(beginning.prompt)
        self.story_id = story_id or new_id(self.title)
        self.saved_words = 0
        """How many words would outlive a kill."""
        self.is_saved = False
        """Whether the run is in the history, whole, with its outcome."""
        self.is_over = False
        """Whether it is saved, or nothing can be done for it any more."""
        self.is_unindexed = False
        """Whether what was written last is not in the search index yet."""
        self.fallback = FallbackFile(self.title, beginning.prompt)
        self._beginning = beginning
        self._continues = story_id is not None
        self._state = RunState(beginning.run_id, beginning.model)
        self._has_news = True
        self._marked_at = 0.0
        self._ended_at = 0.0
        self._written = _Written()
        self._writing = _Written()
        self._fallen_back = _Written()
        self._lost: int | None = None
        """The passage in a file that is gone or was replaced."""

    def drain(self) -> None:
        """Apply the events that have arrived; pieces by one speaker in a row become one."""
        for event in self._joined():
            self._state.apply(event)
            self._has_news = True
        if self._state.ended and not self._ended_at:
            self._ended_at = time.time()

    def _joined(self) -> Iterator[Event]:
        first: TextDelta | None = None
        texts: list[str] = []
        # What comes meanwhile waits for the next time.
        for _ in range(len(self.inbox)):
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
        """Whether there is something to write, if only that the run is still alive."""
        return self._has_news or time.monotonic() - self._marked_at >= HEARTBEAT_SECONDS

    def write(self, connection: sqlite3.Connection) -> None:
        """Write what is missing; call within a transaction, and ``written`` when it is through."""
        passage = self._written.passage
        if passage is None:
            passage = self._begin(connection)
        self._writing = _Written(passage, list(self._written.pieces), is_over=self.has_ended)
        if self.has_ended:
            self._end(connection, passage)
        else:
            self._append(connection, passage, self._writing)

    def written(self) -> None:
        """Note that the transaction was committed."""
        self.is_unindexed = self._writing.is_over or self._written.passage is None
        self._written, self._has_news = self._writing, False
        self._continues = True
        self._marked_at = time.monotonic()
        self.saved_words = self._state.words
        self.is_saved = self.is_over = self._written.is_over
        if self.is_over:
            # A front end may keep the recorder; the text is not kept with it.
            self._state = RunState()
            self.inbox.clear()

    def forget(self) -> None:
        """Note that the database was lost: the next attempt writes everything."""
        self._lost = self._written.passage
        self._written, self._has_news = _Written(), True

    def fall_back(self) -> None:
        """Write what is in neither place to the fallback file.

        Raises:
            OSError: not even this can be written.
        """
        attempt = _Written(pieces=list(self._fallen_back.pieces), is_over=self.has_ended)
        if pieces := self._take_pieces(attempt):
            self.fallback.append(pieces)
        if self.has_ended and not self._fallen_back.is_over:
            self.fallback.finish(self._sections())
        self._fallen_back = attempt
        self.saved_words = self._state.words

    def give_up(self) -> None:
        """Stop trying: this run can never be written to the history."""
        self.is_over = self.has_ended

    @property
    def has_ended(self) -> bool:
        """Whether the run is over, written or not."""
        return self._state.ended is not None

    def _begin(self, connection: sqlite3.Connection) -> int:
        taken = "SELECT 1 FROM stories WHERE id = ?"
        while not self._continues and connection.execute(taken, (self.story_id,)).fetchone():
            self.story_id = new_id(self.title)
        if self._lost is not None:
            drop_passage(connection, self._lost, self._state.run_id)
        return open_passage(connection, self.story_id, self.title, self._beginning)

    def _append(self, connection: sqlite3.Connection, passage: int, done: _Written) -> None:
        known = len(done.pieces)
        new = list(enumerate(self._sections()))[known:]
        append_pieces(connection, passage, new, self._take_pieces(done))
        update_passage(connection, passage, self._facts())

    def _end(self, connection: sqlite3.Connection, passage: int) -> None:
        summary = summarize(self._state)
        facts = {
            **self._facts(),
            "reason": summary.reason.value if summary.reason and summary.was_cancelled else None,
            "error": without_surrogates(summary.error) if summary.error else None,
            "ended_at": self._ended_at,
            "elapsed_seconds": summary.elapsed_seconds,
            "cancel_seconds": summary.cancel_seconds,
            "cost_usd": summary.cost_usd,
        }
        close_passage(connection, passage, self._sections(), summary.outcome, facts)

    def _facts(self) -> dict[str, object]:
        state = self._state
        waited = None
        if state.started_at is not None and state.first_text_at is not None:
            waited = max(0.0, state.first_text_at - state.started_at)
        return {
            "model": without_surrogates(state.model),
            "run_id": state.run_id,
            "first_text_seconds": waited,
            "input_tokens": state.usage.input_tokens,
            "output_tokens": state.usage.output_tokens,
            "usage_estimated": state.usage.estimated,
            "words": state.words,
            "attachments": json.dumps(attachments.to_json(state.attachments)),
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
                without_surrogates(section.speaker.name),
                section.speaker.is_leader,
                without_surrogates(section.text),
                section.is_data,
            )
            for section in self._state.sections
        ]
