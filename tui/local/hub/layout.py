"""Where ``huggingface_hub`` keeps models, so that other programs find ours and theirs are found.

``blobs`` has the files under their checksums, ``snapshots`` has links to them under their names.
"""

import os
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from huggingface_hub import constants

from tui.config.hub_name import HubName
from tui.local.gguf import KnownFile, WeightsError, is_verified
from tui.local.hub.choice import choose
from tui.system.paths import cache_dir

Report = Callable[[str, float | None], None]

BRANCH = "main"
SHA256 = re.compile(r"[0-9a-f]{64}")
_NEVER = threading.Event()


def folder_of(model: HubName) -> Path:
    """Return the cache's folder of a repository, which need not exist."""
    return Path(constants.HF_HUB_CACHE, "--".join(("models", *model.repository.split("/"))))


def stamp(known: KnownFile) -> Path:
    """Return the file that notes that a file of the cache was found right."""
    return cache_dir() / "verified" / known.sha256


def find_cached(wanted: HubName, report: Report) -> Path | None:
    """Return the model's first file when all of it is in the cache, and right."""
    repository = folder_of(wanted)
    with suppress(OSError, WeightsError):
        commit = (repository / "refs" / BRANCH).read_text().strip()
        snapshot = repository / "snapshots" / Path(commit).name
        there = [str(p.relative_to(snapshot)) for p in snapshot.rglob("*.gguf") if p.exists()]
        files = choose(there, wanted)
        if all(_is_right(snapshot / file, report) for file in files):
            return snapshot / files[0]
    return None


def _is_right(pointer: Path, report: Report) -> bool:
    """Say whether a cached file has the checksum in its name; a wrong one is thrown away."""
    blob = pointer.parent / os.readlink(pointer) if pointer.is_symlink() else pointer
    if not SHA256.fullmatch(blob.name):
        return True  # Another program has put it there in its own way.
    report(f"Checking {pointer.name}", None)
    known = KnownFile(pointer.name, blob.stat().st_size, blob.name)
    if is_verified(blob, known, stamp(known), _NEVER):
        return True
    blob.unlink()
    return False
