"""Server-sent events as servers really send them: bytes in, the data of each event out.

Many servers forget a blank line, the word ``data:``, or the stream itself and answer with one
JSON text; all of that is told apart here, and nothing is kept without a bound.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tui.team.error_bodies import NotUnderstood

EVENT_BYTES = 8_000_000
"""The most that one event may hold: the closing event of a long text repeats all of it."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event that carries data."""

    name: str
    data: str


class EventReader:
    """Splits a body into events, however it is cut into pieces."""

    def __init__(self) -> None:
        self._is_bare = False
        self._bare_events = 0
        self._rest = b""
        self._size = 0
        self._is_begun = False
        self._is_page = self._is_page_inside = False
        self._name = ""
        self._data: list[str] = []

    @property
    def is_whole(self) -> bool:
        """Whether the body is one JSON text without a stream around it."""
        return self._is_bare and self._bare_events == 1

    def feed(self, piece: bytes) -> Iterator[ServerEvent]:
        """Yield the events that are complete with this piece.

        Raises:
            NotUnderstood: when an event is larger than any model's.
        """
        lines = (self._rest + piece).splitlines(keepends=True)
        # A carriage return may be the first half of a line's end.
        is_open = bool(lines) and not lines[-1].endswith(b"\n")
        self._rest = lines.pop() if is_open else b""
        for line in lines:
            yield from self._take(line)
        self._bound(len(self._rest))

    def finish(self) -> Iterator[ServerEvent]:
        """Yield what the end of the body completes; half of an event is left out."""
        last, self._rest = self._rest, b""
        if last:
            yield from self._take(last)
        if (
            self._is_bare
            or self._is_page_inside
            or _parses("\n".join(self._data))
            or self._data == ["[DONE]"]
        ):
            yield from self._dispatch()

    def _take(self, raw: bytes) -> Iterator[ServerEvent]:
        line = raw.rstrip(b"\r\n").decode("utf-8", "replace")
        if not self._is_begun and line.strip():
            self._begin(line.removeprefix("\ufeff").lstrip())
            line = line.removeprefix("\ufeff")
        if self._is_page:
            return
        if self._is_bare:
            yield from self._take_bare(line)
        elif self._is_page_inside:
            self._keep(line)
        elif not line:
            yield from self._dispatch()
        else:
            yield from self._take_field(line)

    def _begin(self, line: str) -> None:
        self._is_begun = True
        self._is_page = line.startswith("<")
        self._is_bare = line.startswith(("{", "["))

    def _take_bare(self, line: str) -> Iterator[ServerEvent]:
        """A line of JSON is an event of its own; one text over several lines is one event."""
        if not self._data and line.lstrip().startswith("{") and _parses(line):
            self._bare_events += 1
            yield ServerEvent("", line)
        elif line.startswith("data:") and not self._data:
            yield ServerEvent("", line[5:].strip())
        else:
            self._keep(line)

    def _take_field(self, line: str) -> Iterator[ServerEvent]:
        line = line.lstrip()
        field, _, value = line.partition(":")
        field, value = field.rstrip().lower(), value.removeprefix(" ")
        while field == "data" and value.startswith("data:"):
            # A gateway has wrapped the events of another one.
            value = value[5:].lstrip()
        if field == "data":
            if self._data and _parses("\n".join(self._data)):
                # The blank line between two events was forgotten.
                yield from self._dispatch()
            self._keep(value)
        elif field == "event":
            self._name = value.strip()
        elif line.startswith("{"):
            self._keep(line)
        elif line.startswith("<"):
            # A proxy puts its page into the stream that it has lost.
            self._name, self._is_page_inside = "error", True
            self._keep(line)

    def _keep(self, text: str) -> None:
        self._data.append(text)
        self._size += len(text)
        self._bound(self._size)

    def _dispatch(self) -> Iterator[ServerEvent]:
        lines, name = self._data, self._name
        self._data, self._name, self._size = [], "", 0
        text = "\n".join(lines)
        if text.strip():
            self._bare_events += 1
            yield ServerEvent(name, text.strip())

    def _bound(self, size: int) -> None:
        if size > EVENT_BYTES:
            raise NotUnderstood(f"an event of more than {EVENT_BYTES // 1_000_000} MB")


def parsed(data: str) -> Any:
    """Return the JSON value that a text is, or raise ``ValueError``."""
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data"):
            raise
        return list(_values(data))
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _values(data: str) -> Iterator[Any]:
    """Yield the values of a text; some servers forget what stands between two events."""
    while data:
        value, end = json.JSONDecoder().raw_decode(data)
        yield value
        data = data[end:].lstrip()


def _parses(data: str) -> bool:
    if data == "[DONE]":
        return True
    try:
        parsed(data)
    except ValueError:
        return False
    return True
