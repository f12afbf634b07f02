"""The Agno model for the provider that the settings name."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from agno.models.base import Model
from agno.models.message import Message
from agno.models.openai import OpenAIResponses
from agno.models.openai.like import OpenAILike
from agno.models.response import ModelResponse

from tui.config.choice import CHOSEN
from tui.config.endpoint import OPENAI_URL
from tui.config.settings import Settings

TOKENS_BEFORE_CALL = 800
NO_KEY = "not-needed"
"""What is sent to a server that asks for no key: the SDK insists on some."""


def make_model(settings: Settings) -> Model:
    """Return a fresh model. Agno's own retries stay off: a cancel during one would be lost."""
    base_url, query = _address(settings.endpoint.base_url)
    # What listens on a port of this machine may be another user's: no key is meant for it.
    api_key = None if settings.source_of("base_url") == CHOSEN else settings.api_key
    common: dict[str, Any] = {
        "id": settings.model,
        "api_key": api_key or (NO_KEY if settings.base_url else None),
        "base_url": base_url,
        "default_query": query or None,
        "temperature": settings.temperature,
        "timeout": settings.timeout,
    }
    if settings.api == "responses":
        # Nothing is kept on the server: many keep nothing, and some say so only in mid-run.
        return OpenAIResponses(store=False, max_output_tokens=settings.max_tokens, **common)
    # OpenAI's newer models refuse the old name of the limit, and other servers the new one.
    is_openai = settings.endpoint.base_url == OPENAI_URL
    common["max_completion_tokens" if is_openai else "max_tokens"] = settings.max_tokens
    return OpenAILike(**common)


class EngineModel(OpenAILike):
    """A model that the embedded engine runs, and that is asked like any other.

    Before its first call of a tool it is not let go on for ever: a small one may never call any.
    """

    async def ainvoke_stream(
        self, messages: list[Message], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ModelResponse]:
        """Yield the answer, a short one as long as a call is awaited."""
        limit = self.max_tokens
        if kwargs.get("tools") and not any(message.role == "tool" for message in messages):
            self.max_tokens = min(limit or TOKENS_BEFORE_CALL, TOKENS_BEFORE_CALL)
        try:
            async for delta in super().ainvoke_stream(messages, *args, **kwargs):
                yield delta
        finally:
            self.max_tokens = limit


def _address(url: str) -> tuple[str, dict[str, str]]:
    """Return the base URL, and the query that goes with every request."""
    parts = urlsplit(url)
    base_url = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
    return base_url, dict(parse_qsl(parts.query, keep_blank_values=True))
