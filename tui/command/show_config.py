"""``--show-config``: each setting, its value, where it came from, and what follows from it all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui.config.definition import Definition
from tui.config.paths import cache_dir, config_path, history_path, log_path
from tui.config.settings import DEFINITIONS, Settings
from tui.secrets import mask, masked_key, public_address
from tui.text import clean_line

DEFAULT = "default"
_MARGIN = "  "


def config_text(settings: Settings) -> str:
    """Return what a person reads: aligned columns under three headings."""
    rows = [
        (name, _shown(definition, getattr(settings, name)), source_of(settings, name))
        for name, definition in DEFINITIONS.items()
    ]
    config, *others = _paths(settings).items()
    there = "" if config[1].exists() else "not there"
    places = [(config[0], str(config[1]), there)]
    places += [(name, str(path), "") for name, path in others]
    return "\n".join(
        [
            "Settings",
            *_columns(rows),
            "",
            "Who writes",
            f"{_MARGIN}{writer(settings)}: {why(settings)}.",
            "",
            "Where things are",
            *_columns(places),
            "",
        ]
    )


def config_json(settings: Settings) -> str:
    """Return the same for programs, as one JSON object."""
    facts = {
        "settings": {
            name: {
                "value": _plain(definition, getattr(settings, name)),
                "source": source_of(settings, name),
            }
            for name, definition in DEFINITIONS.items()
        },
        "model": {
            "label": settings.model_label,
            "embedded": settings.is_local,
            "why": why(settings),
        },
        "paths": {name: str(path) for name, path in _paths(settings).items()}
        | {"config_exists": config_path().exists()},
    }
    return f"{json.dumps(facts, ensure_ascii=False, indent=2)}\n"


def source_of(settings: Settings, name: str) -> str:
    """Return where a setting's value came from: a flag, a variable, the file, or "default"."""
    return clean_line(settings.sources.get(name, DEFAULT))


def writer(settings: Settings) -> str:
    """Return which model will write, and where it is reached."""
    if settings.team:
        return f"the models of your own team {clean_line(settings.team)}"
    if settings.is_local:
        return settings.model_label
    api = "Responses" if settings.api == "responses" else "Chat Completions"
    return f"{settings.model_label} at {settings.endpoint.address}, over the {api} API"


def why(settings: Settings) -> str:
    """Return which setting decided that."""
    for name in ("team", "gguf", "local"):
        if getattr(settings, name):
            return f"{source_of(settings, name)} asks for it"
    if settings.is_local:
        return "there is neither a key (OPENAI_API_KEY) nor an address (--base-url)"
    if settings.base_url:
        return f"{source_of(settings, 'base_url')} names the server"
    return f"{source_of(settings, 'api_key')} holds a key for OpenAI"


def _paths(settings: Settings) -> dict[str, Path]:
    return {
        "config": config_path(),
        "history": settings.db or history_path(),
        "cache": cache_dir(),
        "log": log_path(),
    }


def _shown(definition: Definition, value: object) -> str:
    match _plain(definition, value):
        case None:
            return definition.unset
        case bool() as truth:
            return "yes" if truth else "no"
        case Mapping() as keys:
            pairs = ", ".join(f"{name} = {key}" for name, key in keys.items())
            return clean_line(pairs) or definition.unset
        case other:
            return clean_line(str(other))


def _plain(definition: Definition, value: Any) -> object:
    """Return a value as JSON knows it, without secrets."""
    match value:
        case str() if definition.kind.is_secret:
            return masked_key(value)
        case str() if definition.name == "base_url":
            return public_address(value)
        case Path() | str():
            return mask(str(value))
        case float() if value.is_integer():
            return int(value)
        case Mapping():
            return dict(value)
    return value


def _columns(rows: list[tuple[str, str, str]]) -> list[str]:
    first, second = (max(len(row[i]) for row in rows) for i in range(2))
    return [
        f"{_MARGIN}{name:<{first}}  {value:<{second}}  {more}".rstrip()
        for name, value, more in rows
    ]
