"""A scripted model on loopback: it brings a run into a phase, and watches its connections."""

import json
import select
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote

from tui.check.model_request import read_request
from tui.check.phases import Fault, ModelAnswer, TrialPhase

_WORD = "once "
_WORDS_BEFORE_STALL = 5
_WORDS_UNTIL_FLOWING = 10
_WORD_SECONDS = 0.01
_RETRY_SECONDS = 30
_MODEL = "rehearsal"


@dataclass
class Reply:
    """An answer that is being given; instants on the monotonic clock."""

    ended_at: float | None = None
    closed_at: float | None = None
    """When its reader left."""


class ModelServer:
    """A context manager that serves the requests of one run."""

    def __init__(self, phase: TrialPhase) -> None:
        self._phase = phase
        self._change = threading.Condition()
        """Guards what follows."""
        self._requests = 0
        self._is_there = False
        self._replies: list[Reply] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.model = self

    @property
    def base_url(self) -> str:
        """The address that a client is given."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reached(self, timeout: float) -> bool:
        """Wait until the run is in the phase; returns whether it is."""
        with self._change:
            return self._change.wait_for(lambda: self._is_there, timeout)

    def closed_at(self, since: float, timeout: float) -> float | None:
        """Return when the last answer that was being given lost its reader.

        None when no answer was being given; infinity when it still has its reader.
        """
        with self._change:
            replies = [r for r in self._replies if r.ended_at is None or r.ended_at >= since]
            is_closed = self._change.wait_for(
                lambda: all(r.closed_at or r.ended_at for r in replies), max(0.0, timeout)
            )
            if not replies:
                return None
            ends = [reply.closed_at or reply.ended_at or 0.0 for reply in replies]
            return max(ends) if is_closed else float("inf")

    def answer(self, body: dict[str, Any]) -> tuple[ModelAnswer, Reply]:
        """Return the answer to a request."""
        with self._change:
            self._requests += 1
            reply = Reply()
            self._replies.append(reply)
            return self._phase.answer(read_request(body, self._requests)), reply

    def announce(self, tool: str) -> None:
        """Note that a tool is about to start."""
        if tool == self._phase.tool:
            self.arrive()

    def arrive(self) -> None:
        """Note that the run is in its phase."""
        with self._change:
            self._is_there = True
            self._change.notify_all()

    def end(self, reply: Reply, *, is_closed: bool) -> None:
        """Note that an answer was given, or that its reader left."""
        with self._change:
            now = time.monotonic()
            if is_closed:
                reply.closed_at = now
            reply.ended_at = now
            self._change.notify_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    model: ModelServer

    def handle_error(self, *_: object) -> None:
        """A reader that goes away is what is measured, not an error."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: object) -> None:
        """Say nothing: stderr is the command's."""

    def do_GET(self) -> None:
        self.server.model.announce(unquote(self.path.removeprefix("/")))
        self.send_response(200)
        self._send_json({})

    def do_POST(self) -> None:
        model = self.server.model
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        answer, reply = model.answer(body)
        is_closed = True
        with suppress(OSError):
            self._give(answer, is_streamed=bool(body.get("stream")))
            is_closed = False
        model.end(reply, is_closed=is_closed)

    def _give(self, answer: ModelAnswer, *, is_streamed: bool) -> None:
        """Give an answer.

        Raises:
            OSError: when the reader goes away.
        """
        if answer.fault is None:
            self._finish(answer, is_streamed=is_streamed)
        elif answer.fault is Fault.REFUSE:
            self.send_response(429)
            self.send_header("Retry-After", str(_RETRY_SECONDS))
            self._send_json({"error": {"message": "Too many requests.", "type": "rate_limit"}})
        elif answer.fault is Fault.FLOW:
            self._flow()
        else:
            if answer.fault is Fault.STALL:
                self._begin_stream()
                for _ in range(_WORDS_BEFORE_STALL):
                    self._send_delta({"content": _WORD})
            if answer.is_there:
                self.server.model.arrive()
            _wait_until_closed(self.connection)
        if answer.is_there:
            self.server.model.arrive()

    def _flow(self) -> None:
        self._begin_stream()
        words = 0
        while True:
            self._send_delta({"content": _WORD})
            words += 1
            if words == _WORDS_UNTIL_FLOWING:
                self.server.model.arrive()
            _wait_until_closed(self.connection, _WORD_SECONDS)

    def _finish(self, answer: ModelAnswer, *, is_streamed: bool) -> None:
        message: dict[str, Any] = {"role": "assistant", "content": None if answer.call else "Done."}
        if answer.call:
            function = {
                "name": answer.call.tool,
                "arguments": json.dumps(answer.call.arguments),
            }
            call_id = f"call_{time.monotonic_ns()}"
            call = {"index": 0, "id": call_id, "type": "function", "function": function}
            message["tool_calls"] = [call]
        reason = "tool_calls" if answer.call else "stop"
        if is_streamed:
            self._begin_stream()
            self._send_delta(message)
            self._send_delta({}, reason)
            self.wfile.write(b"data: [DONE]\n\n")
        else:
            self.send_response(200)
            self._send_json(_completion("chat.completion", {"message": message}, reason))

    def _begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

    def _send_delta(self, delta: dict[str, Any], reason: str | None = None) -> None:
        chunk = _completion("chat.completion.chunk", {"delta": delta}, reason)
        self.wfile.write(b"data: %b\n\n" % json.dumps(chunk).encode())
        self.wfile.flush()

    def _send_json(self, value: dict[str, Any]) -> None:
        data = json.dumps(value).encode()
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _completion(kind: str, choice: dict[str, Any], reason: str | None) -> dict[str, Any]:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {
        "id": "chatcmpl-rehearsal",
        "object": kind,
        "created": int(time.time()),
        "model": _MODEL,
        "choices": [{"index": 0, "finish_reason": reason, **choice}],
        **({"usage": usage} if reason else {}),
    }


def _wait_until_closed(connection: socket.socket, timeout: float | None = None) -> None:
    """Wait for the reader to go away.

    Raises:
        OSError: when it has gone.
    """
    if select.select([connection], [], [], timeout)[0] and not connection.recv(1 << 10):
        raise ConnectionResetError
