"""History: the stories on the disk. Recording never waits; reading and changing take moments."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tui.history import queries, search
from tui.history.database import changing
from tui.history.errors import Cause, HistoryError, cause_of
from tui.history.journal import Journal
from tui.history.passages import Beginning
from tui.history.recorder import Recorder
from tui.history.stories import Story, StoryRow
from tui.history.titles import tidy_title
from tui.history.write_errors import Trouble
from tui.history.writer import Writer
from tui.run.media import remove_media
from tui.text.untrusted import without_surrogates

_Found = TypeVar("_Found")

OPENING_SECONDS = 2.0
"""How long a reader waits for a history that is just being opened."""


class History:
    """The stories in one file, which is made when it is missing.

    Making a History costs nothing: a daemon thread opens the file, closes what a dead program
    left unfinished, and writes from then on. ``on_trouble`` gets a sentence for the user when the
    history cannot be written, once per cause; ``on_interrupted`` gets the stories that were left
    unfinished. Both are called on that thread.
    """

    def __init__(
        self,
        path: Path,
        *,
        on_trouble: Callable[[str], None] = lambda sentence: None,
        on_interrupted: Callable[[tuple[StoryRow, ...]], None] = lambda stories: None,
    ) -> None:
        # In full: a name like :memory: means something else, and a tool may change the folder.
        self.path = path.expanduser().absolute()
        self._trouble = Trouble(on_trouble)
        self._writer = Writer(self.path, self._trouble, on_interrupted)

    @property
    def troubles(self) -> tuple[str, ...]:
        """The sentences that were said so far."""
        return self._trouble.sentences

    # Recording. Nothing here waits, or fails.

    def record(
        self,
        prompt: str,
        *,
        model: str = "",
        run_id: str = "",
        story_id: str | None = None,
        direction: str | None = None,
    ) -> Recorder:
        """Begin a passage: of a new story, or of the one with exactly this id.

        ``model`` and ``run_id`` are replaced by what the run says of itself when it starts.
        """
        beginning = Beginning(
            without_surrogates(prompt),
            without_surrogates(direction) if direction else None,
            without_surrogates(model),
            run_id,
            time.time(),
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

    def story(self, story_id: str) -> Story:
        """Return a story by its id, or by a beginning of it that no other has.

        Raises:
            UnknownStoryError: there is none, or more than one.
        """
        return self._look(lambda: queries.read_story(self.path, story_id))

    def latest(self) -> Story | None:
        """Return the story that was written last, if there is any."""
        return self._look(lambda: queries.read_latest(self.path))

    def _look(self, look: Callable[[], _Found]) -> _Found:
        self._writer.looked.wait(OPENING_SECONDS)
        try:
            return look()
        except HistoryError as error:
            if error.__cause__ and cause_of(error.__cause__) is Cause.DAMAGED:
                self._writer.suspect(error.__cause__)
            raise

    def rename(self, story_id: str, title: str) -> None:
        """Give a story a title, which nothing changes any more but another rename."""
        tidy = tidy_title(title)
        if not tidy:
            raise HistoryError("A title needs at least one character.")
        with changing(self.path) as connection:
            connection.execute(
                "UPDATE stories SET title = ?, title_from = 'user', indexed = 0 WHERE number = ?",
                (tidy, queries.find(connection, story_id)),
            )
            search.index_new(connection)

    def delete(self, story_id: str) -> None:
        """Delete a story and all that is known of it, the pictures and files included."""
        with changing(self.path) as connection:
            number = queries.find(connection, story_id)
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
