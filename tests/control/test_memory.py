"""A program that stays open for many runs needs no more memory than for a few."""

import gc
import os
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.harness.stage import staged
from tests.harness.waiting import until, wait_until
from tui.config.settings import Settings
from tui.control import run_builder
from tui.control.run_builder import RunBuilder
from tui.control.worker import WorkerCommand, plain_agno_command
from tui.control.worker_run import WorkerPool
from tui.history import History
from tui.run.events import Event, RunEnded
from tui.run.protocol import RunRequest

if TYPE_CHECKING:
    from tests.harness.scripted import ScriptedRun

FEW, MANY = 10, 100
MOST_GROWTH_BYTES = 10_000_000
PAGE_BYTES = 4096


def resident_bytes() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES


async def test_a_hundred_runs_in_one_app_take_no_more_memory_than_ten() -> None:
    gone: list[weakref.ref[ScriptedRun]] = []
    async with staged() as stage:
        after_few = 0
        for number in range(1, MANY + 1):
            stage.run.begin()
            stage.run.write("word and another " * 200)
            stage.run.end()
            await stage.shows("Results")
            gone.append(weakref.ref(stage.runs.pop()))
            if number == FEW:
                after_few = resident_bytes()
            await stage.pilot.press("r")
            await until(lambda: stage.runs)
        grown = resident_bytes() - after_few
    assert grown < MOST_GROWTH_BYTES
    assert sum(run() is not None for run in gone) <= 2


def test_a_hundred_runs_in_worker_processes_leave_nothing_behind(
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

    def held() -> tuple[int, int]:
        return threading.active_count(), len(os.listdir("/proc/self/fd"))

    try:
        for _ in range(FEW):
            run_once()
        few, after_few = held(), resident_bytes()
        for _ in range(MANY - FEW):
            run_once()
        assert resident_bytes() - after_few < MOST_GROWTH_BYTES
        wait_until(lambda: all(now <= then + 2 for now, then in zip(held(), few, strict=True)))
    finally:
        pool.close()
        builder.close()
    assert len(history.stories()) == MANY
    assert {row.words for row in history.stories()} == {600}
