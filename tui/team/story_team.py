"""The Storytelling Team: a leader, a StorytellerAgent and an EditorAgent."""

from agno.agent import Agent
from agno.models.base import Model
from agno.team import Team


def build_team(leader_model: Model, storyteller_model: Model, editor_model: Model) -> Team:
    """Return a fresh team. Every run needs its own: one used on two event loops fails."""
    storyteller = Agent(
        name="StorytellerAgent",
        model=storyteller_model,
        description="An agent that writes creative stories",
    )
    editor = Agent(
        name="EditorAgent",
        model=editor_model,
        description="An agent that reviews and improves stories",
    )
    return Team(
        name="Storytelling Team",
        members=[storyteller, editor],
        model=leader_model,
        description="A team that collaborates to write detailed stories",
    )
