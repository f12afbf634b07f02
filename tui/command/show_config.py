"""``--show-config``: each setting with its source, the model that writes, and the paths."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tui.config.backend import EMBEDDED
from tui.config.definition import Definition
from tui.config.settings import DEFINITIONS, Settings
from tui.config.which_model import writing_model
from tui.local.tuning import recall_tuning
from tui.system.paths import cache_dir, config_path, history_path, log_path
from tui.text.secrets import mask, masked_key, public_address
from tui.text.untrusted import clean_line, to_json

_MARGIN = "  "


def config_text(settings: Settings) -> str:
    """Return the text for people: aligned columns under three headings."""
    model = writing_model(settings)
    rows = [
        (name, _shown(definition, getattr(settings, name)), settings.source_of(name))
        for name, definition in DEFINITIONS.items()
    ]
    config, *others = _paths(settings).items()
    there = "" if config[1].exists() else "not there"
    places = [(config[0], clean_line(str(config[1])), there)]
    places += [(name, clean_line(str(path)), "") for name, path in others]
    return "\n".join(
        [
            "Settings",
            *_columns(rows),
            "",
            "Who writes",
            f"{_MARGIN}{model.writer}: {model.why}.",
            "",
            *_engine_lines(settings),
            "Where things are",
            *_columns(places),
            "",
        ]
    )


def config_json(settings: Settings) -> str:
    """Return the JSON object for programs."""
    model = writing_model(settings)
    facts = {
        "settings": {
            name: {
                "value": _plain(definition, getattr(settings, name)),
                "source": settings.source_of(name),
            }
            for name, definition in DEFINITIONS.items()
        },
        "model": {
            "label": model.label,
            "embedded": settings.backend is EMBEDDED,
            "why": model.why,
        },
        "engine": _engine(settings),
        "paths": {name: str(path) for name, path in _paths(settings).items()}
        | {"config_exists": config_path().exists()},
    }
    return f"{to_json(facts)}\n"


def _engine_lines(settings: Settings) -> list[str]:
    if settings.backend is not EMBEDDED:
        return []
    if not (tuning := recall_tuning(writing_model(settings).label)):
        return ["The engine", f"{_MARGIN}It has not run with this model yet.", ""]
    speeds = ", ".join(f"{each} with {threads}" for threads, each in tuning.speeds.items())
    rows = [
        ("context", f"{tuning.context} tokens", ""),
        ("threads", str(tuning.threads), f"tokens/s: {speeds}" if speeds else ""),
        ("GPU", clean_line(", ".join(tuning.gpus)) or "none", ""),
    ]
    return ["The engine", *_columns(rows), ""]


def _engine(settings: Settings) -> dict[str, Any] | None:
    """Return how the embedded engine ran with this model the last time, if it did."""
    is_embedded = settings.backend is EMBEDDED
    tuning = recall_tuning(writing_model(settings).label) if is_embedded else None
    return asdict(tuning) if tuning else None


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
        case list() as items:
            return clean_line(", ".join(items)) or definition.unset
        case other:
            return clean_line(str(other))


def _plain(definition: Definition, value: Any) -> object:
    """Return a value as JSON has it, without secrets."""
    match value:
        case str() if definition.kind.is_secret:
            return masked_key(value)
        case str() if definition.name == "base_url":
            return public_address(value)
        case Path() | str():
            return mask(str(value))
        case float() if value.is_integer():
            return int(value)
        case tuple():
            return [mask(str(item)) for item in value]
        case Mapping():
            return {name: mask(item) for name, item in value.items()}
    return value


def _columns(rows: list[tuple[str, str, str]]) -> list[str]:
    first, second = (max(len(row[i]) for row in rows) for i in range(2))
    return [
        f"{_MARGIN}{name:<{first}}  {value:<{second}}  {more}".rstrip()
        for name, value, more in rows
    ]
