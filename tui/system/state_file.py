"""A small private file of what the program remembers between starts, such as the theme.

A file that is broken, missing or read-only does no harm.
"""

import json
from contextlib import suppress
from pathlib import Path

from tui.system.files import make_private_folder, read_file, replace_file

_MAX_BYTES = 10_000


def recall(path: Path) -> dict[str, str]:
    """Return what is remembered, or nothing."""
    try:
        remembered = json.loads(read_file(path, _MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(remembered, dict):
        return {}
    return {name: value for name, value in remembered.items() if isinstance(value, str)}


def remember(path: Path, name: str, value: str) -> None:
    """Remember one thing; the file is replaced as a whole, so that no reader sees half of it."""
    content = json.dumps(recall(path) | {name: value}, ensure_ascii=False, indent=2)
    with suppress(OSError):
        make_private_folder(path.parent)
        replace_file(path, f"{content}\n")
