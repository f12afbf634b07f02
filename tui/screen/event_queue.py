"""Events from any thread to the screen: one queue, and one wake-up per frame."""

import asyncio
import contextvars
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from tui.run.events import Event, ReasoningDelta, TextDelta
from tui.run.pieces import PIECE_CHARACTERS

DRAIN_SECONDS = 1 / 40
"""Between two drains: a stream looks smooth, and most of a core stays free."""
BUDGET_SECONDS = 0.008
"""How long one drain may keep a key waiting; the rest comes in the next frame."""
ROOM_EVENTS = 512
ROOM_CHARACTERS = 1 << 15
"""How many events, or how much text in them, may wait before the team has to."""
_BATCH = 256
_BATCH_CHARACTERS = 2 * PIECE_CHARACTERS
"""How many events, or how much text in them, are consumed before the time is looked at again."""


class EventQueue:
    """Delivers events to ``consume`` on the loop that made it, a frame's worth at a time.

    ``put`` may be called from any thread and costs an append, plus a wake-up when the queue was
    empty. Made on the loop's thread, whose context the callbacks keep.
    """

    def __init__(self, consume: Callable[[list[Event]], None]) -> None:
        self._consume = consume
        self._events: deque[Event] = deque()
        self._put_characters = self._taken_characters = 0
        """Each is counted by one side only, so that neither needs a lock."""
        self._armed = False
        self._drained_at = 0.0
        self._drain_seconds = DRAIN_SECONDS
        self._waiting: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()

    def put(self, event: Event) -> None:
        """Queue an event, one at a time; after the loop has closed it is dropped."""
        self._put_characters += _size_of(event)
        self._events.append(event)
        if not self._armed:
            self._armed = True
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._schedule, context=self._context)

    def hurry(self) -> None:
        """Deliver without waiting for frames, because the user waits for the end."""
        self._drain_seconds = 0.0
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None
            self._loop.call_soon(self.drain, context=self._context)

    def is_full(self) -> bool:
        """Return whether so much is queued that the team should wait."""
        waiting = self._put_characters - self._taken_characters
        return len(self._events) > ROOM_EVENTS or waiting > ROOM_CHARACTERS

    def drain(self) -> None:
        """Deliver what is queued, within the budget of one frame."""
        self._waiting = None
        # Cleared before popping: an event that arrives meanwhile wakes us again.
        self._armed = False
        started_at = time.monotonic()
        try:
            while self._events and time.monotonic() - started_at < BUDGET_SECONDS:
                self._consume(self._take())
        finally:
            self._drained_at = time.monotonic()
            if self._events and not self._armed:
                self._armed = True
                self._schedule()

    def _take(self) -> list[Event]:
        events: list[Event] = []
        characters = 0
        while self._events and len(events) < _BATCH and characters < _BATCH_CHARACTERS:
            events.append(self._events.popleft())
            characters += _size_of(events[-1])
        self._taken_characters += characters
        return events

    def _schedule(self) -> None:
        wait = self._drained_at + self._drain_seconds - time.monotonic()
        if wait > 0:
            self._waiting = self._loop.call_later(wait, self.drain, context=self._context)
        elif self._drain_seconds:
            self.drain()
        else:
            # A key has its turn between two of them.
            self._loop.call_soon(self.drain, context=self._context)


def _size_of(event: Event) -> int:
    return len(event.text) if isinstance(event, TextDelta | ReasoningDelta) else 0
