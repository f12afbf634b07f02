"""HTTP/1.1 on a bare transport, because faults need the socket: resets, half chunks, silence."""

import asyncio
import json
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import cast

LINGER_ZERO = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request; the names of headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def response_head(status: int, reason: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {text}" for name, text in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


class RefusedError(Exception):
    """A request that the server cannot make sense of."""

    def __init__(self, status: int, reason: str, message: str, code: str) -> None:
        super().__init__(message)
        self.status, self.reason, self.code = status, reason, code

    def answer(self) -> bytes:
        """Returns the whole HTTP response, with a body as OpenAI shapes it."""
        error = {
            "message": str(self),
            "type": "invalid_request_error",
            "param": None,
            "code": self.code,
        }
        body = json.dumps({"error": error}).encode()
        headers = {"content-type": "application/json", "content-length": str(len(body))}
        return response_head(self.status, self.reason, headers) + body


def chunk(data: bytes) -> bytes:
    """Returns the data as one chunk of a chunked body; no data is its end."""
    return b"%x\r\n%b\r\n" % (len(data), data)


class Connection(asyncio.Protocol):
    """One client's connection; notices at once when the client goes away."""

    transport: asyncio.Transport

    def __init__(
        self,
        handle: Callable[["Connection", HttpRequest], Awaitable[None]],
        on_open: Callable[["Connection"], None],
        on_lost: Callable[["Connection"], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._handle, self._on_open, self._on_lost = handle, on_open, on_lost
        self._on_error = on_error
        self._received = bytearray()
        self._readable = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self.lost_at: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(0)
        self._on_open(self)
        self.task = asyncio.get_running_loop().create_task(self._serve())

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._readable.set()

    def eof_received(self) -> None:
        self._lost()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    async def write(self, data: bytes) -> None:
        """Hands data to the kernel and waits while it takes no more."""
        self.transport.write(data)
        await self._writable.wait()
        await asyncio.sleep(0)

    def reset(self) -> None:
        """Ends the connection with RST."""
        sock = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
        self.transport.abort()

    def close(self) -> None:
        """Ends the connection with FIN, after what was written."""
        self.transport.close()

    def _lost(self) -> None:
        if self.lost_at is None:
            self.lost_at = time.monotonic()
            self._on_lost(self)
            self.task.cancel()
            self.transport.abort()

    async def _serve(self) -> None:
        try:
            while not self.transport.is_closing():
                await self._handle(self, await self._next_request())
        except Exception as error:
            self._on_error(error)
            self.transport.abort()

    async def _next_request(self) -> HttpRequest:
        head, _, _ = (await self._take_until(b"\r\n\r\n")).partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        pairs = (line.split(":", 1) for line in rest)
        headers = {name.lower(): text.strip() for name, text in pairs}
        body = await self._take(int(headers.get("content-length", 0)))
        return HttpRequest(method, path.partition("?")[0], headers, body)

    async def _take_until(self, mark: bytes) -> bytes:
        while mark not in self._received:
            await self._more()
        return await self._take(self._received.index(mark) + len(mark))

    async def _take(self, size: int) -> bytes:
        while len(self._received) < size:
            await self._more()
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    async def _more(self) -> None:
        self._readable.clear()
        await self._readable.wait()
