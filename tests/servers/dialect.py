"""What the two APIs have in common: an answer is an opening, a body of deltas, and an ending."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from tests.servers.incoming import Ask, Json
from tests.servers.script import Turn


class Ending(Enum):
    """How an answer ends, as told by the server."""

    COMPLETED = auto()
    MAX_TOKENS = auto()
    CONTENT_FILTER = auto()
    FAILED = auto()
    ERROR_FLAT = auto()
    ERROR_NESTED = auto()


class Frame(NamedTuple):
    """Some bytes of the stream, and the model's text in them."""

    data: bytes
    text: str = ""
    is_delta: bool = False


BAD_UTF8 = b"caf\xe9 \xff\xfe\xc3("
PLACEHOLDER = "@@@"
SORRY = "The model produced an error while writing. You can retry your request."


def encode(value: object) -> bytes:
    """Returns JSON as OpenAI sends it; surrogates that are not text are escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


class Dialect(ABC):
    """One answer in the words of one API."""

    def __init__(self, ask: Ask, turn: Turn, answer_id: str, *, usage: bool = True) -> None:
        self.ask = ask
        self.turn = turn
        self.id = answer_id
        self.has_usage = usage

    def frames(self, ending: Ending) -> Iterator[Frame]:
        """Yields the body: streamed, or the whole answer in two halves."""
        return self.body() if self.ask.stream else self._halves(ending)

    @property
    def content_type(self) -> str:
        return "text/event-stream; charset=utf-8" if self.ask.stream else "application/json"

    @property
    def size(self) -> int:
        """The number of deltas."""
        return self.turn.size if self.ask.stream else 2

    @abstractmethod
    def opening(self) -> bytes:
        """Returns what precedes the first item."""

    @abstractmethod
    def body(self) -> Iterator[Frame]:
        """Yields the items, opened, filled and closed."""

    @abstractmethod
    def ending(self, ending: Ending) -> list[bytes]:
        """Returns the last events; without them a client cannot know that the answer is whole."""

    @abstractmethod
    def whole(self, ending: Ending) -> Json:
        """Returns the answer to a request that did not ask for a stream."""

    @abstractmethod
    def delta(self, text: str) -> bytes:
        """Returns an event that carries a piece of text."""

    @abstractmethod
    def unknown(self) -> bytes:
        """Return an event of an unknown kind."""

    def bad_utf8(self) -> bytes:
        return self.delta(PLACEHOLDER).replace(PLACEHOLDER.encode(), BAD_UTF8)

    def bad_json(self) -> bytes:
        return self.delta(PLACEHOLDER).partition(PLACEHOLDER.encode())[0] + b"\n\n"

    def _halves(self, ending: Ending) -> Iterator[Frame]:
        data = encode(self.whole(ending))
        middle = len(data) // 2
        yield Frame(data[:middle], "", is_delta=True)
        yield Frame(data[middle:], self.turn.text, is_delta=True)
