"""A server that answers with the very bytes of the test, and keeps what it was asked."""

import json
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

EVENTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    line: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def is_leader(self) -> bool:
        return bool(self.body.get("tools"))

    @property
    def has_results(self) -> bool:
        """Whether a tool has answered already."""
        said = self.body.get("messages") or self.body.get("input") or []
        return any(
            "function_call_output" in str(m.get("type")) or m.get("role") == "tool" for m in said
        )


Answer = Callable[[Asked], bytes]


@dataclass
class OddServer:
    """Answers every request with what ``answer`` returns; bytes without a status are a stream."""

    answer: Answer
    asked: list[Asked] = field(default_factory=list)
    holds: bool = False
    """Whether it keeps the connection open behind its answer, until the client closes it."""

    def __enter__(self) -> Self:
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer._handle(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        return f"{self.address}/v1"

    def _handle(self, connection: socketserver.StreamRequestHandler) -> None:
        line = connection.rfile.readline().decode("latin-1").strip()
        headers: dict[str, str] = {}
        for raw in iter(connection.rfile.readline, b"\r\n"):
            if not raw:
                return
            name, _, value = raw.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = connection.rfile.read(int(headers.get("content-length", 0)))
        asked = Asked(line, headers, json.loads(body or b"{}"))
        self.asked.append(asked)
        answer = self.answer(asked)
        try:
            connection.wfile.write(answer if answer.startswith(b"HTTP/") else EVENTS + answer)
            if self.holds:
                connection.rfile.read(1)
        except OSError:
            # The client did not want all of it.
            return


def event(value: object, name: str = "") -> bytes:
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + json.dumps(value).encode() + b"\n\n"


def http(
    status: int, body: object, content_type: str = "application/json", **headers: str
) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status} Odd",
        f"content-type: {content_type}",
        f"content-length: {len(content)}",
        "connection: close",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + content


def delegation(member: str = "storytelleragent", task: str = "write") -> str:
    return json.dumps({"member_id": member, "task": task})


# Chat Completions.


def chunk(delta: object, finish: object = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event({"id": "c", "object": "chat.completion.chunk", "choices": [choice]})


DONE = b"data: [DONE]\n\n"
STOP = chunk({}, "stop") + DONE
STORY = chunk({"content": "Once upon "}) + chunk({"content": "a time."}) + STOP


def chat_team(first: bytes) -> Answer:
    """The leader says ``first``, the members write, and the leader closes."""

    def answer(asked: Asked) -> bytes:
        if not asked.is_leader:
            return chunk({"content": "A part."}) + STOP
        return chunk({"content": "The end."}) + STOP if asked.has_results else first

    return answer


# Responses.


def response(status: str = "completed", **more: object) -> dict[str, object]:
    return {"id": "r", "object": "response", "status": status, "output": [], **more}


CREATED = event({"type": "response.created", "response": response("in_progress")})
COMPLETED = event({"type": "response.completed", "response": response()})


def text_delta(text: object) -> bytes:
    place = {"output_index": 0, "content_index": 0}
    return event({"type": "response.output_text.delta", "delta": text, **place})


def message(text: object) -> dict[str, object]:
    return {"type": "message", "content": [{"type": "output_text", "text": text}]}


def responses_team(first: bytes) -> Answer:
    """The same for the Responses API."""

    def answer(asked: Asked) -> bytes:
        if not asked.is_leader:
            return CREATED + text_delta("A part.") + COMPLETED
        return CREATED + text_delta("The end.") + COMPLETED if asked.has_results else first

    return answer
