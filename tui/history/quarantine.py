"""Rename a damaged history, so that a new one can begin."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tui.history.errors import Cause, NotOursError, cause_of
from tui.history.schema import version

_COMPANIONS = ("", "-wal", "-shm")


def quarantine(path: Path) -> Path | None:
    """Rename a damaged history; return its new name, or None when it is not damaged.

    Raises:
        OSError: it cannot be renamed.
    """
    with _alone(path.parent):
        # Another copy of the program may have done so already, and have begun a fresh one.
        if not _is_damaged(path):
            return None
        aside = _free_name(path)
        for companion in _COMPANIONS:
            part = path.with_name(path.name + companion)
            if part.exists():
                part.rename(aside.with_name(aside.name + companion))
        return aside


def _is_damaged(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=2.0)) as connection:
            version(connection)
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
    except sqlite3.Error as error:
        return cause_of(error) is Cause.DAMAGED
    except NotOursError:
        return False


def _free_name(path: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.corrupt-{stamp}")
    number = 2
    while any(aside.with_name(aside.name + companion).exists() for companion in _COMPANIONS):
        aside = path.with_name(f"{path.name}.corrupt-{stamp}-{number}")
        number += 1
    return aside


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Lock out other copies of the program."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
