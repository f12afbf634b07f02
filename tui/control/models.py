"""The models that can be chosen in the app, and the one that writes."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui.config.backend import SERVER, USER_TEAM
from tui.config.choice import ModelChoice, remember_choice, with_choice
from tui.config.hub_name import hub_name
from tui.config.settings import Settings
from tui.config.which_model import WritingModel, writing_model
from tui.errors import StoryteamError

if TYPE_CHECKING:
    from tui.local.offers import Offer

Report = Callable[[str, float | None], None]


def _identity(settings: Settings) -> tuple[object, ...]:
    """Return what tells one model from another, however it is named."""
    hub = hub_name(settings.hf).usual if settings.hf else None
    server = (settings.base_url, settings.model) if settings.backend is SERVER else None
    return settings.backend, hub, settings.gguf, server


class Models:
    """Offers models, fetches them, and lets the chosen one write from the next run on."""

    def __init__(
        self, settings: Settings, use: Callable[[Settings], None], memory: Path | None = None
    ) -> None:
        """``use`` is told the settings of the runs to come; ``memory`` keeps the choice."""
        self._given = self._settings = settings
        self._use = use
        self._memory = memory

    @property
    def writing(self) -> WritingModel:
        """The model that the next run will use."""
        return writing_model(self._settings)

    @property
    def can_be_chosen(self) -> bool:
        """Whether there is a choice: a team of the user's own brings its models."""
        return self._settings.backend is not USER_TEAM

    def is_writing(self, choice: ModelChoice) -> bool:
        """Say whether a choice would change nothing."""
        return _identity(with_choice(self._given, choice)) == _identity(self._settings)

    def servers(self) -> list[str]:
        """Return the names of the servers on this machine that have models; waits for them."""
        from tui.local.servers import find_models

        found = find_models() if self._settings.probe else []
        return list(dict.fromkeys(server.name for server, _ in found))

    def offers(self) -> list["Offer"]:
        """Return what can be chosen; waits for the disk, and for servers on this machine."""
        from tui.local.hub.client import list_models
        from tui.local.offers import offers
        from tui.local.servers import find_models
        from tui.system.memory import memory

        cached = []
        with suppress(StoryteamError):
            cached = list_models()
        served = find_models() if self._settings.probe else []
        return offers(self._given, cached, served, memory())

    def fetch(self, choice: ModelChoice, report: Report, cancelled: threading.Event) -> None:
        """Fetch a model from Hugging Face; waits for it.

        Raises:
            WeightsError: when it cannot be had.
            PreparationCancelled: soon after ``cancelled`` is set.
        """
        from tui.local.hub.client import get_model

        if choice.hf:
            get_model(hub_name(choice.hf), report, cancelled)

    def choose(self, choice: ModelChoice) -> None:
        """Let a model write from the next run on, and after the next start; waits for the disk."""
        self._settings = with_choice(self._given, choice)
        self._use(self._settings)
        if self._memory:
            remember_choice(self._memory, choice)
