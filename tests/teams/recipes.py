"""Teams whose answers are objects, in the manner of Agno's cookbook."""

from agno.agent import Agent
from agno.team import Team, TeamMode
from pydantic import BaseModel, Field

from tests.teams.models import chat


class Recipe(BaseModel):
    """A dish."""

    title: str
    steps: list[str] = Field(default_factory=list)
    serves: int = 2


def cook() -> Agent:
    return Agent(name="Cook", role="Knows how to cook", model=chat())


def make_team() -> Team:
    """The leader fits the schema itself."""
    return Team(name="Kitchen", model=chat(), members=[cook()], output_schema=Recipe)


def json_mode() -> Team:
    return Team(
        name="Kitchen", model=chat(), members=[cook()], output_schema=Recipe, use_json_mode=True
    )


def parsed() -> Team:
    """Another model makes the object of what the leader writes."""
    return Team(
        name="Kitchen",
        model=chat(),
        members=[cook()],
        output_schema=Recipe,
        parser_model=chat("parser"),
    )


def routed() -> Team:
    """The member fits the schema, and its answer is the team's."""
    member = Agent(name="Cook", role="Knows how to cook", model=chat(), output_schema=Recipe)
    return Team(name="Kitchen", model=chat(), members=[member], mode=TeamMode.route)


def alone() -> Agent:
    return Agent(name="Cook", model=chat(), output_schema=Recipe)
