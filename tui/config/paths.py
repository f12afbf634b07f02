"""The user's folders: where the settings, the stories, the weights and the log are."""

from pathlib import Path

import platformdirs

_APP = "storyteam-tui"


def config_path() -> Path:
    """The user's settings file, which need not exist."""
    return platformdirs.user_config_path(_APP) / "config.toml"


def cache_dir() -> Path:
    """Where the weights are kept."""
    return platformdirs.user_cache_path(_APP)


def history_path() -> Path:
    """Where the stories are kept, unless the settings say otherwise."""
    return platformdirs.user_data_path(_APP) / "history.db"


def log_path() -> Path:
    """Where the libraries' warnings go."""
    return platformdirs.user_log_path(_APP) / "storyteam-tui.log"
