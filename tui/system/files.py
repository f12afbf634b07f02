"""Read and write files in whose place anything may stand, such as a pipe or a link."""

import errno
import os
import stat
import tempfile
from contextlib import suppress
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


def open_private(path: Path) -> int:
    """Open a file to append to, for this user alone, and return its descriptor.

    Raises:
        OSError: it cannot be written, or is a link, or no file of this user's.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    number = os.open(path, flags, 0o600)
    try:
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode) or os.geteuid() not in (status.st_uid, 0):
            raise OSError(errno.EINVAL, "it is not a regular file of yours", str(path))
        # An earlier program may have left it to be read by others.
        if status.st_mode & 0o077:
            os.fchmod(number, 0o600)
    except OSError:
        os.close(number)
        raise
    return number


def replace_file(
    path: Path, content: str | bytes, *, overwrite: bool = True, sync: bool = False
) -> None:
    """Write a file for this user alone, of which a reader sees all or nothing.

    ``sync`` waits until the disk has it.

    Raises:
        FileExistsError: the name is taken, and ``overwrite`` is false.
        OSError: it cannot be written.
    """
    number, draft = tempfile.mkstemp(prefix=".storyteam-", dir=path.parent)
    try:
        with open(number, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode(errors="replace"))
            file.flush()
            if sync:
                os.fsync(file.fileno())
        if overwrite:
            os.replace(draft, path)
        else:
            _place(draft, path)
        if sync:
            _sync_folder(path.parent)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(draft)


def make_private_folder(path: Path) -> None:
    """Make a folder and its missing parents, for this user alone whatever the umask.

    Raises:
        OSError: it cannot be made.
    """
    for missing in reversed([folder for folder in (path, *path.parents) if not folder.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))


def _place(draft: str, path: Path) -> None:
    """Give a draft its name by a link, which, unlike a rename, replaces nothing."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # A file system without links.
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        os.replace(draft, path)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _is_null(number: int) -> bool:
    """Whether it is ``/dev/null``, which often stands for an empty file."""
    return os.path.samestat(os.fstat(number), Path(os.devnull).stat())
