"""Servers of models that may run on this machine: Ollama and LM Studio.

They are asked on the loopback interface alone, and never waited for: what does not answer within
a tenth of a second is not there.
"""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from tui.text.untrusted import clean_line

PROBE_SECONDS = 0.1
_MOST_BYTES = 1_000_000
_MOST_MODELS = 50
_NO_WRITERS = ("embed", "whisper", "rerank", "clip")
"""Parts of names of models that write nothing."""


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A kind of server, and where it listens unless it is told otherwise."""

    name: str
    port: int

    @property
    def base_url(self) -> str:
        """Its OpenAI-compatible address."""
        return f"http://127.0.0.1:{self.port}/v1"


USUAL = (LocalServer("Ollama", 11434), LocalServer("LM Studio", 1234))


def find_models() -> list[tuple[LocalServer, str]]:
    """Return what the servers on this machine offer: each model, with its server."""
    servers = USUAL
    with ThreadPoolExecutor(len(servers)) as pool:
        answers = list(pool.map(_models_of, servers))
    return [(s, model) for s, models in zip(servers, answers, strict=True) for model in models]


def _models_of(server: LocalServer) -> list[str]:
    # Takes no proxy from the environment, and follows no redirect.
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PROBE_SECONDS)
    with suppress(OSError, http.client.HTTPException, ValueError, RecursionError):
        try:
            connection.request("GET", "/v1/models", headers={"Accept": "application/json"})
            answer = connection.getresponse()
            if answer.status == 200:
                return _names(json.loads(answer.read(_MOST_BYTES)))
        finally:
            connection.close()
    return []


def _names(answer: object) -> list[str]:
    models = answer.get("data") if isinstance(answer, dict) else None
    listed = models[:_MOST_MODELS] if isinstance(models, list) else []
    names = [str(model.get("id", "")) for model in listed if isinstance(model, dict)]
    return [name for name in names if name == clean_line(name, 200) != "" and _can_write(name)]


def _can_write(model: str) -> bool:
    return not any(part in model.lower() for part in _NO_WRITERS)
