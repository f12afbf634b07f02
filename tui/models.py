"""The Agno model for the provider that the settings name."""

from agno.models.base import Model
from agno.models.openai import OpenAIResponses
from agno.models.openai.like import OpenAILike

from tui.settings import Settings

NO_KEY = "not-needed"
"""What is sent to a server that asks for no key: the SDK insists on some."""


def make_model(settings: Settings) -> Model:
    """Return a fresh model. Agno's own retries stay off: a cancel during one would be lost."""
    key = settings.api_key or (NO_KEY if settings.base_url else None)
    if settings.api == "chat":
        return OpenAILike(id=settings.model, api_key=key, base_url=settings.endpoint.base_url)
    return OpenAIResponses(id=settings.model, api_key=key, base_url=settings.endpoint.base_url)
