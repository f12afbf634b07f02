"""How many threads write fastest with a model on this machine: measured once, and remembered.

More are not always better: threads that share a core wait for each other at every token, and the
screen needs a core as well. So the ways are tried, by writing some words in each.
"""

import http.client
import json
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tui.errors import PreparationCancelled
from tui.local.address import EngineAddress
from tui.system.paths import cache_dir
from tui.system.state_file import recall, remember

_QUICK_BYTES = 300_000_000
"""One thread writes faster than anybody reads with a model up to this size, whatever the machine
does besides."""
_TOKENS = 16
_WORSE = 0.97
"""Fewer threads are taken unless they write slower than this share of the best."""
_POLL_SECONDS = 0.02
_TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a model was run, and what was measured for it."""

    size: int
    """Of the model, in bytes: another file of the same name is another model."""
    cores: int
    threads: int
    context: int = 0
    """In tokens."""
    gpus: tuple[str, ...] = ()
    speeds: Mapping[str, float] = field(default_factory=dict)
    """By number of threads: tokens per second."""


def recall_tuning(model: str) -> Tuning | None:
    """Return what is known of a model by its label, if it ever ran here."""
    with suppress(ValueError, TypeError):
        known = json.loads(recall(_path()).get(model, ""))
        return Tuning(**{**known, "gpus": tuple(known["gpus"])})
    return None


def remember_tuning(model: str, tuning: Tuning) -> None:
    """Note how a model was run."""
    if tuning != recall_tuning(model):
        remember(_path(), model, json.dumps(asdict(tuning)))


def tune(model: str, gguf: Path, measure: Callable[[int], float]) -> Tuning:
    """Return the number of threads to generate with; ``measure`` tells the speed of a number."""
    size, cores = gguf.stat().st_size, _cores()
    known = recall_tuning(model)
    if known and (known.size, known.cores) == (size, cores):
        return known
    speeds: dict[int, float] = {}
    if size > _QUICK_BYTES:
        for threads in _candidates(cores):
            speeds[threads] = measure(threads)
            if speeds[threads] < _WORSE * max(speeds.values()):
                break
    good = [n for n, speed in speeds.items() if speed >= _WORSE * max(speeds.values())]
    told = {str(threads): round(speed, 1) for threads, speed in speeds.items()}
    return Tuning(size, cores, min(good, default=1), speeds=told)


def tokens_per_second(address: EngineAddress, cancelled: threading.Event) -> float:
    """Return how fast an engine writes; 0 when it does not tell.

    Raises:
        PreparationCancelled: as soon as ``cancelled`` is set.
    """
    speeds: list[float] = []

    def write() -> None:
        with suppress(OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            speeds.append(_write_some(address))

    writing = threading.Thread(target=write, name="storyteam-tuning", daemon=True)
    writing.start()
    while writing.is_alive():
        if cancelled.wait(_POLL_SECONDS):
            raise PreparationCancelled
    return max(speeds, default=0.0)


def _write_some(address: EngineAddress) -> float:
    host, _, _ = address.base_url.removeprefix("http://").partition("/")
    # Takes no proxy from the environment.
    connection = http.client.HTTPConnection(host, timeout=_TIMEOUT_SECONDS)
    wanted = {"prompt": "Once upon a time", "n_predict": _TOKENS, "ignore_eos": True}
    headers = {"Authorization": f"Bearer {address.api_key}", "Content-Type": "application/json"}
    try:
        connection.request("POST", "/completion", json.dumps(wanted), headers)
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return float(answer["timings"]["predicted_per_second"])


def _candidates(cores: int) -> list[int]:
    """Return the numbers to try, the largest first: the slow ways are seldom tried then."""
    return sorted({max(1, cores >> halved) for halved in range(cores.bit_length())}, reverse=True)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Not on macOS.
        return os.cpu_count() or 1


def _path() -> Path:
    return cache_dir() / "engine.json"
