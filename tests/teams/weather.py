"""A member with tools: one just answers, one must be confirmed, one wants a value, one fails."""

from typing import Any

from agno.agent import Agent
from agno.team import Team
from agno.tools import tool

from tests.teams.models import chat


def forecast(city: str, days: int = 1) -> str:
    """Say how the weather will be."""
    return f"{city}: sun for {days} days\x1b[31m"


@tool(requires_confirmation=True)
def book_hotel(city: str) -> str:
    """Book a room."""
    return f"a room in {city} is booked"


@tool(requires_user_input=True, user_input_fields=["email"])
def send_plan(email: str) -> str:
    """Send the plan."""
    return f"the plan went to {email}"


@tool(external_execution=True)
def look_out_of_the_window() -> str:
    """Say what is there."""
    return ""


def lose_suitcase() -> str:
    """Fail."""
    raise ValueError("the suitcase is gone")


TOOLS: list[Any] = [forecast, book_hotel, send_plan, look_out_of_the_window, lose_suitcase]

team = Team(
    name="Travel Team",
    model=chat(),
    members=[Agent(name="Weather Agent", role="knows the weather", model=chat(), tools=TOOLS)],
)


def leader_with_tools() -> Team:
    return Team(
        name="Travel Desk",
        model=chat(),
        members=[Agent(name="Helper", model=chat())],
        tools=TOOLS,
    )
