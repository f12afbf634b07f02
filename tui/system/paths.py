"""Where the settings, the stories, the weights and the logs are."""

import os
import stat
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import platformdirs

_APP = "storyteam-tui"


def config_path() -> Path:
    """Return the user's settings file, which need not exist."""
    return _folder(platformdirs.user_config_path, "config") / "config.toml"


def cache_dir() -> Path:
    """Return the folder of the weights."""
    return _folder(platformdirs.user_cache_path, "cache")


def history_path() -> Path:
    """Return the database of the stories, unless the settings name another."""
    return _folder(platformdirs.user_data_path, "data") / "history.db"


def media_path() -> Path:
    """Return the folder of what runs bring beside text, in which each run has its own."""
    return _folder(platformdirs.user_data_path, "data") / "media"


def log_path() -> Path:
    """Return the log of the libraries' warnings."""
    return _folder(platformdirs.user_log_path, "log") / "storyteam-tui.log"


def team_log_path() -> Path:
    """Return the file for what a team prints while the full screen is in use."""
    return log_path().with_name("team.log")


def engine_log_path() -> Path:
    """Return the log of the embedded engine."""
    return log_path().with_name("engine.log")


def state_path() -> Path:
    """Return the file that remembers small choices, such as the theme."""
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
