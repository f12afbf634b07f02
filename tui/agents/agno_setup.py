"""Importing Agno the way a live screen needs it: quietly, and without stalling other threads."""

import gc
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from tui.files import make_private_folder, open_private
from tui.secrets import mask

_LOGGERS = ("agno", "agno-team", "agno-workflow", "openai", "asyncio")
_importing = threading.Lock()
"""Two runs may begin at the same time; what is set for the import is set back once."""
_SWITCH_SECONDS = 0.0005
_THRESHOLDS = (20_000, 20, 10_000)
_LOG_BYTES = 1_000_000


def import_agno(log_path: Path) -> None:
    """Import what a run needs of Agno, with its telemetry off and its log in a file.

    Only once: whatever is garbage when the collector's objects are frozen stays for ever.
    """
    with _importing:
        os.environ["AGNO_TELEMETRY"] = "false"
        if "agno.models.openai" not in sys.modules:
            with _other_threads_first():
                import agno.models.openai
                import agno.team  # noqa: F401
                import genai_prices  # noqa: F401 - wanted right after
        _log_to(log_path)


class _PrivateLog(RotatingFileHandler):
    """Also the file after a rotation is this user's alone."""

    def _open(self) -> TextIOWrapper:
        number = open_private(Path(self.baseFilename))
        return open(number, "a", encoding="utf-8", errors="backslashreplace")


class _MaskingFormatter(logging.Formatter):
    """Agno logs what a server says, and a server may say the key."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


@contextmanager
def _other_threads_first() -> Iterator[None]:
    """Keep the screen responsive during a second of imports.

    The collector, which walks the thousands of new objects again and again, is what stalls other
    threads; a shorter switch interval gives them their turn sooner.
    """
    interval, was_enabled = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        # A full pass stops every thread for a tenth of a second: not in the middle of a run.
        gc.set_threshold(*_THRESHOLDS)
        if was_enabled:
            gc.enable()
        sys.setswitchinterval(interval)


def _log_to(path: Path) -> None:
    """Send the libraries' logs to a private file: Agno's own handler prints on stdout."""
    handler: logging.Handler
    try:
        make_private_folder(path.parent)
        os.close(open_private(path))
        handler = _PrivateLog(path, maxBytes=_LOG_BYTES, backupCount=1, delay=True)
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_MaskingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.setLevel(logging.WARNING)
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
    logging.raiseExceptions = False
