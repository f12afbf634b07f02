"""The modes in which a team can work, and other ways to put one together."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from agno.agent import Agent
from agno.db.in_memory import InMemoryDb
from agno.models.base import Model
from agno.models.response import ModelResponse
from agno.team import Team
from agno.team.mode import TeamMode
from agno.tools.reasoning import ReasoningTools

from tests.teams.models import chat


def _agents() -> list[Agent | Team]:
    return [
        Agent(name="English Agent", role="answers in English", model=chat()),
        Agent(name="Spanish Agent", role="answers in Spanish", model=chat()),
    ]


def coordinate() -> Team:
    return Team(name="Languages", model=chat(), members=_agents(), mode=TeamMode.coordinate)


def route() -> Team:
    return Team(name="Languages", model=chat(), members=_agents(), mode=TeamMode.route)


def broadcast() -> Team:
    return Team(name="Languages", model=chat(), members=_agents(), mode=TeamMode.broadcast)


def tasks() -> Team:
    return Team(name="Languages", model=chat(), members=_agents(), mode=TeamMode.tasks)


def late_members() -> Team:
    """The members are made when the run has begun."""
    return Team(name="Languages", model=chat(), members=lambda: _agents())


def without_models() -> Team:
    """The members have no model of their own: they take the team's."""
    members: list[Agent | Team] = [Agent(name="English Agent", role="answers in English")]
    return Team(name="Languages", model=chat(), members=members)


def reasoning() -> Team:
    return Team(
        name="Languages",
        model=chat(),
        members=_agents(),
        tools=[ReasoningTools(add_instructions=True)],
    )


def remembering() -> Team:
    """Agno asks a copy of the model what to remember, and the model itself for a summary."""
    return Team(
        name="Languages",
        model=chat(),
        members=_agents(),
        db=InMemoryDb(),  # type: ignore[no-untyped-call]
        update_memory_on_run=True,
        enable_session_summaries=True,
    )


class Parrot(Model):
    """A model class that no provider knows: it says the same word for ever."""

    def __init__(self) -> None:
        super().__init__(id="parrot", name="Parrot", provider="The pet shop")

    async def ainvoke_stream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ModelResponse]:
        import asyncio

        yield ModelResponse(role="assistant", content="Polly ")
        # It never says another word, and no timeout of its own would ever end that.
        await asyncio.Event().wait()

    async def ainvoke(self, *args: Any, **kwargs: Any) -> ModelResponse:
        raise NotImplementedError

    def invoke(self, *args: Any, **kwargs: Any) -> ModelResponse:
        raise NotImplementedError

    def invoke_stream(self, *args: Any, **kwargs: Any) -> Iterator[ModelResponse]:
        raise NotImplementedError

    def _parse_provider_response(self, response: Any, **kwargs: Any) -> ModelResponse:
        raise NotImplementedError

    def _parse_provider_response_delta(self, response: Any) -> ModelResponse:
        raise NotImplementedError


def parrot() -> Team:
    return Team(name="Parrots", model=Parrot(), members=[Agent(name="Chick", model=Parrot())])
