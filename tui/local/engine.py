"""The engine: llama.cpp's server in a child process, which never outlives this one."""

import json
import os
import re
import secrets
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tui.errors import PreparationCancelled, StoryteamError
from tui.local.address import EngineAddress
from tui.local.context import context_tokens
from tui.system.files import open_private
from tui.text.untrusted import clean_line

Report = Callable[[str, float | None], None]

_PROGRAM = Path(__file__).with_name("engine_process.py")
_START_SECONDS = 300.0
"""A big model on a slow disk takes its time; this is only for one that hangs."""
_STOP_SECONDS = 1.0
_POLL_SECONDS = 0.02
_LOG_LIMIT_BYTES = 1 << 20
_LOG_PREFIX = re.compile(r"^[\d.]+ [A-Z] ")


class EngineError(StoryteamError):
    """The engine cannot be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    gguf: Path
    threads: int


@dataclass(frozen=True, slots=True)
class _Running:
    child: subprocess.Popen[bytes]
    wanted: _Wanted
    address: EngineAddress


class Engine:
    """Owns the child process. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._changing = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._running: _Running | None = None

    def start(
        self,
        gguf: Path,
        log_path: Path,
        report: Report,
        cancelled: threading.Event,
        *,
        threads: int = 1,
    ) -> EngineAddress:
        """Return the address of the engine with this model, starting it if it does not run so.

        It generates with so many ``threads``.

        Raises:
            EngineError: when it cannot be started.
            PreparationCancelled: a tenth of a second after ``cancelled`` was set at most.
        """
        with self._starting:
            running = self._running
            wanted = _Wanted(gguf, threads)
            if running and running.wanted == wanted and running.child.poll() is None:
                return running.address
            self.stop()
            report("Starting the story model", None)
            return self._start(wanted, log_path, cancelled)

    def stop(self) -> None:
        """End the child, at once and for certain; nothing happens when there is none."""
        with self._changing:
            child, self._child, self._running = self._child, None, None
        if child is not None:
            _end(child)

    def _start(self, wanted: _Wanted, log_path: Path, cancelled: threading.Event) -> EngineAddress:
        gguf = wanted.gguf
        api_key = secrets.token_urlsafe(24)
        child, log_start = _launch(log_path)
        with self._changing:
            self._child = child
        context = context_tokens(gguf)
        try:
            configuration = _configuration(wanted, api_key, context)
            reply = _handshake(child, configuration, cancelled)
        except BaseException:
            self.stop()
            raise
        if address := reply.get("address"):
            gpus = tuple(reply.get("gpus", "").splitlines())
            found = EngineAddress(f"{address}/v1", api_key, gguf.stem, context, gpus)
            with self._changing:
                if self._child is not child:
                    raise PreparationCancelled
                self._running = _Running(child, wanted, found)
            return found
        if self._child is not child:
            raise PreparationCancelled
        self.stop()
        raise EngineError(_explain(gguf, log_path, log_start, reply.get("error", "")))


def _configuration(wanted: _Wanted, api_key: str, context: int) -> bytes:
    """Return the one line that the child reads; the key is in no command line that way."""
    configuration = {
        "model": str(wanted.gguf),
        "api_key": api_key,
        "context": context,
        "threads": wanted.threads,
        "prompt_threads": min(os.cpu_count() or 1, 4),
    }
    return json.dumps(configuration).encode() + b"\n"


def _launch(log_path: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start the child; return it, and where in the log file its own part begins."""
    try:
        log = _open_log(log_path)
    except OSError as error:
        raise EngineError(
            f"The log file {log_path} cannot be written ({error.strerror})."
        ) from error
    try:
        if os.fstat(log).st_size > _LOG_LIMIT_BYTES:
            os.ftruncate(log, 0)
        log_start = os.fstat(log).st_size
        child = subprocess.Popen(
            # -P: neither the working directory nor this package can shadow a library there.
            [sys.executable, "-P", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            # Threads that wait for each other busily are many times slower as soon as anything
            # else runs on the machine.
            env=needed(os.environ) | {"OMP_WAIT_POLICY": "passive"},
            # The terminal's ctrl+c and hang-up are for the program, which decides.
            start_new_session=True,
        )
    finally:
        os.close(log)
    return child, log_start


def _open_log(path: Path) -> int:
    # Where there is no place for a log it goes nowhere.
    return os.open(path, os.O_WRONLY) if path == Path(os.devnull) else open_private(path)


def needed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what a native library may need of the environment, and no secret of other programs."""
    return {
        name: value
        for name, value in environment.items()
        if name in _NEEDED or name.startswith(_NEEDED_PREFIXES)
    }


_NEEDED = {"PATH", "HOME", "TMPDIR", "LANG", "LANGUAGE", "VIRTUAL_ENV", "SYSTEMROOT"}
_NEEDED_PREFIXES = (
    "LC_", "LD_LIBRARY_", "DYLD_", "PYTHON", "OMP_", "KMP_", "GGML_", "CUDA_", "HIP_", "VK_",
)  # fmt: skip


def _handshake(
    child: subprocess.Popen[bytes], configuration: bytes, cancelled: threading.Event
) -> dict[str, str]:
    """Configure the child and return its answer; empty when it died without one."""
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdout as answer:
        try:
            child.stdin.write(configuration)
            child.stdin.flush()
            _await_answer(answer, cancelled)
            reply: dict[str, str] = json.loads(answer.readline() or b"{}")
        except (BrokenPipeError, ValueError):
            return {}
        return reply


def _await_answer(answer: IO[bytes], cancelled: threading.Event) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(answer, selectors.EVENT_READ)
        while not selector.select(_POLL_SECONDS):
            if cancelled.is_set():
                raise PreparationCancelled
            if time.monotonic() > give_up_at:
                raise EngineError("The story model did not start within five minutes; try again.")


def _end(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None
    try:
        child.stdin.close()
    except OSError:
        child.kill()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


_EXPLANATIONS = (
    (
        r"not within the file bounds|failed to read key-value pairs|failed to read tensor"
        r"|invalid GGUF type|corrupted|failed to read header|bad_alloc|vector::_M",
        "The model file {path} is damaged or cut short; fetch it again.",
    ),
    (
        r"unknown model architecture: '?([\w.-]+)",
        "The engine does not know this kind of model ({0}): {path}; try another model file.",
    ),
    (
        r"failed to allocate|unable to allocate|out of memory|cannot allocate|mmap failed",
        "There is too little memory for {path}; try a smaller model file.",
    ),
    (r"failed to open GGUF file .*\((.+)\)", "The model file {path} cannot be read ({0})."),
    (
        r"No module named '?xllamacpp",
        "The engine (the package xllamacpp) is not installed; install storyteam-tui again.",
    ),
)


def _explain(gguf: Path, log_path: Path, log_start: int, error: str) -> str:
    """Turn what the child said, and what the native code logged before, into a sentence."""
    said = _log_since(log_path, log_start) + "\n" + error
    for pattern, sentence in _EXPLANATIONS:
        if match := re.search(pattern, said, re.IGNORECASE):
            return sentence.format(*match.groups(), path=gguf)
    lines = [_LOG_PREFIX.sub("", line) for line in said.splitlines() if line.strip()]
    detail = f" ({clean_line(lines[-1], 160)})" if lines else ""
    return f"The engine could not load {gguf}{detail}; its log is {log_path}."


def _log_since(path: Path, start: int) -> str:
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read(_LOG_LIMIT_BYTES).decode(errors="replace")
    except OSError:
        return ""
