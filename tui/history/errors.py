"""Why the history cannot be used, in words for the user."""

import errno
import sqlite3
from enum import StrEnum

from tui.errors import StoryteamError
from tui.text.untrusted import clean_line


class HistoryError(StoryteamError):
    """The history cannot be read or changed; its message says why."""


class UnknownStoryError(HistoryError):
    """No story, or more than one, has the given id."""


class Cause(StrEnum):
    """What keeps the history from being written, as the rest of "The history cannot …: "."""

    FULL = "the disk is full"
    READ_ONLY = "the file or its directory is read-only"
    LOCKED = "another program keeps it locked"
    UNREACHABLE = "the file cannot be opened"
    DISK = "the disk reports an error"
    DAMAGED = "the file is damaged"
    NEWER = "the file was made by a newer version of this program"
    NO_FILE = "it is not a regular file"
    FOREIGN = "the file belongs to another program"
    OTHER = "something unexpected went wrong"

    @property
    def is_final(self) -> bool:
        """Whether trying again cannot help."""
        return self in (Cause.NEWER, Cause.FOREIGN, Cause.NO_FILE)


class NotOursError(Exception):
    """The file is left alone: it is newer than this program, or another program's."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


_CAUSE_OF_CODE = {
    sqlite3.SQLITE_FULL: Cause.FULL,
    sqlite3.SQLITE_READONLY: Cause.READ_ONLY,
    sqlite3.SQLITE_PERM: Cause.READ_ONLY,
    sqlite3.SQLITE_BUSY: Cause.LOCKED,
    sqlite3.SQLITE_LOCKED: Cause.LOCKED,
    sqlite3.SQLITE_PROTOCOL: Cause.LOCKED,
    sqlite3.SQLITE_CANTOPEN: Cause.UNREACHABLE,
    sqlite3.SQLITE_IOERR: Cause.DISK,
    sqlite3.SQLITE_CORRUPT: Cause.DAMAGED,
    sqlite3.SQLITE_NOTADB: Cause.DAMAGED,
}

_CAUSE_OF_NUMBER = {
    errno.ENOSPC: Cause.FULL,
    errno.EDQUOT: Cause.FULL,
    errno.EROFS: Cause.READ_ONLY,
}


def is_damaged_index(error: BaseException) -> bool:
    """Whether only the index for the search is damaged."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CORRUPT_VTAB


def cause_of(error: BaseException) -> Cause:
    """Return what is wrong with the history, judged by the error that it raised."""
    match error:
        case NotOursError():
            return error.cause
        case sqlite3.Error():
            code = getattr(error, "sqlite_errorcode", None) or 0
            return _CAUSE_OF_CODE.get(code & 0xFF, Cause.OTHER)
        case FileExistsError() | NotADirectoryError() | FileNotFoundError() | IsADirectoryError():
            return Cause.UNREACHABLE
        case PermissionError():
            return Cause.READ_ONLY
        case OSError(errno=number):
            return _CAUSE_OF_NUMBER.get(number or 0, Cause.DISK)
    return Cause.OTHER


def phrase(error: BaseException) -> str:
    """Return the cause in words, with the error's own when there is no better."""
    cause = cause_of(error)
    return f"{cause} ({clean_line(str(error), 120)})" if cause is Cause.OTHER else cause.value
