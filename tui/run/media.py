"""The private folder of each run, for the pictures and files that it brings."""

import re
import shutil
from pathlib import Path

from tui.system.paths import media_path

_RUN_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


def media_folder(run_id: str) -> Path:
    """Return the folder of a run, which need not exist."""
    return media_path() / run_id


def remove_media(run_id: str) -> None:
    """Remove the folder of a run, as far as possible; a history may hold any id."""
    if _RUN_ID.fullmatch(run_id):
        shutil.rmtree(media_folder(run_id), ignore_errors=True)
