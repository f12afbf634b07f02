"""Report that the history cannot be written: one sentence, once per cause."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tui.history.errors import Cause, cause_of, phrase
from tui.text.untrusted import clean

PATIENCE_SECONDS = 2.0
"""How long another program may keep the history locked before that is worth a sentence."""


class WriteErrors:
    """Remembers what was reported, and what is wrong now."""

    def __init__(self, on_write_error: Callable[[str], None]) -> None:
        self.sentences: tuple[str, ...] = ()
        self.last: Exception | None = None
        """What was wrong at the last attempt; None when it went well."""
        self.is_told = False
        """Whether that has been reported."""
        self._on_write_error = on_write_error
        self._told: set[tuple[Cause, bool]] = set()
        self._since = 0.0

    @property
    def cause(self) -> Cause | None:
        """What is wrong now, if anything is."""
        return cause_of(self.last) if self.last else None

    def over(self) -> None:
        """Note that writing works again."""
        self.last, self.is_told = None, False

    def report(
        self, error: Exception, fallback: Path | None, is_safe: bool, *, at_once: bool
    ) -> None:
        """Say what is wrong and where the story goes, if that is due and has not been said."""
        now = time.monotonic()
        if self.last is None:
            self._since = now
        self.last = error
        cause = cause_of(error)
        if cause is Cause.LOCKED and now - self._since < PATIENCE_SECONDS and not at_once:
            return
        if fallback is None and is_safe:
            return  # There is no text yet that could be lost.
        self.is_told = True
        if (cause, is_safe) not in self._told:
            self._told.add((cause, is_safe))
            where = f"is kept in {fallback} instead" if is_safe else "is not kept anywhere"
            self.say(f"The history cannot be written: {phrase(error)}. This story {where}.")

    def say(self, sentence: str) -> None:
        """Report a sentence; an error of the listener is ignored."""
        sentence = clean(sentence)
        self.sentences += (sentence,)
        with suppress(Exception):
            self._on_write_error(sentence)
