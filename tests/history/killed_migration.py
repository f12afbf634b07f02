"""A program that begins to migrate a history, says so, and waits to be killed."""

import signal
import sqlite3
import sys

from tui.history import schema


def say() -> None:
    print("in the middle", flush=True)
    signal.pause()


if __name__ == "__main__":
    schema.MIGRATIONS = (*schema.MIGRATIONS[:-1], (*schema.MIGRATIONS[-1], "SELECT say()"))
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    # Every page that the migration changes is on the disk before it is killed.
    connection.execute("PRAGMA cache_size = 1")
    connection.create_function("say", 0, say)
    schema.migrate(connection)
