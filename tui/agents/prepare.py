"""From settings to a fresh team: fetch the weights, start the engine, import Agno, build."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tui.agents.agno_setup import import_agno
from tui.agents.endpoint import Endpoint
from tui.config.paths import cache_dir, log_path
from tui.config.settings import Settings
from tui.errors import PreparationCancelled
from tui.files import make_private_folder
from tui.running.preparation import Preparation, PreparedTeam
from tui.text import clean_line

if TYPE_CHECKING:
    from tui.local.engine import Engine, EngineAddress


class TeamMaker:
    """Makes a team per run, and keeps the embedded engine alive between them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine: Engine | None = None

    def __call__(self, preparation: Preparation) -> PreparedTeam:
        """Return a fresh team; on a run's thread, and it may take long.

        Raises:
            StoryteamError: when the weights, the engine or the settings are in the way.
            PreparationCancelled: when nobody waits for it any more.
        """
        if self._settings.is_local:
            address = self._start_engine(preparation)
        preparation.report("Waking the agents", None)
        import_agno(log_path())
        if preparation.cancelled.is_set():
            raise PreparationCancelled
        if self._settings.is_local:
            return _local_team(self._settings, address)
        return _own_team(self._settings) if self._settings.team else _remote_team(self._settings)

    def close(self) -> None:
        """Stop the embedded engine, if it runs."""
        if self._engine:
            self._engine.stop()

    def _start_engine(self, preparation: Preparation) -> "EngineAddress":
        # Not before they are needed: the first paint does not wait for them.
        from tui.local.engine import Engine
        from tui.local.weights import ensure_weights

        report, cancelled = preparation.report, preparation.cancelled
        gguf = self._settings.gguf or ensure_weights(cache_dir(), report, cancelled)
        log = log_path().with_name("engine.log")
        try:
            make_private_folder(log.parent)
        except OSError:
            log = Path(os.devnull)
        self._engine = self._engine or Engine()
        return self._engine.start(gguf, log, report, cancelled)


def _remote_team(settings: Settings) -> PreparedTeam:
    from tui.agents.models import make_model
    from tui.agents.story_team import build_team

    leader, storyteller, editor = (make_model(settings) for _ in range(3))
    return PreparedTeam(build_team(leader, storyteller, editor), settings.endpoint)


def _own_team(settings: Settings) -> PreparedTeam:
    from tui.agents.members import models_of
    from tui.agents.own_team import load_team

    team = load_team(settings.team or "")
    names = dict.fromkeys(clean_line(model.id, 40) for model in models_of(team))
    return PreparedTeam(team, Endpoint("", "", is_own=True), ", ".join(names))


def _local_team(settings: Settings, address: "EngineAddress") -> PreparedTeam:
    from tui.agents.story_team import build_team
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
