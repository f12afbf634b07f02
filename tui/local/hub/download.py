"""Fetching a model from the hub: resumed, and verified.

The library's own download starts over after an interruption. Here what arrives is kept under its
checksum, and the next try goes on with it.
"""

import fcntl
import io
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Event

from httpx2 import TransportError
from huggingface_hub import HfApi, constants, get_hf_file_metadata, hf_hub_url
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

from tui.config.hub_name import HubName
from tui.local.gguf import MAGIC, KnownFile, WeightsError, file_sha256, remember_verified
from tui.local.hub.choice import choose
from tui.local.hub.layout import BRANCH, SHA256, find_cached, folder_of, stamp
from tui.local.room import check_disk, check_memory
from tui.text.sizes import size_text
from tui.text.untrusted import clean_line

Report = Callable[[str, float | None], None]

_COMMIT = re.compile(r"[0-9a-f]{40}")
_CHUNK_BYTES = 1 << 18
"""The library's own of 10 MB make the bar jump, and are lost when the process is killed."""
_REPORT_SECONDS = 0.05
_NEVER = Event()


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a model, as the hub announces it."""

    url: str
    known: KnownFile
    repository: Path
    """Where the cache keeps the repository."""

    @property
    def blob(self) -> Path:
        """Where the cache keeps the file."""
        return self.repository / "blobs" / self.known.sha256

    @property
    def incomplete(self) -> Path:
        """Where it is until it is whole."""
        return self.blob.with_name(f"{self.known.sha256}.incomplete")

    @property
    def missing_bytes(self) -> int:
        """How much of it is still to be fetched."""
        for path in (self.blob, self.incomplete):
            with suppress(OSError):
                return max(0, self.known.size - path.stat().st_size)
        return self.known.size


def fetch_model(wanted: HubName, report: Report) -> Path:
    """Fetch what is missing of a model, and return the path of its first file.

    Without a network it may be another quantisation than the hub would give, if that is here.

    Raises:
        WeightsError: when it cannot be had. Errors of the library and the system are not caught.
    """
    try:
        info = HfApi().model_info(wanted.repository)
    except (TransportError, OfflineModeIsEnabled):
        if found := find_cached(wanted, report):
            return found
        raise
    commit = info.sha or ""
    if not _COMMIT.fullmatch(commit):
        raise _dishonest("names no commit")
    files = choose((sibling.rfilename for sibling in info.siblings or ()), wanted)
    repository = folder_of(wanted)
    parts = [_announced(wanted, file, commit, repository) for file in files]
    size = sum(part.known.size for part in parts)
    check_memory(str(wanted), size)
    check_disk(str(wanted), sum(part.missing_bytes for part in parts), repository)
    what = f"Fetching {wanted} ({size_text(size)}, only this once)"
    before = 0
    for part in parts:
        _fetch(part, before, size, what, report)
        before += part.known.size
    return _name_files(parts, commit)


def _announced(wanted: HubName, file: str, commit: str, repository: Path) -> Part:
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts:
        raise _dishonest(f"names a file {file}")
    url = hf_hub_url(wanted.repository, file, revision=commit)
    found = get_hf_file_metadata(url)
    if not found.size or not SHA256.fullmatch(found.etag or ""):
        raise _dishonest(f"gives no size or no checksum for {file}, so it cannot be verified")
    return Part(url, KnownFile(file, found.size, found.etag or ""), repository)


def _fetch(part: Part, before: int, total: int, what: str, report: Report) -> None:
    """Fetch one file, going on where an earlier try has stopped."""
    with _locked(part, report):
        if part.blob.exists():
            return  # Another program has fetched it meanwhile, or for another name.
        part.blob.parent.mkdir(parents=True, exist_ok=True)
        with _Incoming(part, lambda here: report(what, (before + here) / total)) as file:
            report(what, (before + file.tell()) / total)
            constants.DOWNLOAD_CHUNK_SIZE = _CHUNK_BYTES
            http_get(
                part.url,
                file,
                resume_size=file.tell(),
                headers=build_hf_headers(),
                expected_size=part.known.size,
            )
            file.flush()
            os.fsync(file.fileno())
        report(f"Checking {part.known.name}", None)
        if file_sha256(part.incomplete, _NEVER) != part.known.sha256:
            part.incomplete.unlink()
            raise _dishonest(
                f"sent {part.known.name} damaged or altered (its checksum is wrong), so it was "
                "thrown away"
            )
        part.incomplete.replace(part.blob)
        remember_verified(part.blob, part.known, stamp(part.known))


class _Incoming(io.BufferedRandom):
    """The file that a download is written to: it goes on, and takes only what was announced."""

    def __init__(self, part: Part, told: Callable[[int], None]) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        super().__init__(io.FileIO(os.open(part.incomplete, flags, 0o666), "r+"))
        self._part, self._told = part, told
        self._tell_at = 0.0
        if self.seek(0, os.SEEK_END) > part.known.size:
            self.seek(0)
            self.truncate()

    def write(self, data: object, /) -> int:
        """Write some bytes, unless they cannot be the model's."""
        content = bytes(memoryview(data))  # type: ignore[arg-type]
        at = self.tell()
        if at == 0 and not content.startswith(MAGIC):
            raise WeightsError(
                f"{self._part.known.name} is no GGUF model, whatever its name says: choose "
                "another repository."
            )
        if at + len(content) > self._part.known.size:
            raise _dishonest(f"sends more of {self._part.known.name} than it had announced")
        written = super().write(content)
        if time.monotonic() >= self._tell_at:
            self._tell_at = time.monotonic() + _REPORT_SECONDS
            self._told(at + written)
        return written


@contextmanager
def _locked(part: Part, report: Report) -> Iterator[None]:
    """Hold the library's own lock on a file of the cache; the system drops it at a kill."""
    repository = part.repository
    path = repository.parent / ".locks" / repository.name / f"{part.known.sha256}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("Waiting for another program to fetch the same model", None)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _name_files(parts: list[Part], commit: str) -> Path:
    """Give the files their names in the cache, and return the first."""
    repository = parts[0].repository
    snapshot = repository / "snapshots" / commit
    for part in parts:
        pointer = snapshot / part.known.name
        pointer.parent.mkdir(parents=True, exist_ok=True)
        pointer.unlink(missing_ok=True)
        pointer.symlink_to(os.path.relpath(part.blob, pointer.parent))
    branch = repository / "refs" / BRANCH
    branch.parent.mkdir(parents=True, exist_ok=True)
    draft = branch.with_name(f"{BRANCH}.{os.getpid()}")
    draft.write_text(commit)
    draft.replace(branch)
    return snapshot / parts[0].known.name


def _dishonest(what: str) -> WeightsError:
    return WeightsError(
        f"{constants.ENDPOINT} {clean_line(what)}: try again, and if it stays so, look at "
        "HF_ENDPOINT or choose another model."
    )
