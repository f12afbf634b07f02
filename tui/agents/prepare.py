"""From a task to a fresh team: the embedded one, that of a server, or the user's own."""

from tui.agents.endpoint import Endpoint
from tui.agents.members import models_of
from tui.agents.models import make_model
from tui.agents.own_team import load_team
from tui.agents.runner import PreparedTeam
from tui.agents.story_team import build_team
from tui.config.settings import Settings
from tui.control.execution import Task
from tui.local.engine import EngineAddress
from tui.text import clean_line


def prepare_team(task: Task) -> PreparedTeam:
    """Return a fresh team.

    Raises:
        StoryteamError: when the settings or the user's module are in the way.
    """
    settings = task.settings
    if settings.team:
        return _own_team(settings.team)
    return _local_team(settings, task.engine) if task.engine else _remote_team(settings)


def _remote_team(settings: Settings) -> PreparedTeam:
    leader, storyteller, editor = (make_model(settings) for _ in range(3))
    return PreparedTeam(build_team(leader, storyteller, editor), settings.endpoint)


def _own_team(spec: str) -> PreparedTeam:
    team = load_team(spec)
    names = dict.fromkeys(clean_line(model.id, 40) for model in models_of(team))
    return PreparedTeam(team, Endpoint("", "", is_own=True), ", ".join(names))


def _local_team(settings: Settings, address: EngineAddress) -> PreparedTeam:
    from tui.local.playbook import leader_model, member_model

    storyteller, editor = (
        member_model(
            address,
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
            timeout=settings.timeout,
        )
        for _ in range(2)
    )
    team = build_team(leader_model(), storyteller, editor)
    endpoint = Endpoint(address.model, address.base_url, "chat", is_local=True)
    return PreparedTeam(team, endpoint)
