"""The one thread that writes: a few times a second while a run lives, and not at all otherwise.

The rule of this module: nobody waits for it, and nothing that goes wrong here reaches a run. What
cannot be written to the history goes to a fallback file, and is tried again.
"""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tui.history import search
from tui.history.aside import set_aside
from tui.history.database import WRITER_WAIT_SECONDS, connect, transaction
from tui.history.errors import Cause, cause_of
from tui.history.journal import Journal
from tui.history.reading import rows_of
from tui.history.recovery import close_interrupted
from tui.history.stories import StoryRow
from tui.history.trouble import Trouble

FLUSH_SECONDS = 0.25
RETRY_SECONDS = 1.0
"""How long a history that cannot be opened is left in peace."""


class Writer:
    """Owns the connection for writing, and the journals of the runs that live."""

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
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._retry_at = 0.0
        self._change = threading.Condition()
        """Guards what follows."""
        self._journals: list[Journal] = []
        self._rounds_asked = 1
        self._rounds_done = 0
        self._is_safe = True
        self._closing = False
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

    def flush(self, timeout: float) -> bool:
        """Wait until all that has come is on the disk; returns whether it is."""
        wanted = self.hurry()
        with self._change:
            self._change.wait_for(lambda: self._rounds_done >= wanted, timeout)
            return self._rounds_done >= wanted and self._is_safe

    def close(self, timeout: float) -> bool:
        """Write what there is and end the thread; returns whether it has ended in time."""
        with self._change:
            self._closing = True
        self.hurry()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # The writer's thread.

    def _work(self) -> None:
        while True:
            with self._change:
                pause = FLUSH_SECONDS if self._journals else None
                self._change.wait_for(lambda: self._rounds_asked > self._rounds_done, pause)
                self._rounds_asked = max(self._rounds_asked, self._rounds_done + 1)
                number, closing = self._rounds_asked, self._closing
                journals = tuple(self._journals)
            is_safe = self._round(journals, closing)
            with self._change:
                self._rounds_done, self._is_safe = number, is_safe
                self._journals = [one for one in self._journals if not one.is_over]
                self._change.notify_all()
                if self._closing and closing:
                    break
        self._disconnect()

    def _round(self, journals: tuple[Journal, ...], closing: bool) -> bool:
        """Write what is new; returns whether all of it is on the disk."""
        for journal in journals:
            journal.drain()
        try:
            self._write(journals)
        except Exception as error:
            return self._evade(error, journals, closing)
        finally:
            self.looked.set()
        self._trouble.over()
        return True

    def _write(self, journals: tuple[Journal, ...]) -> None:
        connection = self._connected(journals)
        for journal in journals:
            if journal.has_news:
                try:
                    self._write_one(connection, journal)
                except sqlite3.IntegrityError:
                    # Its story was deleted meanwhile: it is written as a new one.
                    journal.forget()
                    self._write_one(connection, journal)

    def _write_one(self, connection: sqlite3.Connection, journal: Journal) -> None:
        with transaction(connection):
            journal.write(connection)
        journal.written()
        if not self._trouble.is_told:
            journal.fallback.remove()
        if journal.is_over:
            with transaction(connection):
                search.index_new(connection)

    def _evade(self, error: Exception, journals: tuple[Journal, ...], closing: bool) -> bool:
        cause = cause_of(error)
        if cause is not Cause.LOCKED:
            self._disconnect()
            self._retry_at = time.monotonic() + RETRY_SECONDS
        if cause is Cause.DAMAGED and self._begin_afresh(journals):
            return self._round(journals, closing)
        is_safe = True
        for journal in journals:
            try:
                journal.fall_back()
            except OSError:
                is_safe = False
            if cause.is_final:
                journal.give_up()
        if journals:
            self._trouble.report(error, journals[-1].fallback.path, at_once=closing)
        return is_safe

    def _begin_afresh(self, journals: tuple[Journal, ...]) -> bool:
        with suppress(OSError):
            if aside := set_aside(self._path):
                self._trouble.say(
                    f"The history was damaged: it was set aside as {aside}, and a new one begun."
                )
                for journal in journals:
                    journal.forget()
                self._retry_at = 0.0
                return True
        return False

    def _connected(self, journals: tuple[Journal, ...]) -> sqlite3.Connection:
        if self._connection and self._file != _identity(self._path):
            # Somebody took the file away: what is written to it now is lost.
            self._disconnect()
            for journal in journals:
                journal.forget()
        if self._connection is None:
            if time.monotonic() < self._retry_at and self._trouble.last:
                raise self._trouble.last
            connection = connect(self._path, WRITER_WAIT_SECONDS)
            self._connection, self._file = connection, _identity(self._path)
            search.prepare(connection)
            if not self.looked.is_set():
                self._recover(connection)
            with transaction(connection):
                search.index_new(connection)
        return self._connection

    def _recover(self, connection: sqlite3.Connection) -> None:
        if ids := close_interrupted(connection, time.time()):
            self.interrupted = rows_of(self._path, ids)
            with suppress(Exception):
                self._on_interrupted(self.interrupted)

    def _disconnect(self) -> None:
        if self._connection:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
