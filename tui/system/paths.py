"""The user's folders: where the settings, the stories, the weights and the log are."""

import os
import stat
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import platformdirs

_APP = "storyteam-tui"


def config_path() -> Path:
    """The user's settings file, which need not exist."""
    return _folder(platformdirs.user_config_path, "config") / "config.toml"


def cache_dir() -> Path:
    """Where the weights are kept."""
    return _folder(platformdirs.user_cache_path, "cache")


def history_path() -> Path:
    """Where the stories are kept, unless the settings say otherwise."""
    return _folder(platformdirs.user_data_path, "data") / "history.db"


def media_path() -> Path:
    """Where the pictures and files are kept that runs bring, in a folder for each run."""
    return _folder(platformdirs.user_data_path, "data") / "media"


def log_path() -> Path:
    """Where the libraries' warnings go."""
    return _folder(platformdirs.user_log_path, "log") / "storyteam-tui.log"


def state_path() -> Path:
    """Where the program remembers small choices, such as the theme."""
    return _folder(platformdirs.user_state_path, "state") / "state.json"


def expanded(path: str) -> Path:
    """Return the path that a user typed, with ``~`` in it replaced.

    Raises:
        ValueError: no file can have that name.
    """
    if "\0" in path:
        raise ValueError("a path cannot hold a NUL character.")
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise ValueError(f"{path}: that home folder is not known.") from None


def _folder(find: Callable[[str], Path], kind: str) -> Path:
    try:
        return find(_APP)
    except RuntimeError:
        return _makeshift_home() / kind


@cache
def _makeshift_home() -> Path:
    """Return a private folder for a user without a home, which many containers have."""
    folder = Path(tempfile.gettempdir()) / f"{_APP}-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
        if is_ours and not found.st_mode & 0o077:
            return folder
    except OSError:
        pass
    # Another user was here first, who must not read the stories.
    return Path(tempfile.mkdtemp(prefix=f"{_APP}-"))
