"""Connections to the history's file: private, in WAL mode, never waiting long."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from tui.history.errors import Cause, HistoryError, NotOursError, phrase
from tui.history.schema import is_old, migrate, version
from tui.system.files import make_private_folder

WRITER_WAIT_SECONDS = 0.15
"""How long the writer waits for another program's lock before it falls back."""
CALLER_WAIT_SECONDS = 2.0
"""How long a caller waits for a story, or for a change."""


def connect(path: Path, wait_seconds: float) -> sqlite3.Connection:
    """Open the history for writing; create it or migrate it if necessary.

    Raises:
        sqlite3.Error, OSError, NotOursError: it cannot be written.
    """
    _make_private(path)
    if not path.is_file():
        # A device would be made private for every user, and keep nothing.
        raise IsADirectoryError(path) if path.is_dir() else NotOursError(Cause.NO_FILE)
    try:
        return _connect(path, wait_seconds)
    except sqlite3.OperationalError as error:
        # SQLite fails to make a file beside it, and does not say why.
        if not (os.access(path.parent, os.W_OK) and os.access(path, os.W_OK)):
            raise PermissionError(path) from error
        raise


def _connect(path: Path, wait_seconds: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=wait_seconds, isolation_level=None, check_same_thread=False
    )
    try:
        version(connection)
        if path.stat().st_mode & 0o077:
            with suppress(OSError):
                path.chmod(0o600)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all that is inside, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk has rolled back already.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Open the history for reading; None when there is none yet.

    Raises:
        HistoryError: it cannot be read.
    """
    try:
        if not path.exists() or path.stat().st_size == 0:
            yield None
            return
        with closing(_connect_to_read(path)) as connection:
            if is_old(connection):
                with closing(_migrated_copy(connection)) as copy:
                    yield copy
                return
            connection.execute("BEGIN")
            yield connection if version(connection) else None
    except (sqlite3.Error, OSError, NotOursError) as error:
        raise HistoryError(f"The history {path} cannot be read: {phrase(error)}.") from error


@contextmanager
def changing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the history for one change that the user asks for.

    Raises:
        HistoryError: it cannot be changed.
    """
    try:
        with closing(connect(path, CALLER_WAIT_SECONDS)) as connection, transaction(connection):
            yield connection
    except (sqlite3.Error, OSError, NotOursError) as error:
        raise HistoryError(f"The history {path} cannot be changed: {phrase(error)}.") from error


def _connect_to_read(path: Path) -> sqlite3.Connection:
    address = path.absolute().as_uri()
    connection = _open_to_read(f"{address}?mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        # On a read-only disk there is no place for the files beside it, and no other writer.
        if path.with_name(path.name + "-wal").exists() or os.access(path.parent, os.W_OK):
            raise
        connection = _open_to_read(f"{address}?immutable=1")
    return connection


def _migrated_copy(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a migrated copy of an older file: reading never writes."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.backup(copy)
        migrate(copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _open_to_read(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, timeout=CALLER_WAIT_SECONDS, isolation_level=None)


def _make_private(path: Path) -> None:
    """Create the directory and the file, for this user alone, where they are missing."""
    make_private_folder(path.parent)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
