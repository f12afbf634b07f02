"""From a task to a fresh team: the embedded one, that of a server, or the user's own."""

from typing import Any

from tui.config.backend import EMBEDDED
from tui.config.endpoint import Endpoint
from tui.config.inputs import read_inputs
from tui.config.settings import Settings
from tui.control.execution import Task
from tui.local.address import EngineAddress
from tui.local.capabilities import calls_tools
from tui.team.leading import CANNOT_CALL, LEADS
from tui.team.members import models_of
from tui.team.models import EngineModel, make_model
from tui.team.runner import PreparedTeam
from tui.team.story_team import build_team
from tui.team.user_team import load_team
from tui.team.workflows import agents_in, is_workflow
from tui.text.untrusted import clean_line


def prepare_team(task: Task) -> PreparedTeam:
    """Return a fresh team.

    Raises:
        StoryteamError: when the settings or the user's module are in the way.
    """
    settings = task.settings
    if settings.team:
        return _user_team(settings)
    return _local_team(settings, task.engine) if task.engine else _remote_team(settings)


def _remote_team(settings: Settings) -> PreparedTeam:
    leader, storyteller, editor = (make_model(settings) for _ in range(3))
    team = build_team(leader, storyteller, editor)
    return PreparedTeam(team, settings.endpoint, inputs=read_inputs(settings))


def _user_team(settings: Settings) -> PreparedTeam:
    team = load_team(settings.team or "")
    owners = list(agents_in(team)) if is_workflow(team) else [team]
    models = (model for owner in owners for model in models_of(owner))
    names = dict.fromkeys(clean_line(model.id, 40) for model in models)
    return PreparedTeam(team, settings.endpoint, ", ".join(names), read_inputs(settings))


def _local_team(settings: Settings, address: EngineAddress) -> PreparedTeam:
    from tui.local.playbook import leader_model, member_model

    endpoint = Endpoint(address.model, address.base_url, "chat", backend=EMBEDDED)
    limits: Any = {
        "temperature": settings.temperature,
        "max_tokens": settings.max_tokens,
        "timeout": settings.timeout,
    }
    is_known = not (settings.gguf or settings.hf)
    if not is_known and calls_tools(address):
        where: Any = {"base_url": address.base_url, "api_key": address.api_key}
        models = (EngineModel(id=address.model, **where, **limits) for _ in range(3))
        return PreparedTeam(build_team(*models), endpoint, note=LEADS)
    storyteller, editor = (member_model(address, **limits) for _ in range(2))
    note = "" if is_known else CANNOT_CALL
    return PreparedTeam(build_team(leader_model(), storyteller, editor), endpoint, note=note)
