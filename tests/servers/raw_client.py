"""A client that hides nothing: it says which bytes came and how the connection ended."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

PATHS = {"responses": "/v1/responses", "chat": "/v1/chat/completions"}
END_OF_CHUNKS = b"\r\n0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as it came over the wire."""

    raw: bytes
    end: str
    """``whole``, ``fin``, ``reset``, or ``open`` when nothing more had come."""

    @property
    def status(self) -> int | None:
        return int(self.raw.split(b" ", 2)[1]) if self.raw else None

    @property
    def head(self) -> str:
        return self.raw.partition(b"\r\n\r\n")[0].decode()

    @property
    def body(self) -> bytes:
        """The body without the framing of its chunks."""
        rest = self.raw.partition(b"\r\n\r\n")[2]
        return b"".join(_chunks(rest)) if "chunked" in self.head else rest

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events of the stream; fails when one is not JSON."""
        lines = self.body.decode().split("\n")
        data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
        return [json.loads(each) for each in data if each != "[DONE]"]

    @property
    def text(self) -> str:
        """The model's text in the deltas."""
        return "".join(map(_delta, self.events))


class RawClient:
    """One connection to a model server."""

    def __init__(self, port: int, timeout: float = 5.0) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def ask(self, api: str, prompt: str = "Tell me a story", **fields: object) -> None:
        """Sends a request for a stream."""
        said = [{"role": "user", "content": prompt}]
        key = "messages" if api == "chat" else "input"
        body = json.dumps({"model": "gpt-4o", "stream": True, key: said, **fields}).encode()
        head = f"POST {PATHS[api]} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer sk-secret\r\n"
        self._socket.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)

    def hear(self) -> Heard:
        """Reads the answer to its end."""
        raw = bytearray()
        while not _is_whole(raw):
            try:
                data = self._socket.recv(65536)
            except ConnectionResetError:
                return Heard(bytes(raw), "reset")
            if not data:
                return Heard(bytes(raw), "fin")
            raw += data
        return Heard(bytes(raw), "whole")

    def hear_so_far(self, until: bytes = b"") -> Heard:
        """Reads what is there already, after waiting for certain bytes."""
        raw = bytearray()
        while until not in raw:
            raw += self._socket.recv(65536)
        self._socket.setblocking(False)
        try:
            while data := self._socket.recv(65536):
                raw += data
        except BlockingIOError:
            return Heard(bytes(raw), "open")
        finally:
            self._socket.settimeout(5.0)
        return Heard(bytes(raw), "fin")


def _is_whole(raw: bytearray) -> bool:
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        return False
    if b"chunked" in head:
        return raw.endswith(END_OF_CHUNKS)
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return len(body) >= int(length)


def _chunks(rest: bytes) -> Iterator[bytes]:
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        yield rest[:length]
        rest = rest[length + 2 :]


def _delta(event: dict[str, Any]) -> str:
    if event.get("type") in ("response.output_text.delta", "response.refusal.delta"):
        return str(event["delta"])
    deltas = [choice["delta"] for choice in event.get("choices", [])]
    return "".join(str(delta.get("content") or delta.get("refusal") or "") for delta in deltas)
