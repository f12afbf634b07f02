"""The real command in a real pty, and its model in a process of its own."""

import fcntl
import math
import multiprocessing
import os
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Concatenate, NamedTuple, ParamSpec, Self, TypeVar

from tests.harness.command import COMMAND, environment
from tests.servers import ModelServer, Script

P = ParamSpec("P")
T = TypeVar("T")

COLUMNS, ROWS = 120, 40
PATIENCE_SECONDS = 60.0
TITLE, BEGUN = "storyteam", "preparing"
SIGNS, PANEL = ("Cancelling", "cancelled"), "Was cancelled"


class Model:
    """The model server in a process of its own. Its instants are this machine's, as ours are."""

    def __init__(self, script: Script | Callable[[], Script]) -> None:
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


def _serve(script: Script | Callable[[], Script], pipe: Connection) -> None:
    with ModelServer(script if isinstance(script, Script) else script()) as server:
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

    def __init__(self, *command: str, base_url: str = "", first: str = "") -> None:
        """``first`` is looked for from the very start."""
        self._home = tempfile.TemporaryDirectory()
        more = {"OPENAI_API_KEY": "sk-benchmark", "OPENAI_BASE_URL": base_url} if base_url else {}
        env = environment(Path(self._home.name), **more)
        self._terminal, inside = os.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.written = 0
        """The bytes that it has written to the terminal."""
        self._change = threading.Condition()
        self.look_for(*[first] if first else [])
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
        self.pid = self.process.pid
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._reader.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind and self.process.poll():
            print(f"The program ended with {self.process.poll()}", file=sys.stderr)
        self.process.kill()
        self.process.wait()
        self._reader.join()
        os.close(self._terminal)
        self._home.cleanup()

    def look_for(self, *texts: str) -> None:
        """Look for these from now on, and for nothing else."""
        with self._change:
            self._seen: dict[bytes, float] = dict.fromkeys(map(str.encode, texts), math.inf)
            self._tail = b""

    def press(self, key: str, *answers: str) -> float:
        """Press a key, look for the answers, and return the instant of the press."""
        self.look_for(*answers)
        pressed_at = time.monotonic()
        os.write(self._terminal, key.encode())
        return pressed_at

    def seen_at(self, *texts: str, timeout: float = PATIENCE_SECONDS) -> float:
        """Return the instant at which one of these was read; infinity when none came."""
        keys = [text.encode() for text in texts]
        with self._change:
            self._change.wait_for(lambda: any(self._seen[key] < math.inf for key in keys), timeout)
            return min(self._seen[key] for key in keys)

    def _read(self) -> None:
        with suppress(OSError):
            while data := os.read(self._terminal, 1 << 16):
                read_at = time.monotonic()
                self.written += len(data)
                with self._change:
                    self._search(self._tail + data, read_at)

    def _search(self, data: bytes, read_at: float) -> None:
        longest = max(map(len, self._seen), default=1)
        for text, seen_at in self._seen.items():
            if seen_at == math.inf and text in data:
                self._seen[text] = read_at
                self._change.notify_all()
        self._tail = data[-longest:]


class KeyTrial(NamedTuple):
    """Seconds from the key to what is read on the terminal."""

    sign: float
    panel: float


def press_cancel(program: Program) -> KeyTrial:
    """Press the key that cancels, and wait for the first sign of it and for the results."""
    pressed_at = program.press("c", *SIGNS, PANEL)
    panel = program.seen_at(PANEL) - pressed_at
    return KeyTrial(min(program.seen_at(*SIGNS, timeout=0) - pressed_at, panel), panel)


def press_again_and_again(
    script: Script, reach: Callable[[Model], object], pauses: Sequence[float]
) -> list[KeyTrial]:
    """Run, reach the phase, pause, cancel; once for every pause."""
    trials: list[KeyTrial] = []
    with Model(script) as model, Program(base_url=model.base_url) as program:
        for pause in pauses:
            if trials:
                model.ask(forget)
                program.press("r")
            reach(model)
            time.sleep(pause)
            trials.append(press_cancel(program))
    return trials
