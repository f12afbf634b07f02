"""One typed ``Settings``: flag > environment > ``config.toml`` > default, with its sources."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import platformdirs

from tui.endpoint import OPENAI_URL, Endpoint
from tui.errors import UsageError
from tui.secrets import remember
from tui.text import clean_line

DEFAULT_PROMPT = (
    "Write a very long story about a dragon who learns to code. Make it at least 2000 words "
    "with detailed descriptions and dialogue. Take your time and be very thorough."
)

DEFAULT_MODEL = "gpt-5.2-mini"
EMBEDDED_MODEL = "SmolLM2-135M-Instruct"

MIN_TAIL = 200
"""The least that a story can be gone on with, in characters."""

Api = Literal["responses", "chat"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run depends on besides its prompt."""

    auto_cancel: float | None = None
    """Seconds from the start of the run to its cancel; None is no limit."""
    model: str = DEFAULT_MODEL
    """The model's id at the provider."""
    base_url: str | None = None
    """Any OpenAI-compatible server; None is OpenAI itself."""
    api: Api = "responses"
    """Which of the two OpenAI APIs to speak."""
    api_key: str | None = field(default=None, repr=False)
    """The provider's key: read from the environment alone, never shown, logged or stored."""
    local: bool = False
    """Use the embedded model."""
    gguf: Path | None = None
    """Use the embedded engine with this model file."""
    db: Path | None = None
    """The history; None is the one in the user's data directory."""
    team: str | None = None
    """The user's own team, as ``package.module:attribute`` or ``file.py:attribute``."""
    temperature: float | None = None
    """The sampling temperature; None leaves it to the model."""
    max_tokens: int | None = None
    """The most that one request may generate; None leaves it to the model."""
    timeout: float | None = None
    """Seconds that a request may wait for the model's next byte; None is the client's own."""
    max_words: int | None = None
    """Words after which the run is cancelled; None is no limit."""
    max_cost: float | None = None
    """US dollars after which the run is cancelled; None is no limit."""
    tail: int = 6000
    """How many characters of a story a run that goes on with it is given."""
    theme: str | None = None
    """The name of a Textual theme; None is the one that was chosen last."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """By id of a key in ``keys.py``: the keys to use instead, separated by commas."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """By name of a setting that is not its default: where its value came from."""

    @property
    def is_local(self) -> bool:
        """Whether the embedded engine runs the model: asked for, or nothing else is at hand."""
        if self.team:
            return False
        return self.local or self.gguf is not None or not (self.api_key or self.base_url)

    @property
    def model_label(self) -> str:
        """The model as the screen and the results name it."""
        if self.team:
            return clean_line(self.team, 80)
        if not self.is_local:
            return clean_line(self.model, 80)
        return f"{clean_line(self.gguf.stem, 80) if self.gguf else EMBEDDED_MODEL} (embedded)"

    @property
    def model_hint(self) -> str:
        """What to say of a model that is too small to be judged by; empty for the others."""
        if not self.is_local or self.gguf:
            return ""
        return "A tiny model writes. OPENAI_API_KEY or --base-url brings a bigger one."

    @property
    def endpoint(self) -> Endpoint:
        """The remote model these settings choose."""
        return Endpoint(
            model=self.model,
            base_url=self.base_url or OPENAI_URL,
            api=self.api,
            key_source=self.sources.get("api_key", ""),
        )


_ENVIRONMENT = {
    "auto_cancel": ("STORYTEAM_AUTO_CANCEL",),
    "model": ("STORYTEAM_MODEL",),
    "base_url": ("STORYTEAM_BASE_URL", "OPENAI_BASE_URL"),
    "api": ("STORYTEAM_API",),
    "api_key": ("STORYTEAM_API_KEY", "OPENAI_API_KEY"),
    "local": ("STORYTEAM_LOCAL",),
    "gguf": ("STORYTEAM_GGUF",),
    "db": ("STORYTEAM_DB",),
    "team": ("STORYTEAM_TEAM",),
    "temperature": ("STORYTEAM_TEMPERATURE",),
    "max_tokens": ("STORYTEAM_MAX_TOKENS",),
    "timeout": ("STORYTEAM_TIMEOUT",),
    "max_words": ("STORYTEAM_MAX_WORDS",),
    "max_cost": ("STORYTEAM_MAX_COST",),
    "tail": ("STORYTEAM_TAIL",),
    "theme": ("STORYTEAM_THEME",),
}
_MODEL_FLAGS = (
    "model", "base_url", "api", "temperature", "max_tokens", "timeout", "local", "gguf",
)  # fmt: skip
_NOT_IN_FILE = {"api_key", "sources"}


def load(
    flags: Mapping[str, object],
    environment: Mapping[str, str] = os.environ,
    config_file: Path | None = None,
) -> Settings:
    """Resolve the settings. ``flags`` holds what the user typed and nothing else.

    Raises:
        UsageError: when a value is impossible, or the file has an unknown key.
    """
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name, (value, source) in _found(flags, environment, config_file or config_path()).items():
        values[name] = _typed(name, value, source)
        sources[name] = source
    settings = Settings(**values, sources=sources)
    if settings.api_key:
        remember(settings.api_key)
    if settings.team and (wrong := [name for name in _MODEL_FLAGS if name in flags]):
        raise UsageError(
            f"--{wrong[0].replace('_', '-')} has no effect on a team of your own, which brings its "
            "models. Leave it out, or leave --team out."
        )
    if "model" in flags and settings.is_local:
        raise UsageError(
            f"--model {settings.model} needs a server: set OPENAI_API_KEY, or give --base-url. "
            "Without --model the embedded model writes."
        )
    return settings


def _found(
    flags: Mapping[str, object], environment: Mapping[str, str], config_file: Path
) -> dict[str, tuple[object, str]]:
    found: dict[str, tuple[object, str]] = {
        name: (value, str(config_file)) for name, value in _read_config(config_file).items()
    }
    for name, variables in _ENVIRONMENT.items():
        for variable in variables:
            if value := environment.get(variable, "").strip():
                found[name] = (value, variable)
                break
    for name, flag in flags.items():
        found[name] = (flag, "--" + name.replace("_", "-"))
    return found


def _read_config(path: Path) -> dict[str, object]:
    try:
        config = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"The settings file {path} cannot be read: {error}") from error
    known = [item.name for item in fields(Settings) if item.name not in _NOT_IN_FILE]
    for name in config:
        if name == "api_key":
            raise UsageError(f"{path}: a key does not belong in a file. Put it in OPENAI_API_KEY.")
        if name not in known:
            nearest = get_close_matches(name, known, 1, cutoff=0)
            raise UsageError(
                f"The settings file {path} has an unknown setting '{name}'. "
                f"Did you mean '{nearest[0]}'?"
            )
    return config


def _typed(name: str, value: object, source: str) -> object:
    match name:
        case "auto_cancel" | "timeout":
            return _positive(value, source, "seconds")
        case "max_cost":
            return _positive(value, source, "US dollars")
        case "max_words" | "max_tokens":
            return _count(value, source)
        case "temperature":
            return _temperature(value, source)
        case "keys":
            return _keys(value, source)
        case "api":
            if value not in get_args(Api):
                raise UsageError(f"{source}: '{value}' is not an API. Give responses or chat.")
            return value
        case "base_url":
            parts = urlsplit(str(value))
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise UsageError(
                    f"{source}: '{value}' is not an address. Give one like http://localhost:11434/v1."
                )
            return str(value).rstrip("/")
        case "local":
            return _truth(value, source)
        case "tail":
            return _characters(value, source)
        case "team":
            return _team(str(value), source)
        case "gguf" | "db":
            return Path(str(value)).expanduser()
    return str(value)


def _positive(value: object, source: str, unit: str) -> float:
    number = _number(value)
    if not 0 < number < float("inf"):
        raise UsageError(f"{source}: '{value}' is not a positive number of {unit}.")
    return number


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


def _count(value: object, source: str) -> int:
    if not str(value).isdecimal() or not int(str(value)):
        raise UsageError(f"{source}: '{value}' is not a whole number from 1 up.")
    return int(str(value))


def _temperature(value: object, source: str) -> float:
    number = _number(value)
    if not 0 <= number <= 2:
        raise UsageError(f"{source}: '{value}' is not a temperature from 0 to 2.")
    return number


def _team(value: str, source: str) -> str:
    module, _, attribute = value.rpartition(":")
    if not module or not attribute:
        raise UsageError(
            f"{source}: '{value}' names no team. Give MODULE:ATTRIBUTE or FILE.py:ATTRIBUTE, "
            "such as my_team.py:team."
        )
    if module.endswith(".py") and not Path(module).expanduser().is_file():
        raise UsageError(f"{source}: there is no file {module}.")
    return value


def _keys(value: object, source: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(keys, str) for keys in value.values()):
        raise UsageError(f'{source}: keys is a table of lines like cancel = "x".')
    return dict(value)


def _characters(value: object, source: str) -> int:
    if not str(value).isdecimal() or int(str(value)) < MIN_TAIL:
        raise UsageError(f"{source}: '{value}' is not a number of characters from {MIN_TAIL} up.")
    return int(str(value))


def _truth(value: object, source: str) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if str(value).lower() not in words:
        raise UsageError(f"{source}: '{value}' is neither true nor false.")
    return words[str(value).lower()]


def config_path() -> Path:
    """The user's settings file, which need not exist."""
    return platformdirs.user_config_path("storyteam-tui") / "config.toml"


def cache_dir() -> Path:
    """Where the weights are kept."""
    return platformdirs.user_cache_path("storyteam-tui")


def history_path() -> Path:
    """Where the stories are kept, unless the settings say otherwise."""
    return platformdirs.user_data_path("storyteam-tui") / "history.db"


def log_path() -> Path:
    """Where the libraries' warnings go."""
    return platformdirs.user_log_path("storyteam-tui") / "storyteam-tui.log"
