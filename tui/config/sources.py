"""Where the settings come from: flag > environment > ``config.toml`` > default.

The model that was chosen in the app counts when nothing else names one.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui.config.backend import EMBEDDED
from tui.config.choice import CHOSEN, DECIDING, recall_choice
from tui.config.definition import Definition, Group
from tui.config.settings import DEFINITIONS, Settings
from tui.errors import UsageError
from tui.system.files import read_file
from tui.system.paths import config_path, state_path
from tui.text.nearest import did_you_mean
from tui.text.secrets import remember_all, remember_user

_FOR_ANY_TEAM = ("image", "file")
"""What the storytelling team takes as well."""
_MOST_BYTES = 1_000_000
_KEY_NAMES = ("api_key", "openai_api_key", "storyteam_api_key")


def load(
    flags: Mapping[str, object],
    environment: Mapping[str, str] = os.environ,
    config_file: Path | None = None,
) -> Settings:
    """Resolve the settings. ``flags`` holds what the user typed and nothing else.

    Raises:
        UsageError: when a value is impossible, or the file has an unknown key.
    """
    # Before anything is refused: a refusal quotes the value.
    remember_all(environment)
    path = config_file or config_path()
    config = _read_config(path)
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name, definition in DEFINITIONS.items():
        for value in (flags.get(name), config.get(name)):
            remember_user(str(value))
        if found := _find(definition, flags, environment, config, path):
            values[name], sources[name] = found
    _keep_one_file(values, sources, flags)
    if not DECIDING & values.keys():
        for name, value in recall_choice(state_path()).items():
            values[name], sources[name] = value, CHOSEN
    settings = Settings(**values, sources=sources)
    _check(settings, flags)
    return settings


def _keep_one_file(
    values: dict[str, Any], sources: dict[str, str], flags: Mapping[str, object]
) -> None:
    """Let a flag decide between a model file and a model by name.

    Raises:
        UsageError: when there are both, and no flag says which.
    """
    both = {"gguf", "hf"}
    if both <= values.keys():
        if len(typed := both & flags.keys()) != 1:
            names = " and ".join(sources[name] for name in sorted(both))
            raise UsageError(f"{names} name two models. Give one of them.")
        (other,) = both - typed
        del values[other], sources[other]


def _check(settings: Settings, flags: Mapping[str, object]) -> None:
    """Refuse what was typed and would have no effect."""
    of_model = (d for d in DEFINITIONS.values() if d.group is Group.MODEL and d.name in flags)
    if settings.team and (wrong := next(of_model, None)):
        raise UsageError(
            f"{wrong.flag} has no effect on a team of your own, which brings its models. "
            "Leave it out, or leave --team out."
        )
    of_team = (d for d in DEFINITIONS.values() if d.group is Group.TEAM and d.name in flags)
    without = next((d for d in of_team if d.name not in _FOR_ANY_TEAM), None)
    if without and not settings.team:
        raise UsageError(
            f"{without.flag} has no effect on the storytelling team. Give --team with it."
        )
    if "model" in flags and settings.backend is EMBEDDED:
        raise UsageError(
            f"--model {settings.model} needs a server: set OPENAI_API_KEY, or give --base-url. "
            "Without --model the embedded model writes."
        )


def _find(
    definition: Definition,
    flags: Mapping[str, object],
    environment: Mapping[str, str],
    config: Mapping[str, object],
    path: Path,
) -> tuple[object, str] | None:
    """Return the value and its source; weaker sources are not read."""
    name = definition.name
    if name in flags:
        flag = definition.flag
        source = flag if flags[name] is not False else flag.replace("--", "--no-", 1)
        return _read(definition, flags[name], source), source
    for variable in definition.variables:
        if text := environment.get(variable, "").strip():
            return _read(definition, text, variable), variable
    if name in config:
        return _read_file_value(definition, config[name], path), str(path)
    return None


def _read(definition: Definition, value: object, source: str) -> object:
    kind = definition.kind
    try:
        return kind.read_text(value) if isinstance(value, str) else kind.read_value(value)
    except ValueError as error:
        raise UsageError(f"{source}: {error}") from None


def _read_file_value(definition: Definition, value: object, path: Path) -> object:
    try:
        return definition.kind.read_value(value)
    except ValueError as error:
        raise UsageError(f"{path}: {definition.name}: {error}") from None


def _read_config(path: Path) -> dict[str, object]:
    if not _is_there(path):
        return {}
    try:
        config = tomllib.loads(read_file(path, _MOST_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"The settings file {path} cannot be read: {reason}") from None
    known = [name for name, definition in DEFINITIONS.items() if definition.in_file]
    old_names = {d.old_name: name for name, d in DEFINITIONS.items() if d.old_name}
    config = {old_names.get(name, name): value for name, value in config.items()}
    for name in config:
        if name.lower() in _KEY_NAMES:
            raise UsageError(f"{path}: a key does not belong in a file. Put it in OPENAI_API_KEY.")
        if name not in known:
            hint = did_you_mean(name.replace("-", "_"), known) or f" There are {', '.join(known)}."
            raise UsageError(f"{path}: there is no setting '{name}'.{hint}")
    return config


def _is_there(path: Path) -> bool:
    """Whether there is a file; a folder that this user cannot enter counts as empty."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return False
    except OSError:
        pass  # Reading it says why.
    return True
