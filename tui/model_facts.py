"""What can be told of an Agno model without asking it: where it is, and which API it speaks."""

from agno.models.base import Model
from agno.models.openai import OpenAIChat, OpenAIResponses

from tui.endpoint import OPENAI_URL, Endpoint


def endpoint_of(model: Model, ours: Endpoint) -> Endpoint:
    """Return where this model is; ``ours`` is the endpoint that the settings chose."""
    url = str(getattr(model, "base_url", None) or "")
    if not ours.is_own:
        return ours
    speaks_openai = isinstance(model, OpenAIChat | OpenAIResponses)
    return Endpoint(
        model=model.id,
        base_url=url or (OPENAI_URL if speaks_openai else ""),
        api="responses" if isinstance(model, OpenAIResponses) else "chat",
        is_own=True,
        provider=model.provider or type(model).__name__,
    )
