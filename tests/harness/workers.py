"""Runs in a worker process, seen through the controller."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests import TEAMS
from tests.harness.processes import children_of
from tests.harness.running import Played
from tests.harness.waiting import wait_until
from tests.servers import ModelServer, Script
from tui.config.settings import Settings
from tui.control.worker import WorkerCommand
from tui.control.worker_run import WorkerPool, WorkerRun

_MARK = "TEST_MARK"


class Marked:
    """Finds the processes that were started meanwhile, wherever they have gone."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._mark = f"{_MARK}={uuid4().hex}"
        monkeypatch.setenv(*self._mark.split("="))

    def living(self) -> dict[int, str]:
        """The command lines of those that are alive, by pid."""
        return {
            int(process.name): (process / "cmdline").read_text().replace("\0", " ")
            for process in Path("/proc").glob("[0-9]*")
            if process.name != str(os.getpid()) and self._is_ours(process)
        }

    def supervisor(self) -> int:
        """The only child of this very process among them."""
        # A process that is just being started has no environment yet.
        wait_until(self._own_children)
        (pid,) = self._own_children()
        return pid

    def _own_children(self) -> set[int]:
        return set(self.living()) & set(children_of(os.getpid()))

    def worker(self) -> int:
        """The process in which the team runs."""
        (pid,) = children_of(self.supervisor())
        return pid

    def _is_ours(self, process: Path) -> bool:
        try:
            said = [(process / name).read_text(errors="replace") for name in ("environ", "cmdline")]
            return any(self._mark.partition("=")[2] in text for text in said)
        except OSError:
            return False


@contextmanager
def working(
    spec: str,
    script: Script,
    monkeypatch: pytest.MonkeyPatch,
    command: WorkerCommand | None = None,
) -> Iterator[tuple[Played, ModelServer]]:
    """Run a team of the tests in a worker until the test has seen enough."""
    monkeypatch.setenv("PYTHONPATH", str(TEAMS.parent.parent))
    with ModelServer(script) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        settings = Settings(team=str(TEAMS / spec))
        pool = WorkerPool(settings, command=command)
        with Played(execution=WorkerRun(pool), settings=settings) as played:
            yield played, server
        pool.close()
