"""What can be told of an Agno model without asking it: where it is, and which API it speaks."""

import os

from agno.models.base import Model
from agno.models.openai import OpenAIChat, OpenAIResponses

from tui.config.endpoint import OPENAI_URL, Endpoint


def endpoint_of(model: Model, ours: Endpoint) -> Endpoint:
    """Return where this model is; ``ours`` is the endpoint that the settings chose."""
    if ours.backend.runs_story_team:
        return ours
    speaks_openai = isinstance(model, OpenAIChat | OpenAIResponses)
    url = str(getattr(model, "base_url", None) or "")
    if speaks_openai and not url:
        # Where the client of OpenAI goes unless it is told where.
        url = os.environ.get("OPENAI_BASE_URL") or OPENAI_URL
    return Endpoint(
        model=model.id,
        base_url=url,
        api="responses" if isinstance(model, OpenAIResponses) else "chat",
        backend=ours.backend,
        provider=model.provider or type(model).__name__,
    )


def max_tokens_of(model: Model) -> int | None:
    """Return the most that one request of this model may generate, if it was told a limit."""
    names = ("max_output_tokens", "max_completion_tokens", "max_tokens")
    limits = (getattr(model, name, None) for name in names)
    return next((limit for limit in limits if isinstance(limit, int)), None)
