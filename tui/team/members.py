"""What a team is made of: its agents, however deeply nested, and the models that they hold."""

from collections.abc import Callable, Iterator
from functools import wraps
from inspect import isawaitable
from typing import Any

from agno.agent import Agent
from agno.models.base import Model
from agno.team import Team

Member = Agent | Team
Runnable = Agent | Team | Any
"""A team, an agent, or a workflow, which is imported only by those who have one."""


def agents_of(owner: Runnable) -> Iterator[Member]:
    """Yield the team or agent itself, and everyone below it, once each."""
    seen: set[int] = set()
    waiting: list[Any] = [owner]
    while waiting:
        agent = waiting.pop(0)
        if id(agent) not in seen:
            seen.add(id(agent))
            yield agent
            waiting += [value for value in _held(agent) if isinstance(value, Agent | Team)]


def models_of(owner: Member) -> Iterator[Model]:
    """Yield every model that a run of this team or agent may ask, once each.

    Those of its members count, and those of what works for it: a memory, a summary, a fallback.
    """
    seen: set[int] = set()
    for agent in agents_of(owner):
        for held in _held(agent):
            for model in (held, *_held(held)) if not isinstance(held, Agent | Team) else ():
                if isinstance(model, Model) and id(model) not in seen:
                    seen.add(id(model))
                    yield model


def on_late_members(team: Team, welcome: Callable[[Member], None]) -> None:
    """Have ``welcome`` called for each member of a team whose members are made during the run."""
    make_members = team.members
    if not callable(make_members):
        return

    def welcomed(members: Any) -> Any:
        for member in members or ():
            welcome(member)
        return members

    async def welcomed_later(members: Any) -> Any:
        return welcomed(await members)

    @wraps(make_members)
    def make(*args: Any, **kwargs: Any) -> Any:
        members: Any = make_members(*args, **kwargs)
        return welcomed_later(members) if isawaitable(members) else welcomed(members)

    team.members = make


def _held(holder: Any) -> Iterator[Any]:
    """The attributes of an object, and the items of those that are lists."""
    for value in list(getattr(holder, "__dict__", {}).values()):
        if isinstance(value, list | tuple):
            yield from value
        else:
            yield value
