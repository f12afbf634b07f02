"""Small files that anything may stand in the place of: a pipe or a device is never waited for."""

import errno
import os
import stat
from pathlib import Path


def read_file(path: Path, limit: int) -> bytes:
    """Return at most ``limit`` bytes of a regular file.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    # A pipe without a writer would keep the opening waiting.
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    with open(number, "rb") as file:
        if not (stat.S_ISREG(os.fstat(number).st_mode) or _is_null(number)):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        return file.read(limit)


def _is_null(number: int) -> bool:
    """Whether it is what people put in the place of a file that shall be empty."""
    return os.path.samestat(os.fstat(number), Path(os.devnull).stat())
