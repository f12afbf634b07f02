"""From settings to a fresh team: fetch the weights, start the engine, import Agno, build."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tui.agno_setup import import_agno
from tui.endpoint import Endpoint
from tui.errors import PreparationCancelled, UsageError
from tui.preparation import Preparation, PreparedTeam
from tui.settings import Settings, cache_dir, log_path
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
        prepared = self._prepared(address if self._settings.is_local else None)
        if self._settings.max_cost is not None:
            check_prices(prepared)
        return prepared

    def _prepared(self, engine: "EngineAddress | None") -> PreparedTeam:
        if self._settings.team:
            return _own_team(self._settings.team)
        return _local_team(self._settings, engine) if engine else _remote_team(self._settings)

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
            log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            log = Path(os.devnull)
        self._engine = self._engine or Engine()
        return self._engine.start(gguf, log, report, cancelled)


def _remote_team(settings: Settings) -> PreparedTeam:
    from tui.models import make_model
    from tui.team import build_team

    leader, storyteller, editor = (make_model(settings) for _ in range(3))
    return PreparedTeam(build_team(leader, storyteller, editor), settings.endpoint)


def _own_team(spec: str) -> PreparedTeam:
    from tui.agents import models_of
    from tui.own_team import load_team

    team = load_team(spec)
    names = dict.fromkeys(clean_line(model.id, 40) for model in models_of(team))
    return PreparedTeam(team, Endpoint("", "", is_own=True), ", ".join(names))


def check_prices(prepared: PreparedTeam) -> None:
    """Make sure that a limit of cost can be kept.

    Raises:
        UsageError: when a model of the team has no known price.
    """
    from tui.agents import models_of
    from tui.model_facts import endpoint_of
    from tui.prices import rate_of

    for model in models_of(prepared.team):
        endpoint = endpoint_of(model, prepared.endpoint)
        if rate_of(endpoint) is None:
            raise UsageError(
                f"--max-cost: nobody knows the price of {endpoint.model} at {endpoint.address}. "
                "Limit the run with --max-words or --auto-cancel instead."
            )


def _local_team(settings: Settings, address: "EngineAddress") -> PreparedTeam:
    from tui.local.playbook import leader_model, member_model
    from tui.team import build_team

    members = [member_model(address, settings.temperature, settings.timeout) for _ in range(2)]
    team = build_team(leader_model(), *members)
    endpoint = Endpoint(address.model, address.base_url, "chat", is_local=True)
    return PreparedTeam(team, endpoint)
