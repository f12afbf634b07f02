"""A program that stays open for many runs needs no more memory than for a few."""

import gc
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from tests.harness.stage import staged
from tests.harness.waiting import until

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
