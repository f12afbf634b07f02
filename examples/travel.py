"""A team with a tool, a call that must be confirmed, and a team inside the team.

    OPENAI_API_KEY=… storyteam-tui --team examples/travel.py:make_team "three days in Rome"

Agno's own documentation says what else a team can do; whatever it is, stop stops it.
"""

from agno.agent import Agent
from agno.models.openai import OpenAIChat
from agno.team import Team
from agno.tools import tool

MODEL = "gpt-5.2"


def forecast(city: str, days: int = 3) -> str:
    """Say how the weather in a city will be in the next days."""
    return f"{city}: mild, with a shower on day {days}"


@tool(requires_confirmation=True)
def book_room(city: str, nights: int) -> str:
    """Book a room in a city. The traveller is asked before that happens."""
    return f"a room in {city} is booked for {nights} nights"


def make_team() -> Team:
    """Return the team; it is called once for every run."""
    scouts = Team(
        name="Scouts",
        role="find out what there is to see, and how the weather will be",
        model=OpenAIChat(id=MODEL),
        members=[
            Agent(name="Guide", role="knows the sights", model=OpenAIChat(id=MODEL)),
            Agent(
                name="Weather Frog",
                role="knows the weather",
                model=OpenAIChat(id=MODEL),
                tools=[forecast],
            ),
        ],
    )
    clerk = Agent(name="Clerk", role="books rooms", model=OpenAIChat(id=MODEL), tools=[book_room])
    return Team(name="Travel Agency", model=OpenAIChat(id=MODEL), members=[scouts, clerk])
