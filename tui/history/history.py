"""History: the stories on the disk. Recording never waits; reading and changing take moments."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tui.history import queries, search, tree, versions
from tui.history.database import changing
from tui.history.errors import Cause, HistoryError, cause_of
from tui.history.journal import Journal
from tui.history.passages import Beginning
from tui.history.recorder import Recorder
from tui.history.stories import Story, StoryRow, Version
from tui.history.titles import tidy_title
from tui.history.write_errors import WriteErrors
from tui.history.writer import Writer
from tui.run.media import remove_media
from tui.text.untrusted import without_surrogates

_Found = TypeVar("_Found")

OPENING_SECONDS = 2.0
"""How long a reader waits for a history that is just being opened."""


class History:
    """The stories in one file, which is made when it is missing.

    Making a History costs nothing: a daemon thread opens the file, closes what a dead program
    left unfinished, and writes from then on. ``on_write_error`` gets a sentence for the user when
    the history cannot be written, once per cause; ``on_interrupted`` gets the stories that were
    left unfinished. Both are called on that thread.
    """

    def __init__(
        self,
        path: Path,
        *,
        on_write_error: Callable[[str], None] = lambda sentence: None,
        on_interrupted: Callable[[tuple[StoryRow, ...]], None] = lambda stories: None,
    ) -> None:
        # In full: a name like :memory: means something else, and a tool may change the folder.
        self.path = path.expanduser().absolute()
        self._errors = WriteErrors(on_write_error)
        self._writer = Writer(self.path, self._errors, on_interrupted)

    @property
    def write_errors(self) -> tuple[str, ...]:
        """The sentences that were said so far."""
        return self._errors.sentences

    # Recording. Nothing here waits, or fails.

    def record(
        self,
        prompt: str,
        *,
        model: str = "",
        run_id: str = "",
        story_id: str | None = None,
        direction: str | None = None,
        after: str | None = None,
        note: str | None = None,
    ) -> Recorder:
        """Begin a passage: of a new story, or of the one with exactly this id.

        It follows the passage of the run ``after``, by default the end of the chosen path; an
        empty one makes it another version of the beginning. ``model`` and ``run_id`` are replaced
        by what the run reports when it starts.
        """
        beginning = Beginning(
            without_surrogates(prompt),
            without_surrogates(direction) if direction else None,
            without_surrogates(model),
            run_id,
            time.time(),
            after,
            without_surrogates(note) if note is not None else None,
        )
        journal = Journal(beginning, story_id)
        self._writer.add(journal)
        return Recorder(journal, self._writer.hurry)

    def flush(self, timeout: float) -> bool:
        """Wait until all that was put is on the disk, be it in a fallback file; say whether."""
        return self._writer.flush(timeout)

    def close(self, timeout: float = 1.0) -> bool:
        """Write what there is and end the thread; returns whether that was done in time."""
        return self._writer.close(timeout)

    # Reading, and changing. All raise HistoryError with a sentence for the user.

    def interrupted(self, timeout: float = OPENING_SECONDS) -> tuple[StoryRow, ...]:
        """Return the stories that a dead program left unfinished, found when this was opened."""
        self._writer.looked.wait(timeout)
        return self._writer.interrupted

    def stories(self, query: str = "", limit: int = 200) -> list[StoryRow]:
        """Return stories, the latest first: all, or those that hold every word of the query."""
        return self._look(lambda: queries.list_stories(self.path, query, limit))

    def story(self, story_id: str, ending: str | None = None) -> Story:
        """Return a story by its id, or by a beginning of it that no other has.

        ``ending`` is the run id of the passage that its path ends with, as far as it is known.

        Raises:
            UnknownStoryError: there is none, or more than one.
        """
        return self._look(lambda: queries.read_story(self.path, story_id, ending))

    def latest(self) -> Story | None:
        """Return the story that was written last, if there is any."""
        return self._look(lambda: queries.read_latest(self.path))

    def _look(self, look: Callable[[], _Found]) -> _Found:
        self._writer.looked.wait(OPENING_SECONDS)
        try:
            return look()
        except HistoryError as error:
            if error.__cause__ and cause_of(error.__cause__) is Cause.DAMAGED:
                self._writer.report_damage(error.__cause__)
            raise

    def rename(self, story_id: str, title: str) -> None:
        """Give a story a title, which only another rename changes from now on."""
        tidy = tidy_title(title)
        if not tidy:
            raise HistoryError("A title needs at least one character.")
        with self._changing(story_id) as (connection, number):
            connection.execute(
                "UPDATE stories SET title = ?, title_from = 'user', indexed = 0 WHERE number = ?",
                (tidy, number),
            )
            search.index_new(connection)

    def set_note(self, story_id: str, note: str) -> Story:
        """Set the author's note of a story; an empty one takes it away."""
        with self._changing(story_id) as (connection, number):
            connection.execute(
                "UPDATE stories SET note = ? WHERE number = ?",
                (without_surrogates(note), number),
            )
            return queries.story_of(connection, number)

    # Versions. ``ending`` is the run id of the last passage that the user sees.

    def versions(self, story_id: str) -> list[Version]:
        """Return every version of every passage of a story, each followed by what follows it."""
        return self._look(lambda: versions.read_versions(self.path, story_id))

    def version(self, story_id: str, name: str) -> Story:
        """Return the path that ends with a version of the last passage, by its number.

        Any other version is named by its place, as ``versions`` gives it.
        """
        return self._look(lambda: versions.read_version(self.path, story_id, name))

    def flip(self, story_id: str, ending: str, by: int) -> Story:
        """Choose another version of the last passage, or bring back what was taken back."""
        with self._changing(story_id) as (connection, number):
            tree.flip(connection, number, ending, by)
            return queries.story_of(connection, number)

    def take_back(self, story_id: str, ending: str) -> Story:
        """Let the story end one passage earlier."""
        with self._changing(story_id) as (connection, number):
            tree.take_back(connection, number, ending)
            return queries.story_of(connection, number)

    def rewrite(self, story_id: str, ending: str, text: str) -> Story:
        """Add a version of the last passage in the user's own words."""
        with self._changing(story_id) as (connection, number):
            versions.add_by_hand(connection, number, ending, text)
            search.index_new(connection)
            return queries.story_of(connection, number)

    @contextmanager
    def _changing(self, story_id: str) -> Iterator[tuple[sqlite3.Connection, int]]:
        with changing(self.path) as connection:
            yield connection, queries.find(connection, story_id)

    def delete(self, story_id: str) -> None:
        """Delete a story and all that is known of it, the pictures and files included."""
        with self._changing(story_id) as (connection, number):
            if connection.execute(
                "SELECT 1 FROM living JOIN passages ON id = passage WHERE story = ?", (number,)
            ).fetchone():
                raise HistoryError("This story is being written: cancel the run first.")
            search.forget(connection, number)
            runs = connection.execute("SELECT run_id FROM passages WHERE story = ?", (number,))
            run_ids = [run_id for (run_id,) in runs]
            connection.execute("DELETE FROM stories WHERE number = ?", (number,))
        for run_id in run_ids:
            remove_media(run_id)
