"""What the server saw and sent, readable and awaitable from any thread."""

import asyncio
import threading
import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tests.servers.faults import Fault
from tests.servers.incoming import Json
from tests.servers.script import Call, Position

T = TypeVar("T")


@dataclass(slots=True)
class Record:
    """One request and its answer. Instants are seconds on the monotonic clock.

    Only the server's thread writes; every field may be read at any time.
    """

    number: int
    api: str
    position: Position
    attempt: int
    """The how-many-th request at this position, from 1."""
    body: Json
    headers: dict[str, str]
    fault: Fault | None
    requested_at: float
    calls: tuple[Call, ...] = ()
    """The calls that the answer holds."""
    first_byte_at: float | None = None
    first_text_at: float | None = None
    last_text_at: float | None = None
    stalled_at: float | None = None
    """When the fault began to hold the answer back."""
    finished_at: float | None = None
    """When the server was done with it, in whatever way."""
    client_closed_at: float | None = None
    """When the client was seen to go away before the answer was done."""
    connection_closed_at: float | None = None
    """When the connection of this request was gone, whichever side closed it."""
    completed: bool = False
    """The final event was sent."""
    deltas: list[str] = field(default_factory=list)
    sent_at: list[float] = field(default_factory=list)
    """When each delta was written to the socket."""
    words: int = 0

    @property
    def text(self) -> str:
        """The text that was sent."""
        return "".join(self.deltas)

    def text_before(self, at: float) -> str:
        """The text that was sent before this instant."""
        return "".join(self.deltas[: bisect_left(self.sent_at, at)])

    @property
    def open(self) -> bool:
        return self.finished_at is None

    def add(self, texts: list[str]) -> None:
        """Notes deltas that were written to the socket."""
        inside = bool(self.deltas) and not self.deltas[-1][-1:].isspace()
        for text in texts:
            self.words += len(text.split()) - (inside and not text[:1].isspace())
            inside = not text[-1:].isspace()
        self.deltas += texts
        self.last_text_at = time.monotonic()
        self.sent_at += [self.last_text_at] * len(texts)
        self.first_text_at = self.first_text_at or self.last_text_at

    def __str__(self) -> str:
        state = "open" if self.open else "completed" if self.completed else "broken off"
        fault = f" with {self.fault.kind}" if self.fault else ""
        where = f"{self.number} {self.api} {self.position}#{self.attempt}"
        return f"{where}{fault}: {self.words} words, {state}"


class Log:
    """All records, and the means to wait for a change in them."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._changed = threading.Condition()

    def changed(self) -> None:
        """Wakes everybody who waits."""
        with self._changed:
            self._changed.notify_all()

    def attempts(self, position: str) -> int:
        return sum(record.position == position for record in self.records)

    @property
    def streams_open(self) -> int:
        """Answers that are still being given or held back."""
        return sum(record.open for record in self.records)

    def at(self, position: str) -> list[Record]:
        """Returns the requests at a position."""
        return [record for record in self.records if record.position == position]

    def text_of(self, position: str) -> str:
        """Returns all text that was sent at a position."""
        return "".join(record.text for record in self.at(position))

    def wait_for(self, predicate: Callable[[], T | None], timeout: float = 30.0) -> T:
        """Returns the predicate's first truthy value.

        Raises:
            TimeoutError: there was none in ``timeout`` seconds; says what the log holds.
        """
        with self._changed:
            found = self._changed.wait_for(predicate, timeout)
        if not found:
            held = "; ".join(map(str, self.records)) or "no request"
            raise TimeoutError(f"the model server waited {timeout} s in vain: {held}")
        return found

    async def until(self, predicate: Callable[[], T | None], seconds: float = 5.0) -> T:
        """The same as ``wait_for``, for tests whose loop must go on meanwhile."""
        return await asyncio.to_thread(self.wait_for, predicate, seconds)

    def wait_for_request(self, position: str, attempt: int = 1, timeout: float = 30.0) -> Record:
        """Returns the record of a request as soon as it is there."""
        return self.wait_for(lambda: self._find(position, attempt), timeout)

    def wait_until_streaming(
        self, position: str, min_words: int = 1, timeout: float = 30.0
    ) -> Record:
        """Returns the latest record at a position when it has sent that many words."""
        return self.wait_for(lambda: self._latest(position, min_words), timeout)

    def wait_until_stalled(self, position: str, attempt: int = 1, timeout: float = 30.0) -> Record:
        """Returns the record of a request when its fault holds the answer back."""

        def stalled() -> Record | None:
            record = self._find(position, attempt)
            return record if record and record.stalled_at else None

        return self.wait_for(stalled, timeout)

    def _find(self, position: str, attempt: int) -> Record | None:
        found = (record for record in self.at(position) if record.attempt == attempt)
        return next(found, None)

    def _latest(self, position: str, min_words: int) -> Record | None:
        records = self.at(position)
        return records[-1] if records and records[-1].words >= min_words else None
