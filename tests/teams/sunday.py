"""A team whose hook refuses every delegation."""

from typing import Any

from agno.agent import Agent
from agno.team import Team

from tests.teams.scripted_model import delegates, says, text


def forbid(function_name: str, function_call: Any, arguments: dict[str, Any]) -> Any:
    if function_name.startswith("delegate_task"):
        raise ValueError("nothing may be delegated on a Sunday")
    return function_call(**arguments)


team = Team(
    name="Team",
    members=[Agent(name="Writer", model=says(text("Never.")))],
    model=says(delegates("writer"), text("So be it.")),
    tool_hooks=[forbid],
)
