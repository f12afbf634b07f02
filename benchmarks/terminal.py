"""The real command in a real pty: what its measurements share."""

import fcntl
import math
import multiprocessing
import os
import struct
import subprocess
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from benchmarks.measure import table
from tests.command import COMMAND, environment
from tests.servers import ModelServer, Script

P = ParamSpec("P")
T = TypeVar("T")

COLUMNS, ROWS = 120, 40
PATIENCE_SECONDS = 60.0
NOTHING = "-"


class Model:
    """The model server in a process of its own. Its instants are this machine's, as ours are."""

    def __init__(self, script: Script) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, far_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(script, far_end), daemon=True)
        self._process.start()
        self.base_url: str = self._pipe.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    def ask(
        self,
        question: Callable[Concatenate[ModelServer, P], T],
        *arguments: P.args,
        **more: P.kwargs,
    ) -> T:
        """Call a function with the server, over there, and return what it returns."""
        self._pipe.send((question, arguments, more))
        answer: T | Exception = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(script: Script, pipe: Connection) -> None:
    with ModelServer(script) as server:
        pipe.send(server.base_url)
        while True:
            question, arguments, more = pipe.recv()
            try:
                pipe.send(question(server, *arguments, **more))
            except Exception as error:
                pipe.send(error)


def forget(server: ModelServer) -> None:
    """Let the next request be the first."""
    server.wait_until_quiet()
    server.records.clear()


class Program:
    """A command on a terminal that is read as fast as it writes."""

    def __init__(self, *command: str, base_url: str = "") -> None:
        self._home = tempfile.TemporaryDirectory()
        more = {"OPENAI_API_KEY": "sk-benchmark", "OPENAI_BASE_URL": base_url} if base_url else {}
        env = environment(Path(self._home.name), **more)
        self._terminal, inside = os.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._change = threading.Condition()
        self._seen: dict[bytes, float] = {}
        """Instants at which what is looked for was read."""
        self._tail = b""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            command or [COMMAND],
            env=env,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        os.close(self._terminal)
        self._home.cleanup()

    def look_for(self, *texts: str) -> None:
        """Look for these from now on, and for nothing else."""
        with self._change:
            self._seen = {text.encode(): math.inf for text in texts}
            self._tail = b""

    def press(self, key: str, *answers: str) -> float:
        """Press a key, look for the answers, and return the instant of the press."""
        self.look_for(*answers)
        pressed_at = time.monotonic()
        os.write(self._terminal, key.encode())
        return pressed_at

    def seen_at(self, text: str, timeout: float = PATIENCE_SECONDS) -> float:
        """Return the instant at which the text was read; infinity when it did not come."""
        with self._change:
            self._change.wait_for(lambda: self._seen[text.encode()] < math.inf, timeout)
            return self._seen[text.encode()]

    def _read(self) -> None:
        with suppress(OSError):
            while data := os.read(self._terminal, 1 << 16):
                read_at = time.monotonic()
                with self._change:
                    self._search(self._tail + data, read_at)

    def _search(self, data: bytes, read_at: float) -> None:
        longest = max(map(len, self._seen), default=1)
        for text, seen_at in self._seen.items():
            if seen_at == math.inf and text in data:
                self._seen[text] = read_at
                self._change.notify_all()
        self._tail = data[-longest:]


def percentile(values: Iterable[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def spread(seconds: Sequence[float]) -> list[str]:
    """Return p50, p99 and the largest in milliseconds, as cells of a table."""
    if not seconds:
        return [NOTHING] * 3
    return [milliseconds(percentile(seconds, percent)) for percent in (50, 99, 100)]


def milliseconds(seconds: float, limit: float = 5.0) -> str:
    return f"{1000 * seconds:.0f}" if seconds < math.inf else f">{limit:.0f} s"


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], markdown: bool) -> None:
    """Print a table for the terminal or for the README."""
    if not markdown:
        table(title, columns, rows)
        return
    dashes = ["---", *["---:"] * (len(columns) - 1)]
    lines = [" | ".join(cells) for cells in (columns, dashes, *rows)]
    print(f"\n**{title}**\n", *(f"| {line} |" for line in lines), sep="\n", flush=True)
