"""Importing Agno: quietly, with its telemetry off and its log in a file."""

import gc
import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from tui.system.files import make_private_folder, open_private
from tui.text.secrets import mask

_LOGGERS = ("agno", "agno-team", "agno-workflow", "openai", "asyncio")
_LOG_BYTES = 1_000_000


def import_agno(log_path: Path) -> None:
    """Import Agno with its telemetry off, and send its log to a file."""
    os.environ["AGNO_TELEMETRY"] = "false"
    # The collector would walk thousands of new objects again and again, and none of them goes.
    gc.disable()
    import tui.team.prepare  # noqa: F401

    gc.freeze()
    gc.enable()
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
