"""Runs in processes of their own leave nothing behind in the program, however many there were."""

import gc
import os
import sys
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from tests.harness.waiting import wait_until
from tui.config.settings import Settings
from tui.control import run_builder
from tui.control.run_builder import RunBuilder
from tui.control.worker import WorkerCommand, plain_agno_command
from tui.control.worker_run import WorkerPool
from tui.history import History
from tui.run.events import Event, RunEnded
from tui.run.protocol import RunRequest

MOMENTS = (10, 25, 40)
"""After how many runs to look; whatever is made once is there at the first."""
MOST_GROWTH_BLOCKS = 1_000
"""From one moment to the next: fifteen runs."""


def held() -> tuple[int, int]:
    """Threads, and open files."""
    return threading.active_count(), len(os.listdir("/proc/self/fd"))


def test_many_runs_in_worker_processes_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_builder, "WARM_UP_SECONDS", 0.0)
    *words, _ = plain_agno_command().words
    quick = WorkerCommand((*words, "tests.harness.quick_worker"), is_silent=True)
    settings = Settings(base_url="http://127.0.0.1:9/v1", api_key="sk-test-1234567890abcdef")
    pool = WorkerPool(settings, is_for_screen=True, command=quick)
    history = History(tmp_path / "history.db")
    builder = RunBuilder(settings, history, pool)

    def run_once() -> None:
        events: list[Event] = []
        run = builder.make_run(RunRequest("a cat"), events.append)
        run.start()
        assert run.join(30)
        assert sum(isinstance(event, RunEnded) for event in events) == 1

    blocks: list[int] = []
    few = held()
    try:
        for number in range(1, MOMENTS[-1] + 1):
            run_once()
            if number in MOMENTS:
                assert history.flush(10)
                gc.collect()
                blocks.append(sys.getallocatedblocks())
                few = held() if number == MOMENTS[0] else few
        wait_until(lambda: all(now <= then + 2 for now, then in zip(held(), few, strict=True)))
    finally:
        pool.close()
        builder.close()
    # What a thread of another test imports meanwhile grows once, and a leak every time.
    assert min(after - before for before, after in pairwise(blocks)) < MOST_GROWTH_BLOCKS
    rows = history.stories()
    assert (len(rows), {row.words for row in rows}) == (MOMENTS[-1], {600})
