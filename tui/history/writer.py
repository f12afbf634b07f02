"""The one thread that writes: a few times a second while a run lives, and not at all otherwise.

The rule of this module: nobody waits for it, and nothing that goes wrong here reaches a run. What
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
from tui.history.write_errors import Trouble

FLUSH_SECONDS = 0.25
RETRY_SECONDS = 1.0
"""How long a history that cannot be written is left in peace, unless it is only locked."""


class Writer:
    """Looks after the runs that live, on a thread of its own."""

    def __init__(
        self,
        path: Path,
        trouble: Trouble,
        on_interrupted: Callable[[tuple[StoryRow, ...]], None],
    ) -> None:
        self.interrupted: tuple[StoryRow, ...] = ()
        """The stories whose passages were found orphaned at the start."""
        self.looked = threading.Event()
        """Set when the history has been opened and looked through, or could not be."""
        self._path = path
        self._trouble = trouble
        self._on_interrupted = on_interrupted
        self._store = Store(path, self._found, self._say_damaged)
        self._retry_at = 0.0
        self._change = threading.Condition()
        """Guards what follows."""
        self._journals: list[Journal] = []
        self._rounds_asked = 1
        self._rounds_done = 0
        self._is_safe = True
        self._suspicion: BaseException | None = None
        self._close_at: float | None = None
        self._thread = threading.Thread(target=self._work, name="storyteam-history", daemon=True)
        self._thread.start()

    # For any thread.

    def add(self, journal: Journal) -> None:
        """Take care of a run from now on."""
        with self._change:
            self._journals.append(journal)
        self.hurry()

    def hurry(self) -> int:
        """Write as soon as possible; returns the number of the round that will."""
        with self._change:
            self._rounds_asked = max(self._rounds_asked, self._rounds_done + 1) + 1
            self._change.notify_all()
            return self._rounds_asked

    def suspect(self, error: BaseException) -> None:
        """Somebody who read the file found it damaged: see to it."""
        self._suspicion = error
        self.hurry()

    def flush(self, timeout: float) -> bool:
        """Wait until all that has come is on the disk; returns whether it is."""
        wanted = self.hurry()
        with self._change:
            self._change.wait_for(
                lambda: self._rounds_done >= wanted or not self._thread.is_alive(), timeout
            )
            return self._rounds_done >= wanted and self._is_safe

    def close(self, timeout: float) -> bool:
        """Write what there is and end the thread; returns whether it has ended in time."""
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
            if is_last or (close_at and self._trouble.cause is not Cause.LOCKED):
                break
        self._store.close()

    def _pause_seconds(self) -> float | None:
        if self._journals:
            return FLUSH_SECONDS
        # Nothing waits, but what a dead program left is still to be found.
        return RETRY_SECONDS if self._trouble.cause is Cause.LOCKED else None

    def _round(self, journals: Sequence[Journal], is_last: bool) -> bool:
        """Write what is new; returns whether all of it is on the disk."""
        for journal in journals:
            journal.drain()
        error = self._attempt(journals)
        self.looked.set()
        if error is None:
            self._trouble.over()
            return True
        return self._evade(error, journals, is_last)

    def _attempt(self, journals: Sequence[Journal]) -> Exception | None:
        """Write to the history; returns what kept it from being written."""
        if self._trouble.last and time.monotonic() < self._retry_at:
            return self._trouble.last
        try:
            self._see_to_suspicion(journals)
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
                if cause_of(error) is Cause.DAMAGED and self._store.mend(error, journals):
                    continue
                if cause_of(error) is not Cause.LOCKED:
                    self._store.close()
                raise
            break
        if not self._trouble.is_told:
            for journal in journals:
                journal.fallback.remove()

    def _evade(self, error: Exception, journals: Sequence[Journal], is_last: bool) -> bool:
        """Write to the fallback files instead; returns whether that could be done."""
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
        self._trouble.report(error, paths[-1] if paths else None, is_safe, at_once=is_last)
        return is_safe

    def _see_to_suspicion(self, journals: Sequence[Journal]) -> None:
        if error := self._suspicion:
            self._suspicion = None
            self._store.mend(error, journals)

    def _say_damaged(self, aside: Path) -> None:
        self._trouble.say(
            f"The history was damaged: it was set aside as {aside}, and a new one begun."
        )

    def _found(self, ids: list[str]) -> None:
        if ids:
            with suppress(HistoryError):
                self.interrupted = rows_of(self._path, ids)
            with suppress(Exception):
                self._on_interrupted(self.interrupted)
