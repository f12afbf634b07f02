"""The thread that writes: a few times a second while a run is alive, and not at all otherwise.

The rule of this module: no run waits for it, and no error of it reaches a run. What
cannot be written to the history goes to a fallback file, and is tried again.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tui.history.errors import Cause, HistoryError, cause_of
from tui.history.journal import Journal
from tui.history.queries import rows_of
from tui.history.store import Store
from tui.history.stories import StoryRow
from tui.history.write_errors import WriteErrors

FLUSH_SECONDS = 0.25
RETRY_SECONDS = 1.0
"""How long the writer waits before it tries again, unless the history is only locked."""


class Writer:
    """Saves the runs that are alive, on a thread of its own."""

    def __init__(
        self,
        path: Path,
        errors: WriteErrors,
        on_interrupted: Callable[[tuple[StoryRow, ...]], None],
    ) -> None:
        self.interrupted: tuple[StoryRow, ...] = ()
        """The stories that a dead program left unfinished, found at the start."""
        self.looked = threading.Event()
        """Set when the history has been opened and recovered, or could not be."""
        self._path = path
        self._errors = errors
        self._on_interrupted = on_interrupted
        self._store = Store(path, self._found, self._say_quarantined)
        self._retry_at = 0.0
        self._change = threading.Condition()
        """Guards what follows."""
        self._journals: list[Journal] = []
        self._rounds_asked = 1
        self._rounds_done = 0
        self._is_safe = True
        self._damage: BaseException | None = None
        self._close_at: float | None = None
        self._thread = threading.Thread(target=self._work, name="storyteam-history", daemon=True)
        self._thread.start()

    # For any thread.

    def add(self, journal: Journal) -> None:
        """Save a run from now on."""
        with self._change:
            self._journals.append(journal)
        self.hurry()

    def hurry(self) -> int:
        """Write as soon as possible; returns the number of the round that will."""
        with self._change:
            self._rounds_asked = max(self._rounds_asked, self._rounds_done + 1) + 1
            self._change.notify_all()
            return self._rounds_asked

    def report_damage(self, error: BaseException) -> None:
        """Note that a reader found the file damaged: it is repaired in the next round."""
        self._damage = error
        self.hurry()

    def flush(self, timeout: float) -> bool:
        """Wait until all that has arrived is on the disk; return whether it is."""
        wanted = self.hurry()
        with self._change:
            self._change.wait_for(
                lambda: self._rounds_done >= wanted or not self._thread.is_alive(), timeout
            )
            return self._rounds_done >= wanted and self._is_safe

    def close(self, timeout: float) -> bool:
        """Write what there is and end the thread; return whether it has ended in time."""
        with self._change:
            self._close_at = time.monotonic() + timeout * 0.8
        self.hurry()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # The writer's thread.

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(
                    lambda: self._rounds_asked > self._rounds_done, self._pause_seconds()
                )
                self._rounds_asked = max(self._rounds_asked, self._rounds_done + 1)
                number, close_at = self._rounds_asked, self._close_at
                journals = tuple(self._journals)
            is_last = close_at is not None and time.monotonic() >= close_at
            is_safe = self._round(journals, is_last)
            with self._change:
                self._rounds_done, self._is_safe = number, is_safe
                self._journals = [journal for journal in self._journals if not journal.is_over]
                self._change.notify_all()
            if is_last or (close_at and self._errors.cause is not Cause.LOCKED):
                break
        self._store.close()

    def _pause_seconds(self) -> float | None:
        if self._journals:
            return FLUSH_SECONDS
        # Nothing waits, but what a dead program left is still to be found.
        return RETRY_SECONDS if self._errors.cause is Cause.LOCKED else None

    def _round(self, journals: Sequence[Journal], is_last: bool) -> bool:
        """Write what is new; return whether all of it is on the disk."""
        for journal in journals:
            journal.drain()
        error = self._attempt(journals)
        self.looked.set()
        if error is None:
            self._errors.over()
            return True
        return self._fall_back(error, journals, is_last)

    def _attempt(self, journals: Sequence[Journal]) -> Exception | None:
        """Write to the history; return the error that prevented it."""
        if self._errors.last and time.monotonic() < self._retry_at:
            return self._errors.last
        try:
            self._repair_reported(journals)
            self._write(journals)
        except Exception as error:
            if cause_of(error) is not Cause.LOCKED:
                self._retry_at = time.monotonic() + RETRY_SECONDS
            return error
        return None

    def _write(self, journals: Sequence[Journal]) -> None:
        while True:
            try:
                self._store.write(journals)
            except Exception as error:
                if cause_of(error) is Cause.DAMAGED and self._store.repair(error, journals):
                    continue
                if cause_of(error) is not Cause.LOCKED:
                    self._store.close()
                raise
            break
        if not self._errors.is_told:
            for journal in journals:
                journal.fallback.remove()

    def _fall_back(self, error: Exception, journals: Sequence[Journal], is_last: bool) -> bool:
        """Write to the fallback files instead; return whether that was possible."""
        is_safe = True
        journals = [journal for journal in journals if not journal.is_over]
        for journal in journals:
            try:
                journal.fall_back()
            except OSError:
                is_safe = False
            if cause_of(error).is_final:
                journal.give_up()
        paths = [journal.fallback.path for journal in journals if journal.fallback.path]
        self._errors.report(error, paths[-1] if paths else None, is_safe, at_once=is_last)
        return is_safe

    def _repair_reported(self, journals: Sequence[Journal]) -> None:
        if error := self._damage:
            self._damage = None
            self._store.repair(error, journals)

    def _say_quarantined(self, aside: Path) -> None:
        self._errors.say(
            f"The history was damaged: it was set aside as {aside}, and a new one begun."
        )

    def _found(self, ids: list[str]) -> None:
        if ids:
            with suppress(HistoryError):
                self.interrupted = rows_of(self._path, ids)
            with suppress(Exception):
                self._on_interrupted(self.interrupted)
