"""The kinds of values that settings have, typed as text or read from the settings file."""

import json
import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tui.config.hub_name import is_hub_name
from tui.system.paths import expanded

LEAST_CONTEXT = 200
"""In characters: with less of a story a model cannot go on."""
APIS = ("responses", "chat")
_TOOL_NAME = re.compile(r"[\w.:-]+")
_WORDS = {
    "1": True, "true": True, "yes": True, "on": True,
    "0": False, "false": False, "no": False, "off": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ValueKind:
    """A kind of value: how a text becomes one, and which values are of it."""

    what: str
    """Its name in a refusal, after the words "is not"."""
    parse: Callable[[str], object]
    """Makes a value of a text, or raises ``ValueError`` or ``KeyError``."""
    fits: Callable[[Any], bool]
    """Whether a value of any type is of this kind."""
    advice: str = ""
    make: Callable[[Any], object] = lambda value: value
    """Makes what the program works with."""
    is_secret: bool = False
    is_repeated: bool = False
    """Whether its flag may be given several times: then the values come as a list."""

    def read_text(self, text: str) -> object:
        """Return the value that a flag or a variable says, or raise ``ValueError``."""
        try:
            value = self.parse(text.strip())
        except (ValueError, KeyError):
            value = None
        if not self.fits(value):
            raise ValueError(self._refusal(f"'{_without_user(text)}'"))
        return self.make(value)

    def read_value(self, value: object) -> object:
        """Return what a value of the file means, or raise ``ValueError``."""
        if not self.fits(value):
            raise ValueError(self._refusal(_shown(value)))
        return self.make(value)

    def _refusal(self, shown: str) -> str:
        shown = "what it holds" if self.is_secret else shown
        return f"{shown} is not {self.what}.{self.advice and ' ' + self.advice}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_positive(value: Any) -> bool:
    return _is_number(value) and 0 < value < float("inf")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_key(value: object) -> bool:
    is_plain = isinstance(value, str) and value.isascii() and value.isprintable()
    return is_plain and _is_text(value) and not set(str(value).strip()) & set(" \"'`")


def _is_address(value: object) -> bool:
    try:
        parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_team(value: object) -> bool:
    if isinstance(value, str) and value.endswith(".py"):
        return bool(value.strip())
    return isinstance(value, str) and all(part.strip() for part in value.rpartition(":"))


def _team(value: str) -> str:
    module = value if value.endswith(".py") else value.rpartition(":")[0]
    if module.endswith(".py") and not expanded(module).is_file():
        raise ValueError(f"there is no file {module}.")
    return value


def _database(value: str) -> Path:
    """Return the path of a history, in full: a team may go to another folder."""
    if value.strip() == ":memory:" or value.startswith("file:"):
        raise ValueError(f"{value} would keep no story. Give the path of a file.")
    path = expanded(value).absolute()
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except (OSError, ValueError):
        return path  # Opening it makes it, or says why not.
    if kind != stat.S_IFREG:
        raise ValueError(f"{value} is {_NO_FILE.get(kind, 'no file')}. Give the path of a file.")
    return path


_NO_FILE = {
    stat.S_IFDIR: "a directory",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(keys, str) for keys in value.values())


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _tools(names: list[str]) -> tuple[str, ...]:
    wrong = next((name for name in names if not _TOOL_NAME.fullmatch(name.strip())), None)
    if wrong is not None:
        raise ValueError(f"'{wrong}' is not the name of a tool. Name each one that may be called.")
    return tuple(name.strip() for name in names)


def _answers(given: object) -> dict[str, str]:
    if isinstance(given, Mapping):
        return dict(given)
    pairs = [text.partition("=") for text in given] if isinstance(given, list) else []
    wrong = next((name + sign for name, sign, _ in pairs if not sign or not name.strip()), None)
    if wrong is not None:
        raise ValueError(f"'{wrong}' is not an answer. Give NAME=VALUE, such as email=me@home.")
    return {name.strip(): value for name, _, value in pairs}


def _no_text(text: str) -> object:
    raise ValueError(text)


def _without_user(text: str) -> str:
    """Return the text as it may be shown: even a wrong address may hold a password."""
    return re.sub(r"[^\s/:]+:\S+@", "…@", text)


def _shown(value: object) -> str:
    match value:
        case str():
            return json.dumps(_without_user(value), ensure_ascii=False)
        case bool():
            return "true" if value else "false"
        case list():
            return "a list"
        case Mapping():
            return "a table"
    return f"'{value}'"


SECONDS = ValueKind("a positive number of seconds", float, _is_positive, make=float)
DOLLARS = ValueKind("a positive number of US dollars", float, _is_positive, make=float)
COUNT = ValueKind("a whole number from 1 up", int, lambda value: _is_whole(value, 1))
CHARACTERS = ValueKind(
    f"a number of characters from {LEAST_CONTEXT} up",
    int,
    lambda value: _is_whole(value, LEAST_CONTEXT),
)
TEMPERATURE = ValueKind(
    "a temperature from 0 to 2", float, lambda v: _is_number(v) and 0 <= v <= 2, make=float
)
TRUTH = ValueKind("true or false", lambda text: _WORDS[text.lower()], lambda v: isinstance(v, bool))
NAME = ValueKind("a name", str, _is_text, make=str.strip)
SECRET = ValueKind(
    "a key",
    str,
    _is_key,
    advice="A key has no spaces, line breaks, quotes or invisible letters: copy it again.",
    make=str.strip,
    is_secret=True,
)
API = ValueKind("an API", str, lambda v: v in APIS, advice=f"Give {' or '.join(APIS)}.")
ADDRESS = ValueKind(
    "an address",
    str,
    _is_address,
    advice="Give one like http://localhost:11434/v1.",
    make=lambda value: value.rstrip("/"),
)
HUB_NAME = ValueKind(
    "the name of a model on Hugging Face",
    str.strip,
    is_hub_name,
    advice="Give OWNER/MODEL or OWNER/MODEL:QUANT, such as ggml-org/gemma-3-4b-it-GGUF:Q4_K_M.",
    make=str.strip,
)
FILE = ValueKind("the path of a file", str, _is_text, make=expanded)
DATABASE = ValueKind("the path of a file", str, _is_text, make=_database)
TEAM = ValueKind(
    "the name of a team",
    str.strip,
    _is_team,
    advice="Give MODULE:ATTRIBUTE, FILE.py or FILE.py:ATTRIBUTE, such as my_team.py:team.",
    make=_team,
)
FILES = ValueKind(
    "a list of files",
    lambda text: text.split(os.pathsep),
    _is_list,
    make=lambda paths: tuple(expanded(path) for path in paths),
    is_repeated=True,
)
TOOLS = ValueKind(
    "a list of tools", lambda text: text.split(","), _is_list, make=_tools, is_repeated=True
)
ANSWERS = ValueKind(
    "a table of answers",
    _no_text,
    lambda value: _is_table(value) or _is_list(value),
    advice='It has lines like email = "me@example.org".',
    make=_answers,
    is_repeated=True,
)
KEYS = ValueKind("a table of keys", _no_text, _is_table, advice='It has lines like cancel = "x".')
