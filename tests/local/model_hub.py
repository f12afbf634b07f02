"""A hub of models on the loopback interface, honest or not, that may send slowly."""

import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.local.gated_server import GatedServer

COMMIT = "c" * 40
_CHUNK_BYTES = 1 << 14
_INFO = re.compile(r"/api/models/([^/]+/[^/?]+)")
_FILE = re.compile(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")


def gguf(size: int = 300_000, seed: int = 1) -> bytes:
    """Return what looks like a model to everything but the engine."""
    head = b"GGUF" + (3).to_bytes(4, "little") + (1).to_bytes(8, "little") * 2
    return head + bytes((seed * index) % 251 for index in range(size - len(head)))


@dataclass
class ModelHub(GatedServer):
    """Serves repositories of files; while the gate is shut a download stops after half of it."""

    repositories: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    gated: frozenset[str] = frozenset()
    sizes: dict[str, int] = field(default_factory=dict)
    """By file: the size that is announced, when it is a lie."""
    checksums: dict[str, str] = field(default_factory=dict)
    """By file: the checksum that is announced, when it is a lie."""
    pause: float = 0.0
    """How long to wait before each piece of a file, in seconds."""
    status: int | None = None
    """What every request is answered with, if anything."""

    def __post_init__(self) -> None:
        super().__init__(self._handler())
        self.requests: Counter[str] = Counter()
        """By method and path: how often it was asked for."""
        self.ranges: list[str] = []
        """From where downloads were to go on, as they were asked for."""
        self.sent = 0
        """How many bytes of files were sent."""
        self.tokens: set[str] = set()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.requests[f"{self.command} {self.path}"] += 1
                hub.tokens.add(self.headers.get("Authorization", ""))
                if hub.status is not None:
                    self._answer(hub.status)
                elif match := _INFO.match(self.path):
                    self._describe(match[1])
                elif match := _FILE.fullmatch(self.path):
                    self._serve(match[1], match[3])
                else:
                    self._answer(404)

            def do_HEAD(self) -> None:
                self.do_GET()

            def _describe(self, repository: str) -> None:
                if repository not in hub.repositories:
                    # As the real one answers without a token.
                    return self._answer(401, {"X-Error-Code": "RepoNotFound"})
                files = [{"rfilename": name} for name in hub.repositories[repository]]
                body = {"id": repository, "sha": COMMIT, "siblings": files, "private": False}
                return self._answer(200, {"Content-Type": "application/json"}, json.dumps(body))

            def _serve(self, repository: str, name: str) -> None:
                if repository in hub.gated:
                    return self._answer(403, {"X-Error-Code": "GatedRepo"})
                content = hub.repositories[repository][name]
                size = hub.sizes.get(name, len(content))
                checksum = hub.checksums.get(name, hashlib.sha256(content).hexdigest())
                facts = {
                    "X-Repo-Commit": COMMIT,
                    "X-Linked-Size": str(size),
                    "X-Linked-Etag": f'"{checksum}"',
                }
                if self.command == "HEAD":
                    return self._answer(200, facts | {"Content-Length": str(size)}, keep=True)
                return self._send(content, facts)

            def _send(self, content: bytes, facts: dict[str, str]) -> None:
                start = 0
                if asked := self.headers.get("Range"):
                    hub.ranges.append(asked)
                    start = int(asked.removeprefix("bytes=").rstrip("-"))
                    facts["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
                facts["Content-Length"] = str(len(content) - start)
                self._answer(206 if asked else 200, facts, keep=True)
                try:
                    for at in range(start, len(content), _CHUNK_BYTES):
                        if at >= len(content) // 2:
                            hub.half_sent.set()
                            hub.gate.wait(30)
                        threading.Event().wait(hub.pause)
                        piece = content[at : at + _CHUNK_BYTES]
                        self.wfile.write(piece)
                        hub.sent += len(piece)
                except OSError:
                    pass

            def _answer(
                self,
                status: int,
                headers: Mapping[str, str] | None = None,
                body: str = "",
                *,
                keep: bool = False,
            ) -> None:
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                if not keep:
                    self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        return Handler
