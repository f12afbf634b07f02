"""Asks models for code that blocks its thread meanwhile, such as a tool that calls ``Agent.run``.

Nothing gets through to such a thread. So the request runs on an event loop of its own, where it is
interrupted like every other, and the thread waits for what comes of it.
"""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import suppress
from copy import copy
from typing import Any, TypeVar

from agno.models.base import Model

T = TypeVar("T")
_CLOSE_SECONDS = 0.5
_END = object()


def twin_of(model: Model) -> Any:
    """Return a copy of a model to be asked on another loop: a client serves one loop alone."""
    twin: Any = copy(model)
    twin.async_client, twin.is_twin = None, True
    return twin


async def close_client(model: Any) -> None:
    """Close the connections of a model, on the loop that they belong to."""
    if client := getattr(model, "async_client", None):
        with suppress(Exception):
            await client.close()


class SideLoop:
    """An event loop on a thread that begins when it is first needed."""

    def __init__(self) -> None:
        self._change = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._twins: dict[int, tuple[Model, Model]] = {}
        """By id of a model: the model, and its copy that is asked here."""

    def twin(self, model: Model) -> Any:
        """Return the copy of a model to be asked here."""
        with self._change:
            if id(model) not in self._twins:
                self._twins[id(model)] = (model, twin_of(model))
            return self._twins[id(model)][1]

    def wait_for(self, request: Coroutine[Any, Any, T]) -> T:
        """Block this thread until the request is answered."""
        return asyncio.run_coroutine_threadsafe(request, self._running()).result()

    def iterate(self, stream: AsyncIterator[T]) -> Iterator[T]:
        """Block this thread between the pieces of a stream."""
        pieces: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

        async def pump() -> None:
            try:
                async for piece in stream:
                    pieces.put((piece, None))
                pieces.put((_END, None))
            except BaseException as error:
                pieces.put((_END, error))
                raise

        pumping = asyncio.run_coroutine_threadsafe(pump(), self._running())
        try:
            while True:
                piece, error = pieces.get()
                if error is not None:
                    raise error
                if piece is _END:
                    return
                yield piece
        finally:
            pumping.cancel()

    def close(self) -> None:
        """Close the clients, and let the thread go."""
        with self._change:
            loop, self._loop = self._loop, None
        if loop:
            closing = asyncio.run_coroutine_threadsafe(self._close_clients(), loop)
            with suppress(Exception):
                closing.result(_CLOSE_SECONDS)
            loop.call_soon_threadsafe(loop.stop)

    async def _close_clients(self) -> None:
        for _, twin in self._twins.values():
            await close_client(twin)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._change:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                name = "storyteam-side-loop"
                threading.Thread(target=_run, args=(self._loop,), name=name, daemon=True).start()
            return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.close()
