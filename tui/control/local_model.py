"""The embedded model, which outlives a run: its weights and its engine."""

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
        """Return where the engine listens; fetches the weights and starts it when needed.

        Raises:
            StoryteamError: when the weights or the engine cannot be had.
            PreparationCancelled: when the run does not want them any more.
        """
        # Not before they are needed: the first paint does not wait for them.
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
