"""The recorder of one run, for the front end."""

from collections.abc import Callable
from pathlib import Path

from tui.history.journal import Journal
from tui.run.events import Event, RunEnded


class Recorder:
    """Records one run. Its methods cost next to nothing and may be called from any thread."""

    def __init__(self, journal: Journal, hurry: Callable[[], int]) -> None:
        self._journal = journal
        self._inbox = journal.inbox
        self._hurry = hurry

    def put(self, event: Event) -> None:
        """Record an event. It is on the disk a quarter of a second later, an end at once."""
        self._inbox.append(event)
        if isinstance(event, RunEnded):
            self._hurry()

    @property
    def story_id(self) -> str:
        """The story that the run belongs to."""
        return self._journal.story_id

    @property
    def saved_words(self) -> int:
        """How many words would outlive a kill now."""
        return self._journal.saved_words

    @property
    def is_saved(self) -> bool:
        """Whether the run is in the history, whole, with its outcome."""
        return self._journal.is_saved

    @property
    def fallback_path(self) -> Path | None:
        """Where the text is, if the history could not be written."""
        return self._journal.fallback.path
