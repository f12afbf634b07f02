"""The words of a run as they come, and the limit that they may reach."""

from tui.run.events import TextDelta
from tui.text.untrusted import count_words


class WordCount:
    """Counts whole words, however the stream was cut into deltas."""

    def __init__(self, limit: int | None) -> None:
        self.words = 0
        self.limit = limit
        self._in_word: dict[str, bool] = {}
        """By the speaker's run: whether its text ends inside a word."""

    def add(self, delta: TextDelta) -> bool:
        """Count a piece of text; returns whether the limit is reached."""
        if self.limit is None:
            return False
        run_id = delta.speaker.run_id
        words, in_word = count_words(delta.text, self._in_word.get(run_id, False))
        self._in_word[run_id] = in_word
        self.words += words
        # The last word may still be growing: it is whole when the next one begins.
        return self.words - in_word >= self.limit
