"""The Agno model for the provider that the settings name."""

from typing import Any

from agno.models.base import Model
from agno.models.openai import OpenAIResponses
from agno.models.openai.like import OpenAILike

from tui.agents.endpoint import OPENAI_URL
from tui.config.settings import Settings

NO_KEY = "not-needed"
"""What is sent to a server that asks for no key: the SDK insists on some."""


def make_model(settings: Settings) -> Model:
    """Return a fresh model. Agno's own retries stay off: a cancel during one would be lost."""
    common: dict[str, Any] = {
        "id": settings.model,
        "api_key": settings.api_key or (NO_KEY if settings.base_url else None),
        "base_url": settings.endpoint.base_url,
        "temperature": settings.temperature,
        "timeout": settings.timeout,
    }
    if settings.api == "responses":
        return OpenAIResponses(max_output_tokens=settings.max_tokens, **common)
    # OpenAI's newer models refuse the old name of the limit, and other servers the new one.
    is_openai = settings.endpoint.base_url == OPENAI_URL
    common["max_completion_tokens" if is_openai else "max_tokens"] = settings.max_tokens
    return OpenAILike(**common)
