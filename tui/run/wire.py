"""Messages as lines of JSON, between the program and a worker, and for ``--events``.

A message is a frozen dataclass of plain values; its line is an object of its fields, with the name
of its class under "type". Lines are ASCII, so that no control character can hide in one. A line
that is no message (a stray print, a cut write) is recognised.
"""

import json
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

VERSION = 2
"""Of the messages; the first line of a worker, and of ``--events``, has it."""
LONGEST_LINE = 64 << 20
"""In bytes: a longer line is no message, and is dropped."""

Convert: TypeAlias = Callable[[Any], Any]
_TYPE = "type"


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message of all."""

    version: int
    pid: int


class NotAMessage(ValueError):  # noqa: N818 - named for what it is
    """A line that is no message of a vocabulary."""


def encode(message: object) -> bytes:
    """Return the line of a message, its newline included."""
    return json.dumps(as_json(message), separators=(",", ":")).encode("ascii") + b"\n"


def as_json(message: Any) -> dict[str, Any]:
    """Return the object that a message's line holds."""
    return {_TYPE: type(message).__name__, **_plain(message)}


class Vocabulary:
    """The messages that one side may receive."""

    def __init__(self, *classes: type) -> None:
        self._classes = {message_class.__name__: message_class for message_class in classes}

    def decode(self, line: bytes) -> Any:
        """Return the message of a line.

        Raises:
            NotAMessage: when it is none of this vocabulary.
        """
        try:
            values = json.loads(line)
            message_class = self._classes[values.pop(_TYPE)]
            return _converter(message_class)(values)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise NotAMessage(str(error)) from error


class Lines:
    """Cuts a stream of bytes into lines, however it arrives."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the lines that are complete now, without newlines and without empty ones."""
        self._rest += data
        if b"\n" not in data:
            if len(self._rest) > LONGEST_LINE:
                self._rest.clear()
            return
        *lines, rest = bytes(self._rest).split(b"\n")
        self._rest = bytearray(rest)
        yield from filter(None, lines)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return str(value) if isinstance(value, Path) else value


@cache
def _names(message_class: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(message_class))


@cache
def _converter(kind: Any) -> Convert:
    """Return what makes a value of this type out of JSON, or raises."""
    if is_dataclass(kind):
        return _object_converter(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _choice_converter(arguments)
    if origin is tuple:
        convert_item = _converter(arguments[0])
        return lambda value: tuple(convert_item(item) for item in _checked(value, list))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        convert_value = _converter(arguments[1])
        return lambda value: {
            _checked(key, str): convert_value(item) for key, item in _checked(value, dict).items()
        }
    if origin is Literal:
        return lambda value: _checked(value, str)
    if isinstance(kind, type) and issubclass(kind, Enum | Path):
        return kind
    if kind is float:
        return lambda value: _checked(value, float, int)
    return lambda value: _checked(value, kind)


def _object_converter(message_class: Any) -> Convert:
    hints = typing.get_type_hints(message_class)
    converters: dict[str, Convert] = {}

    def convert(values: Any) -> Any:
        if not converters:
            converters.update({name: _converter(hints[name]) for name in _names(message_class)})
        found = _checked(values, dict)
        return message_class(**{name: converters[name](value) for name, value in found.items()})

    return convert


def _choice_converter(kinds: tuple[Any, ...]) -> Convert:
    """Return what converts to the first type that fits: our unions share no value."""
    converters = [_converter(kind) for kind in kinds if kind is not type(None)]
    is_optional = len(converters) < len(kinds)

    def convert(value: Any) -> Any:
        if value is None and is_optional:
            return None
        for convert_one in converters:
            try:
                return convert_one(value)
            except (ValueError, TypeError):
                continue
        raise NotAMessage("no such value is known")

    return convert


def _checked(value: Any, *kinds: type) -> Any:
    is_bool_for_number = isinstance(value, bool) and bool not in kinds
    if is_bool_for_number or not isinstance(value, kinds):
        raise NotAMessage(f"{kinds[0].__name__} expected")
    return value
