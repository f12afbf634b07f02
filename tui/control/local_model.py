"""The embedded model: its weights, and an engine that outlives a run."""

import os
from pathlib import Path

from tui.control.execution import Preparation
from tui.local.address import EngineAddress
from tui.local.engine import Engine
from tui.system.files import make_private_folder
from tui.system.paths import cache_dir, engine_log_path


class LocalModel:
    """Keeps one engine running from its first use until it is closed."""

    def __init__(self, gguf: Path | None) -> None:
        self._gguf = gguf
        self._engine = Engine()

    def start(self, preparation: Preparation) -> EngineAddress:
        """Return where the engine listens, fetching the weights and starting it when needed.

        Raises:
            StoryteamError: when the weights cannot be fetched or the engine cannot start.
            PreparationCancelled: when the run is cancelled.
        """
        # Imported when needed: the first paint does not wait for it.
        from tui.local.weights import ensure_weights

        report, cancelled = preparation.report, preparation.cancelled
        gguf = self._gguf or ensure_weights(cache_dir(), report, cancelled)
        log = engine_log_path()
        try:
            make_private_folder(log.parent)
        except OSError:
            log = Path(os.devnull)
        return self._engine.start(gguf, log, report, cancelled)

    def close(self) -> None:
        """Stop the engine, if it runs."""
        self._engine.stop()
