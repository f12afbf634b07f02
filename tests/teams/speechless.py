"""Exceptions that cannot be put into words, raised wherever a team's own code runs."""

import os
import sys
from collections.abc import AsyncIterator
from typing import Any

from agno.agent import Agent
from agno.models.response import ModelResponse
from agno.team import Team

from tests.teams.models import chat
from tests.teams.scripted_model import ScriptedModel


class MuteError(Exception):
    """Raises when it is asked what it says."""

    def __str__(self) -> str:
        raise ValueError("no words")

    __repr__ = __str__


class LeavingError(Exception):
    """Leaves the program when it is asked what it says."""

    def __str__(self) -> str:
        sys.exit(5)

    __repr__ = __str__


class EndError(BaseException):
    """No Exception, and mute besides."""

    def __str__(self) -> str:
        raise KeyboardInterrupt

    __repr__ = __str__


KINDS: dict[str, type[BaseException]] = {
    "mute": MuteError, "leaving": LeavingError, "end": EndError,
}  # fmt: skip


def fail() -> str:
    """Fail without words."""
    raise KINDS[os.environ.get("TEST_KIND", "mute")]


class FailingModel(ScriptedModel):
    """A model of the user's own that fails."""

    async def ainvoke_stream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ModelResponse]:
        yield ModelResponse(role="assistant", content="Once ")
        fail()


def with_tool() -> Team:
    helper = Agent(name="Helper", role="helps", model=chat(), tools=[fail])
    return Team(name="Speechless", model=chat(), members=[helper])


def with_model() -> Team:
    return Team(name="Speechless", model=FailingModel(), members=[])


def with_maker() -> Team:
    fail()
    raise AssertionError
