"""Plays one answer on a connection, at its pace and with its fault."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from tests.servers.dialect import Dialect, Ending, Frame, encode
from tests.servers.faults import HTML_PAGE, HTTP_ERRORS, Fault, FaultKind
from tests.servers.log import Record
from tests.servers.wire import Connection, chunk, response_head

BATCH = 256
ENDINGS = {
    FaultKind.MAX_TOKENS: Ending.MAX_TOKENS,
    FaultKind.CONTENT_FILTER: Ending.CONTENT_FILTER,
    FaultKind.FAILED: Ending.FAILED,
    FaultKind.ERROR_FLAT: Ending.ERROR_FLAT,
    FaultKind.ERROR_NESTED: Ending.ERROR_NESTED,
}
BREAKS_OFF = {FaultKind.FAILED, FaultKind.ERROR_FLAT, FaultKind.ERROR_NESTED}


class Performance:
    """One answer while it is given."""

    def __init__(
        self,
        connection: Connection,
        record: Record,
        dialect: Dialect,
        delay_seconds: float,
        changed: Callable[[], None],
    ) -> None:
        self.record = record
        self.released = asyncio.Event()
        self._connection, self._dialect, self._changed = connection, dialect, changed
        self._fault = record.fault
        self._kind = record.fault.kind if record.fault else None
        self._delay = 0.0 if self._kind is FaultKind.FLAT_OUT else delay_seconds
        self._ending = ENDINGS.get(self._kind, Ending.COMPLETED) if self._kind else Ending.COMPLETED
        self._due = 0.0
        self._pending: list[Frame] = []

    async def run(self) -> None:
        """Gives the answer; cancelled when the client goes away."""
        if await self._before_headers():
            return
        headers = {"content-type": self._dialect.content_type, "transfer-encoding": "chunked"}
        await self._raw(response_head(200, "OK", headers))
        if self._kind is FaultKind.STALL_AFTER_HEADERS:
            await self._hold()
        if self._dialect.ask.stream:
            await self._send(self._dialect.opening())
        await self._body()

    async def _before_headers(self) -> bool:
        """Plays what happens before the headers or instead of them; True if that was all."""
        if not self._fault:
            return False
        if self._fault.kind is FaultKind.SLOW_START:
            await asyncio.sleep(self._fault.duration)
        elif self._fault.kind is FaultKind.NO_ANSWER:
            await self._hold()
        elif self._fault.kind is FaultKind.RESET_BEFORE_HEADERS:
            self._connection.reset()
            return True
        elif self._fault.kind is FaultKind.HTML_PAGE:
            await self.plain(200, "OK", HTML_PAGE, {"content-type": "text/html"})
            return True
        elif self._fault.kind in HTTP_ERRORS:
            await self._http_error(self._fault)
            return True
        return False

    async def _http_error(self, fault: Fault) -> None:
        error = HTTP_ERRORS[fault.kind]
        key = self.record.headers.get("authorization", "").removeprefix("Bearer ")
        headers = {"content-type": "application/json", "x-request-id": f"req_{self.record.number}"}
        if fault.duration:
            headers["retry-after"] = f"{fault.duration:g}"
        await self.plain(error.status, error.reason, encode(error.body(key)), headers)

    async def plain(self, status: int, reason: str, body: bytes, headers: dict[str, str]) -> None:
        """Sends an answer that is not a stream."""
        head = response_head(status, reason, {**headers, "content-length": str(len(body))})
        await self._raw(head + body)

    async def _body(self) -> None:
        frames = self._dialect.frames(self._ending)
        self._due = time.monotonic()
        if self._fault:
            await self._play(first(frames, self._fault.deltas_before(self._dialect.size)))
            if await self._midstream(self._fault):
                return
        await self._play(frames)
        await self._end()

    async def _midstream(self, fault: Fault) -> bool:
        """Plays what happens between two deltas; True if the answer is over then."""
        if fault.kind is FaultKind.STALL_MIDSTREAM:
            await self._hold()
        elif fault.kind is FaultKind.STALL_WITH_COMMENTS:
            await self._hold(comment_seconds=fault.duration)
        elif fault.kind is FaultKind.BAD_JSON:
            await self._send(self._dialect.bad_json())
        elif fault.kind is FaultKind.BAD_UTF8:
            await self._send(self._dialect.bad_utf8())
        elif fault.kind in BREAKS_OFF and self._dialect.ask.stream:
            await self._finish(self._dialect.ending(self._ending))
            return True
        elif fault.kind is FaultKind.ENDS_WITHOUT_FINAL and fault.after is not None:
            await self._raw(chunk(b""))
            return True
        elif fault.kind is FaultKind.RESET_MIDSTREAM:
            self._connection.reset()
            return True
        elif fault.kind is FaultKind.CLOSE_MIDCHUNK:
            await self._raw(chunk(self._dialect.delta("never"))[:-20])
            self._connection.close()
            return True
        return False

    async def _end(self) -> None:
        if self._kind is FaultKind.STALL_BEFORE_FINAL:
            await self._hold()
        if self._kind is FaultKind.ENDS_WITHOUT_FINAL:
            await self._raw(chunk(b""))
            return
        events = self._dialect.ending(self._ending) if self._dialect.ask.stream else []
        if self._kind is FaultKind.NO_DONE and self._dialect.ask.api == "chat":
            events = events[:-1]
        await self._finish(events)

    async def _finish(self, events: list[bytes]) -> None:
        await self._send(b"".join(events))
        await self._raw(chunk(b""))
        self.record.completed = True

    async def _hold(self, comment_seconds: float = 0.0) -> None:
        """Waits until a test releases the answer; the client's going cancels it."""
        self.record.stalled_at = time.monotonic()
        self._changed()
        while comment_seconds and not self.released.is_set():
            await self._send(b": keep-alive\n\n")
            with suppress(TimeoutError):
                await asyncio.wait_for(self.released.wait(), comment_seconds)
        await self.released.wait()
        self._due = time.monotonic()

    async def _play(self, frames: Iterable[Frame]) -> None:
        """Sends frames when they are due; those that are due together go in one write."""
        for frame in frames:
            if frame.is_delta and self._delay:
                await self._wait_until_due()
            self._pending.append(frame)
            if frame.is_delta and self._kind is FaultKind.UNKNOWN_EVENTS:
                self._pending.append(Frame(self._dialect.unknown()))
            if len(self._pending) >= BATCH:
                await self._send_pending()
        await self._send_pending()

    async def _wait_until_due(self) -> None:
        self._due += self._delay
        early = self._due - time.monotonic()
        if early > 0:
            await self._send_pending()
            await asyncio.sleep(early)

    async def _send_pending(self) -> None:
        if not self._pending:
            return
        frames, self._pending = self._pending, []
        texts = [frame.text for frame in frames if frame.text]
        await self._send(b"".join([frame.data for frame in frames]), texts)

    async def _send(self, data: bytes, texts: list[str] | None = None) -> None:
        """Sends a part of the body, and notes the texts in it before anybody can read them."""
        if texts:
            self.record.add(texts)
        if self._kind is FaultKind.BYTE_BY_BYTE:
            for number in range(len(data)):
                await self._raw(chunk(data[number : number + 1]))
        elif data:
            await self._raw(chunk(data))

    async def _raw(self, data: bytes) -> None:
        self.record.first_byte_at = self.record.first_byte_at or time.monotonic()
        await self._connection.write(data)
        self._changed()


def first(frames: Iterator[Frame], deltas: int) -> Iterator[Frame]:
    """Yields frames up to the so-manieth delta and leaves the others."""
    while deltas > 0 and (frame := next(frames, None)):
        deltas -= frame.is_delta
        yield frame
