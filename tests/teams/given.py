"""A team whose instructions and tools depend on what it is given."""

from agno.agent import Agent
from agno.run import RunContext
from agno.team import Team

from tests.teams.models import chat


def look_up(run_context: RunContext) -> str:
    """Say what is known."""
    state, given = run_context.session_state or {}, run_context.dependencies or {}
    return f"{state.get('hero')}, {given.get('place')}, {run_context.user_id}"


def make_team() -> Team:
    return Team(
        name="Given",
        model=chat(),
        members=[Agent(name="Idle", model=chat())],
        tools=[look_up],
    )
