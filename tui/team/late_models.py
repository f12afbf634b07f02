"""Models that are asked in the course of a run and were not known before it."""

from functools import wraps
from typing import Any

from agno.models.base import Model

from tui.team.current_guard import current_guard
from tui.team.model_guard import guard_model


def guard_late_models() -> None:
    """Have every model that is asked in the course of a run belong to it.

    An agent inside a tool or a hook is none of the team's: it is found when its model is asked.
    """
    for name in ("response", "aresponse", "response_stream", "aresponse_stream"):
        method: Any = getattr(Model, name)
        if not hasattr(method, "is_watched"):
            setattr(Model, name, _adopting(method))


def _adopting(method: Any) -> Any:
    @wraps(method)
    def adopt(model: Model, *args: Any, **kwargs: Any) -> Any:
        guard = current_guard()
        if guard and getattr(model, "_guard", None) is not guard:
            guard_model(model, guard)
        return method(model, *args, **kwargs)

    adopt.is_watched = True  # type: ignore[attr-defined]
    return adopt
