"""What is cancelled: our run in its worker, and plain Agno in a process of its own."""

import math
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from benchmarks.phases import REACH_SECONDS, Phase
from benchmarks.plain_agno import PROMPT, STORY_TEAM
from tui.config.settings import Settings
from tui.control.controller import Controller
from tui.control.execution import Task
from tui.control.worker_run import WorkerPool, WorkerRun
from tui.run.events import Event, Preparing, RunEnded, RunStarted, ToolStarted
from tui.run.reasons import Reason

KEY = "sk-benchmark"
_HOSTILE = str(Path(__file__).parents[1] / "tests" / "teams" / "hostile.py")
_ROOT = str(Path(__file__).parents[1])


class Subject(Protocol):
    """A run that can be cancelled. Instants are seconds on the monotonic clock."""

    def start(self) -> None: ...
    def wait_for_the_tool(self) -> None: ...
    def cancel(self) -> None: ...
    def ended_at(self, timeout: float) -> float: ...
    def gone_at(self, timeout: float) -> float: ...


class OurRun:
    """A run as the program makes it, without a screen."""

    def __init__(self, pool: WorkerPool, base_url: str, phase: Phase) -> None:
        os.environ["OPENAI_BASE_URL"] = base_url
        os.environ["PYTHONPATH"] = _ROOT
        run_id = str(uuid4())
        settings = Settings(
            base_url=None if phase.tool else base_url,
            api_key=None if phase.tool else KEY,
            team=f"{_HOSTILE}:make_team" if phase.tool else None,
        )
        task = Task(run_id, PROMPT, settings)
        self._signs: queue.SimpleQueue[type] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._at = math.inf
        self._run = Controller(run_id, lambda _: task, WorkerRun(pool), self._take)

    def start(self) -> None:
        self._run.start()

    def wait_for(self, sign: type) -> None:
        while self._signs.get(timeout=REACH_SECONDS) is not sign:
            pass

    def wait_for_the_tool(self) -> None:
        self.wait_for(ToolStarted)

    def cancel(self) -> None:
        self._run.cancel(Reason.USER)

    def ended_at(self, timeout: float) -> float:
        self._ended.wait(timeout)
        return self._at

    def gone_at(self, timeout: float) -> float:
        return time.monotonic() if self._run.join(timeout) else math.inf

    def _take(self, event: Event) -> None:
        if isinstance(event, Preparing | RunStarted | ToolStarted):
            self._signs.put(type(event))
        elif isinstance(event, RunEnded):
            self._at = time.monotonic()
            self._ended.set()


class AgnoRun:
    """The same team on plain Agno."""

    def __init__(self, base_url: str, phase: Phase) -> None:
        environment = os.environ | {"OPENAI_BASE_URL": base_url, "PYTHONPATH": _ROOT}
        team = f"{_HOSTILE}:make_synchronous_team" if phase.tool else STORY_TEAM
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.plain_agno", team],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        )  # fmt: skip
        self._said: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()

    def start(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for_the_tool(self) -> None:
        """The server has handed the call out when the first run is known, and a moment later."""
        self._said.get(timeout=REACH_SECONDS)
        time.sleep(1.0)

    def cancel(self) -> None:
        self._tell()

    def ended_at(self, timeout: float) -> float:
        give_up_at = time.monotonic() + timeout
        while (left := give_up_at - time.monotonic()) > 0:
            try:
                line, at = self._said.get(timeout=left)
            except queue.Empty:
                break
            if line == "ended":
                return at
        return math.inf

    def gone_at(self, timeout: float) -> float:
        """Whatever the tool started is left behind until it is killed."""
        self._process.kill()
        self._process.wait()
        subprocess.run(["pkill", "-KILL", "-s", str(self._process.pid)], check=False)
        return math.inf

    def _tell(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put((line.strip(), time.monotonic()))
