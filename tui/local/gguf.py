"""The model files: what may be handed to the engine, and the one that we know by heart."""

import errno
import hashlib
import json
import os
import struct
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tui.errors import PreparationCancelled, StoryteamError
from tui.system.files import make_private_folder, open_private, read_file

MAGIC = b"GGUF"
"""What a model file begins with."""
_HEADER = struct.Struct("<4sIQQ")
_KNOWN_VERSIONS = (2, 3)
_LEAST_BYTES_PER_ENTRY = 12
_CHUNK_BYTES = 1 << 20


class WeightsError(StoryteamError):
    """The weights cannot be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that must be exactly this one."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What a file looked like when it was found to be right."""

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    sha256: str


def check_gguf(path: Path) -> None:
    """Check that ``path`` looks like a model that llama.cpp can read.

    Only the first bytes are read: that the tensors are all there is found out by the engine.

    Raises:
        WeightsError: when it is missing, unreadable, no GGUF file, or plainly cut short.
    """
    if path.is_dir():
        raise WeightsError(f"{path} is a folder; give the .gguf file itself.")
    try:
        size = path.stat().st_size
        head = read_file(path, _HEADER.size)
    except FileNotFoundError:
        raise WeightsError(f"There is no file {path}; check the path of the model.") from None
    except OSError as error:
        raise WeightsError(f"{path} cannot be read ({reason_of(error)}).") from error
    if head[:4] != MAGIC:
        raise WeightsError(
            f"{path} is not a GGUF model file; llama.cpp reads models in that format only."
        )
    _check_header(path, head, size)


def _check_header(path: Path, head: bytes, size: int) -> None:
    if len(head) < _HEADER.size:
        raise WeightsError(f"{path} is cut short; fetch the model file again.")
    _, version, tensors, entries = _HEADER.unpack(head)
    if version not in _KNOWN_VERSIONS:
        raise WeightsError(
            f"{path} is a GGUF file of version {version}, which cannot be read; "
            "look for the model in version 3."
        )
    if tensors == 0:
        raise WeightsError(f"{path} holds no weights, only a vocabulary; give a whole model.")
    if size < _HEADER.size + _LEAST_BYTES_PER_ENTRY * (tensors + entries):
        raise WeightsError(f"{path} is cut short; fetch the model file again.")


def reason_of(error: OSError) -> str:
    """Return what the system says went wrong, in its own words and lower case."""
    return (error.strerror or str(error) or type(error).__name__).lower()


def is_full(error: OSError) -> bool:
    """Say whether the system refused to write for want of room."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def is_verified(path: Path, known: KnownFile, stamp: Path, cancelled: threading.Event) -> bool:
    """Say whether ``path`` is the known file, hashing it only when it is new or has changed."""
    try:
        status = path.stat()
    except OSError:
        return False
    if status.st_size != known.size:
        return False
    if _read_stamp(stamp) == _stamp_of(path, known):
        return True
    try:
        matches = file_sha256(path, cancelled) == known.sha256
    except OSError:
        return False
    if matches:
        remember_verified(path, known, stamp)
    return matches


def remember_verified(path: Path, known: KnownFile, stamp: Path) -> None:
    """Note in ``stamp`` that ``path`` was found right; where it cannot, it is hashed again."""
    draft = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    try:
        make_private_folder(stamp.parent)
        draft.unlink(missing_ok=True)
        with open(open_private(draft), "w") as file:
            json.dump(asdict(_stamp_of(path, known)), file)
        draft.replace(stamp)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def file_sha256(path: Path, cancelled: threading.Event) -> str:
    """Return the SHA-256 of a file in hexadecimal.

    Raises:
        PreparationCancelled: as soon as ``cancelled`` is set.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            raise_if(cancelled)
            digest.update(chunk)
    return digest.hexdigest()


def raise_if(cancelled: threading.Event) -> None:
    """Raise ``PreparationCancelled`` when the event is set."""
    if cancelled.is_set():
        raise PreparationCancelled


def _read_stamp(path: Path) -> _Stamp | None:
    try:
        return _Stamp(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _stamp_of(path: Path, known: KnownFile) -> _Stamp:
    status = path.stat()
    # The time of a file can be set back after a change, that of its entry cannot.
    times = status.st_mtime_ns, status.st_ctime_ns
    return _Stamp(str(path.resolve()), status.st_size, *times, status.st_ino, known.sha256)
