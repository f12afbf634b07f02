"""The body of a streamed answer, from a server's dialect to OpenAI's."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from tui.team.chat_dialect import ChatDialect
from tui.team.error_bodies import BrokenEvent, ServerSaid, words_in
from tui.team.event_stream import EventReader, ServerEvent, parsed
from tui.team.responses_dialect import ResponsesDialect
from tui.team.surrogates import joined

_DONE = b"data: [DONE]\n\n"
_TOGETHER = 16
"""How many events are handed on at once, at most: a cancel must get in between."""
_SIGNALS = (
    "ping", "pong", "keepalive", "keep-alive", "heartbeat", "ok", "null", "undefined", "start",
    "begin", "open", "connected", "end", "done", "close", "closed", "complete", "finish", "eof",
)  # fmt: skip
"""What only says that the connection lives, begins or ends."""
_SURROGATE = re.compile(rb"\\ud[89a-f]")


class Translation:
    """Translates one body; pieces of bytes go in, and whole events come out."""

    def __init__(self, *, is_responses: bool, tools: frozenset[str], is_thinking: bool) -> None:
        make = ResponsesDialect if is_responses else ChatDialect
        self._reader = EventReader()
        self._dialect: ChatDialect | ResponsesDialect = make(tools, is_thinking=is_thinking)
        self._is_done = False

    @property
    def is_whole(self) -> bool:
        """Whether one JSON text came although a stream was asked for."""
        return self._reader.is_whole

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield what a piece of the body means."""
        yield from self._encoded(lambda: self._reader.feed(piece))

    def finish(self) -> Iterator[bytes]:
        """Yield what the end of the body means."""
        yield from self._encoded(self._reader.finish)
        if not self._is_done:
            yield _encode(self._dialect.finish())

    def _encoded(self, events: Callable[[], Iterator[ServerEvent]]) -> Iterator[bytes]:
        """Yield the events together, as they came; before an error all that came before it."""
        ready: list[Any] = []
        try:
            for event in events():
                if self._is_done:
                    break
                if event.data.strip("\"' ").upper().startswith("[DONE]"):
                    self._is_done = True
                    ready += self._dialect.finish()
                else:
                    ready += self._dialect.translate(self._value(event), event.name)
                if len(ready) >= _TOGETHER:
                    batch, ready = ready, []
                    yield _encode(iter(batch))
        except Exception:
            yield _encode(iter(ready)) + _encode(self._dialect.finish())
            raise
        if ready or self._is_done:
            yield _encode(iter(ready)) + (_DONE if self._is_done else b"")

    @staticmethod
    def _value(event: ServerEvent) -> Any:
        try:
            return parsed(event.data)
        except ValueError as error:
            if event.data.strip("[]<>").lower() in _SIGNALS or event.name.lower() in _SIGNALS:
                return None
            if event.name == "error" or not event.data.startswith(("{", "[", '"')):
                raise ServerSaid(words_in(event.data) or event.data) from error
            raise BrokenEvent("an event that is no JSON") from error


def _encode(values: Iterator[Any]) -> bytes:
    return b"".join(b"data: %b\n\n" % _dumped(value) for value in values)


def _dumped(value: Any) -> bytes:
    dumped = json.dumps(value).encode()
    if _SURROGATE.search(dumped):
        # Half of a pair is no character that anything could write.
        return joined(json.dumps(value, ensure_ascii=False)).encode()
    return dumped
