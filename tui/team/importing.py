"""While a user's module is imported nothing may run: it could not be seen or stopped.

Examples like to end with ``team.print_response(...)``, which belongs behind
``if __name__ == "__main__":``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from agno.agent import Agent
from agno.team import Team

_RUNNING = (
    "run", "arun", "print_response", "aprint_response", "continue_run", "acontinue_run",
    "cli_app", "acli_app",
)  # fmt: skip
_is_importing: ContextVar[bool] = ContextVar("storyteam_is_importing", default=False)


class RunsWhileImported(Exception):  # noqa: N818 - named for what happened
    """The module that is being imported wanted to run a team or an agent."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the module runs {what} while it is imported. "
            'Put that line behind: if __name__ == "__main__":'
        )


@contextmanager
def importing() -> Iterator[None]:
    """Refuse whatever runs a team or an agent, until the module is there."""
    for kind in _kinds():
        for name in _RUNNING:
            _watch(kind, name)
    token = _is_importing.set(True)
    try:
        yield
    finally:
        _is_importing.reset(token)


def _kinds() -> list[type]:
    """The classes whose objects can be run; workflows only if somebody wants them."""
    import sys

    workflow = getattr(sys.modules.get("agno.workflow"), "Workflow", None)
    return [Agent, Team, *([workflow] if workflow else [])]


def _watch(kind: type, name: str) -> None:
    method: Any = getattr(kind, name, None)
    if method is None or hasattr(method, "is_watched"):
        return

    @wraps(method)
    def watched(*args: Any, **kwargs: Any) -> Any:
        if _is_importing.get():
            raise RunsWhileImported(f"a{'n' if kind is Agent else ''} {kind.__name__}")
        return method(*args, **kwargs)

    watched.is_watched = True  # type: ignore[attr-defined]
    setattr(kind, name, watched)
