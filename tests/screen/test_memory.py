"""A program that stays open for many runs needs no more memory than for a few."""

import gc
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from textual.widgets._footer import FooterKey

from tests.harness.stage import staged
from tests.harness.waiting import until

if TYPE_CHECKING:
    from tests.harness.scripted import ScriptedRun

FEW, MANY = 25, 35
"""What is kept of the last runs, such as Textual's messages, is all there after the few."""
MOST_GROWTH_BLOCKS = 5_000
"""A run that is kept takes 2,000."""
MOST_GROWTH_BYTES = 2_500_000
PAGE_BYTES = 4096


def used() -> tuple[int, int]:
    """Blocks of Python's allocator, and bytes of the process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return sys.getallocatedblocks(), pages * PAGE_BYTES


def keys_alive() -> int:
    return sum(isinstance(one, FooterKey) for one in gc.get_objects())


async def test_many_runs_in_one_app_take_no_more_memory_than_a_few() -> None:
    gone: list[weakref.ref[ScriptedRun]] = []
    async with staged() as stage:
        blocks = size = keys = 0
        for number in range(1, MANY + 1):
            stage.run.begin()
            stage.run.write("word and another " * 200)
            stage.run.end()
            await stage.shows("Results")
            gone.append(weakref.ref(stage.runs.pop()))
            if number == FEW:
                (blocks, size), keys = used(), keys_alive()
            await stage.pilot.press("r")
            await until(lambda: stage.runs)
        blocks_now, size_now = used()
        assert keys_alive() <= 2 * keys
    assert blocks_now - blocks < MOST_GROWTH_BLOCKS
    assert size_now - size < MOST_GROWTH_BYTES
    assert sum(run() is not None for run in gone) <= 2
