"""The embedded model: its weights, and an engine that outlives a run."""

import os
from dataclasses import replace
from pathlib import Path

from tui.config.hub_name import hub_name
from tui.config.settings import Settings
from tui.config.which_model import writing_model
from tui.control.execution import Preparation
from tui.local.address import EngineAddress
from tui.local.engine import Engine
from tui.system.files import make_private_folder
from tui.system.paths import cache_dir, engine_log_path


class LocalModel:
    """Keeps one engine running from its first use until it is closed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine = Engine()

    def is_for(self, settings: Settings) -> bool:
        """Say whether it is the model that these settings name."""
        ours = self._settings
        return (ours.backend, ours.hf, ours.gguf) == (settings.backend, settings.hf, settings.gguf)

    def start(self, preparation: Preparation) -> EngineAddress:
        """Return where the engine listens, fetching the weights and starting it when needed.

        Raises:
            StoryteamError: when the weights cannot be fetched or the engine cannot start.
            PreparationCancelled: when the run is cancelled.
        """
        # Not before they are needed: the first paint does not wait for them.
        from tui.local.gguf import check_gguf
        from tui.local.room import check_memory
        from tui.local.tuning import remember_tuning, tokens_per_second, tune

        report, cancelled = preparation.report, preparation.cancelled
        label = writing_model(self._settings).label
        gguf = self._weights(preparation)
        check_gguf(gguf)
        check_memory(label, gguf.stat().st_size)
        log = engine_log_path()
        try:
            make_private_folder(log.parent)
        except OSError:
            log = Path(os.devnull)

        def measure(threads: int) -> float:
            def tell(what: str, fraction: float | None) -> None:
                report("Finding out how this machine writes fastest with it (only once)", None)

            address = self._engine.start(gguf, log, tell, cancelled, threads=threads)
            return tokens_per_second(address, cancelled)

        tuning = tune(label, gguf, measure)
        address = self._engine.start(gguf, log, report, cancelled, threads=tuning.threads)
        remember_tuning(label, replace(tuning, context=address.context, gpus=address.gpus))
        return address

    def _weights(self, preparation: Preparation) -> Path:
        from tui.local.hub.client import get_model
        from tui.local.weights import ensure_weights

        settings = self._settings
        report, cancelled = preparation.report, preparation.cancelled
        if settings.hf:
            return get_model(hub_name(settings.hf), report, cancelled)
        return settings.gguf or ensure_weights(cache_dir(), report, cancelled)

    def close(self) -> None:
        """Stop the engine, if it runs."""
        self._engine.stop()
