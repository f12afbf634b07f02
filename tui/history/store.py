"""The connection of the writer's thread: opened when needed, and again after an error."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tui.history import search
from tui.history.database import WRITER_WAIT_SECONDS, connect, transaction
from tui.history.errors import is_damaged_index
from tui.history.journal import Journal
from tui.history.quarantine import quarantine
from tui.history.recovery import close_interrupted

MOST_REPAIRS = 4
"""How often a file is repaired before the disk is not trusted any more."""


class Store:
    """Writes journals to one file, even when that is damaged or replaced."""

    def __init__(
        self,
        path: Path,
        on_interrupted: Callable[[list[str]], None],
        on_damage: Callable[[Path], None],
    ) -> None:
        self._path = path
        self._on_interrupted = on_interrupted
        self._on_damage = on_damage
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._repairs = 0
        self._is_ready = False
        """Whether the connection may be written to."""
        self._is_recovered = False
        self._interrupted: dict[str, None] = {}

    def write(self, journals: Sequence[Journal]) -> None:
        """Write what is new.

        Raises:
            sqlite3.Error, OSError, NotOursError: not all of it could be written.
        """
        connection = self._connected(journals)
        for journal in journals:
            if journal.has_news and not journal.is_over:
                try:
                    _write_one(connection, journal)
                except sqlite3.IntegrityError:
                    # Its story was deleted meanwhile: it is written as a new one.
                    journal.forget()
                    _write_one(connection, journal)

    def repair(self, error: BaseException, journals: Sequence[Journal]) -> bool:
        """Repair or quarantine a damaged file; return whether it is worth another attempt."""
        if self._repairs >= MOST_REPAIRS:
            return False
        self._repairs += 1
        with suppress(sqlite3.Error, OSError):
            if is_damaged_index(error):
                connection = self._connection or self._connected(journals)
                with transaction(connection):
                    search.rebuild(connection)
                return True
            self.close()
            if aside := quarantine(self._path):
                self._on_damage(aside)
                return True
        return False

    def close(self) -> None:
        """Close the file."""
        if self._connection:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _connected(self, journals: Sequence[Journal]) -> sqlite3.Connection:
        if self._connection and self._file != _identity(self._path):
            # The file was replaced: what is written to the old one is lost.
            self.close()
        if self._connection is None:
            self._connection = connect(self._path, WRITER_WAIT_SECONDS)
            self._is_ready = False
            before, self._file = self._file, _identity(self._path)
            if before not in (None, self._file):
                for journal in journals:
                    journal.forget()
        if not self._is_ready:
            self._make_ready(self._connection)
        return self._connection

    def _make_ready(self, connection: sqlite3.Connection) -> None:
        with transaction(connection):
            search.prepare(connection)
        if not self._is_recovered:
            for story in close_interrupted(connection, time.time()):
                self._interrupted[story] = None
        with transaction(connection):
            search.index_new(connection)
        self._is_ready = True
        if not self._is_recovered:
            self._is_recovered = True
            self._on_interrupted(list(self._interrupted))


def _write_one(connection: sqlite3.Connection, journal: Journal) -> None:
    with transaction(connection):
        journal.write(connection)
    journal.written()
    if journal.is_unindexed:
        with transaction(connection):
            search.index_new(connection)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
