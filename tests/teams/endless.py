"""A team whose model and tool say far too much at once."""

import os
from collections.abc import AsyncIterator
from typing import Any

from agno.agent import Agent
from agno.models.response import ModelResponse
from agno.team import Team

from tests.teams.models import chat
from tests.teams.scripted_model import ScriptedModel


def pour() -> str:
    """Return more than any model could read."""
    return "word " * 2_000_000


class PouringModel(ScriptedModel):
    """Writes one delta of a great length, and another one if it is asked for more."""

    async def ainvoke_stream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ModelResponse]:
        text = os.environ["TEST_UNIT"] * int(os.environ["TEST_TIMES"])
        for _ in range(int(os.environ.get("TEST_DELTAS", "1"))):
            yield ModelResponse(role="assistant", content=text)


def with_model() -> Team:
    return Team(name="Endless", model=PouringModel(), members=[])


def with_tool() -> Team:
    helper = Agent(name="Helper", role="helps", model=chat(), tools=[pour])
    return Team(name="Endless", model=chat(), members=[helper])
