"""A team inside a team, in which both kinds of API are spoken."""

from agno.agent import Agent
from agno.team import Team

from tests.teams.models import chat, responses


def make_team() -> Team:
    research = Team(
        name="Research Team",
        role="finds things out",
        model=responses(),
        members=[
            Agent(name="Searcher", role="searches", model=chat()),
            Agent(name="Checker", role="checks", model=responses()),
        ],
    )
    writer = Agent(name="Writer", role="writes", model=chat())
    return Team(name="Newsroom", model=chat(), members=[research, writer])
