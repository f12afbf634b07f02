"""Models by name, as the program uses them: each errand is done by a process of its own."""

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tui.config.hub_name import HubName
from tui.errors import PreparationCancelled
from tui.local.engine import needed
from tui.local.gguf import WeightsError
from tui.local.hub.model import CachedModel
from tui.system import die_with_parent

Report = Callable[[str, float | None], None]

_COMMAND = (sys.executable, "-P", str(die_with_parent.__file__))
_PROCESS = (sys.executable, "-P", "-m", "tui.local.hub.process")
_POLL_SECONDS = 0.02
_READ_BYTES = 1 << 16
_PREFIXES = ("HF_", "HUGGING", "TRANSFORMERS_", "XDG_", "SSL_CERT_")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_LOOPBACK = "localhost,127.0.0.1,::1"


def get_model(wanted: HubName, report: Report, cancelled: threading.Event) -> Path:
    """Return the path of a model's first file, fetching the model when it is not here.

    ``report`` is told what is being done and, when that can be told, how much of it is done.

    Raises:
        WeightsError: when it cannot be had.
        PreparationCancelled: within a tenth of a second of ``cancelled`` being set; the next try
            goes on with what has arrived.
    """
    return Path(str(_run(("get", str(wanted)), report, cancelled)))


def list_models() -> list[CachedModel]:
    """Return the models that are here.

    Raises:
        WeightsError: when that cannot be told.
    """
    found = _run(("list",), _no_report, threading.Event())
    return [CachedModel(**model) for model in found] if isinstance(found, list) else []


def remove_model(unwanted: HubName) -> int:
    """Remove a model, and return how many bytes that has freed.

    Raises:
        WeightsError: when it is not here, or cannot be removed.
    """
    return int(str(_run(("remove", str(unwanted)), _no_report, threading.Event())))


def _no_report(what: str, fraction: float | None) -> None:
    """Nothing is shown of a short errand."""


def _run(errand: tuple[str, ...], report: Report, cancelled: threading.Event) -> object:
    child = subprocess.Popen(
        [*_COMMAND, *_PROCESS, *errand],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(os.environ),
        start_new_session=True,
        bufsize=0,
    )
    try:
        for message in _messages(child, cancelled):
            match message:
                case ["report", str(what), fraction]:
                    report(what, fraction)
                case ["failed", str(sentence)]:
                    raise WeightsError(sentence)
                case ["done", result]:
                    return result
    finally:
        _end(child)
    raise WeightsError("The process that looks after models has ended by itself; try again.")


def _messages(child: subprocess.Popen[bytes], cancelled: threading.Event) -> Iterator[Any]:
    """Yield what the process says until its end.

    Raises:
        PreparationCancelled: as soon as ``cancelled`` is set.
    """
    assert child.stdout is not None
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            is_ready = selector.select(_POLL_SECONDS)
            if cancelled.is_set():
                raise PreparationCancelled
            if not is_ready:
                continue
            if not (data := os.read(child.stdout.fileno(), _READ_BYTES)):
                return
            *lines, rest = (rest + data).split(b"\n")
            yield from map(json.loads, lines)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the library may know, without the keys of other services."""
    kept = {
        name: value
        for name, value in environment.items()
        # An empty one counts as not set: for the library it would be the current folder.
        if value and (name.startswith(_PREFIXES) or name.lower() in _PROXIES)
    }
    # No server on this machine is reached through a proxy.
    direct = ",".join(filter(None, [kept.get("no_proxy") or kept.get("NO_PROXY"), _LOOPBACK]))
    switches = {
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        # Its downloads cannot be resumed.
        "HF_HUB_DISABLE_XET": "1",
        "NO_PROXY": direct,
        "no_proxy": direct,
    }
    return needed(environment) | kept | switches
