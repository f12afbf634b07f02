"""The tables, and the migrations from every earlier version of them.

A story is a tree of passages: those with the same parent are versions of one passage. The text is
the path that is marked ``on_path``, and ``chosen`` is the passage that last followed another on it.
A passage has sections. While it is being written, its text grows in ``pieces``, whose cost does not
depend on what is there already, and ``living`` says which process writes it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from tui.history.errors import Cause, NotOursError

APPLICATION_ID = 0x53544F52
"""Marks the file as ours ("STOR")."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE stories (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            title_from TEXT NOT NULL DEFAULT 'prompt',
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            indexed INTEGER NOT NULL DEFAULT 0
        )
        """,
        "CREATE INDEX stories_by_age ON stories (updated_at, number)",
        "CREATE INDEX stories_to_index ON stories (number) WHERE indexed = 0",
        """
        CREATE TABLE passages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            story INTEGER NOT NULL REFERENCES stories ON DELETE CASCADE,
            prompt TEXT NOT NULL,
            direction TEXT,
            model TEXT NOT NULL,
            run_id TEXT NOT NULL,
            outcome TEXT,
            reason TEXT,
            error TEXT,
            started_at REAL NOT NULL,
            ended_at REAL,
            elapsed_seconds REAL,
            first_text_seconds REAL,
            cancel_seconds REAL,
            input_tokens INTEGER NOT NULL DEFAULT 0,
            output_tokens INTEGER NOT NULL DEFAULT 0,
            usage_estimated INTEGER NOT NULL DEFAULT 0,
            cost_usd REAL,
            words INTEGER NOT NULL DEFAULT 0,
            story_words INTEGER NOT NULL DEFAULT 0,
            indexed INTEGER NOT NULL DEFAULT 0
        )
        """,
        "CREATE INDEX passages_of_story ON passages (story, id)",
        "CREATE INDEX passages_to_index ON passages (id) WHERE indexed = 0",
        """
        CREATE TABLE sections (
            id INTEGER PRIMARY KEY,
            passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
            number INTEGER NOT NULL,
            speaker TEXT NOT NULL,
            is_leader INTEGER NOT NULL,
            text TEXT NOT NULL,
            UNIQUE (passage, number)
        )
        """,
        """
        CREATE TABLE pieces (
            id INTEGER PRIMARY KEY,
            passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
            section INTEGER NOT NULL,
            text TEXT NOT NULL
        )
        """,
        "CREATE INDEX pieces_of_passage ON pieces (passage)",
        """
        CREATE TABLE living (
            passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
            pid INTEGER NOT NULL,
            process TEXT NOT NULL,
            place TEXT NOT NULL,
            heartbeat_at REAL NOT NULL
        )
        """,
    ),
    (
        "ALTER TABLE sections ADD COLUMN is_data INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE passages ADD COLUMN attachments TEXT NOT NULL DEFAULT '[]'",
    ),
    (
        "ALTER TABLE passages ADD COLUMN parent INTEGER REFERENCES passages",
        "ALTER TABLE passages ADD COLUMN chosen INTEGER",
        "ALTER TABLE passages ADD COLUMN on_path INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE passages ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE stories ADD COLUMN taken_back INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE stories ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        """
        UPDATE passages SET
            parent = (SELECT max(id) FROM passages p WHERE p.story = passages.story
                      AND p.id < passages.id),
            chosen = (SELECT min(id) FROM passages p WHERE p.story = passages.story
                      AND p.id > passages.id)
        """,
        "CREATE INDEX versions_of_passage ON passages (story, parent)",
    ),
)


def version(connection: sqlite3.Connection) -> int:
    """Return the version of the tables; 0 when there are none yet.

    Raises:
        NotOursError: the file was made by a newer version, or by another program.
    """
    with _one_look(connection):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (number,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (application or number or tables):
        raise NotOursError(Cause.FOREIGN)
    if number > len(MIGRATIONS):
        raise NotOursError(Cause.NEWER)
    return int(number)


def is_old(connection: sqlite3.Connection) -> bool:
    """Return whether the tables are there, in an earlier version than the present one."""
    return 0 < version(connection) < len(MIGRATIONS)


@contextmanager
def _one_look(connection: sqlite3.Connection) -> Iterator[None]:
    """Read one state of the file: another copy of the program may be creating it."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to the present version, in one transaction."""
    if version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another copy of the program may have been quicker.
        for number, statements in enumerate(MIGRATIONS[version(connection) :], version(connection)):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
