"""The list of models, as an answer that is never a stream."""

from collections.abc import Iterator

from tests.servers.dialect import Dialect, Ending, Frame
from tests.servers.incoming import Ask, Json

MODELS = ("gpt-5.2-mini", "gpt-4o-mini")
MODELS_ASK = Ask("models", "", stream=False)


class ModelsDialect(Dialect):
    """``GET /v1/models``."""

    def whole(self, ending: Ending) -> Json:
        models = [
            {"id": model, "object": "model", "created": 1764547200, "owned_by": "openai"}
            for model in MODELS
        ]
        return {"object": "list", "data": models}

    def opening(self) -> bytes:
        return b""

    def body(self) -> Iterator[Frame]:
        yield from ()

    def ending(self, ending: Ending) -> list[bytes]:
        return []

    def delta(self, text: str) -> bytes:
        return text.encode()

    def unknown(self) -> bytes:
        return b""
