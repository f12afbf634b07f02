"""A program that stays open for many runs needs no more memory than for a few."""

import gc
import sys
import weakref
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from textual.widgets._footer import FooterKey

from tests.harness.stage import staged
from tests.harness.waiting import until

if TYPE_CHECKING:
    from tests.harness.scripted import ScriptedRun

MOMENTS = (25, 30, 35)
"""After how many runs to look; what is kept of the last ones is all there at the first."""
MOST_GROWTH_BLOCKS = 2_500
"""From one moment to the next; a single run that is kept takes 2,000."""
MOST_GROWTH_BYTES = 1_250_000
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
        seen: list[tuple[int, int, int]] = []
        for number in range(1, MOMENTS[-1] + 1):
            stage.run.begin()
            stage.run.write("word and another " * 200)
            stage.run.end()
            await stage.shows("Results")
            gone.append(weakref.ref(stage.runs.pop()))
            if number in MOMENTS:
                seen.append((*used(), keys_alive()))
            await stage.pilot.press("r")
            await until(lambda: stage.runs)
    # What a thread of another test imports meanwhile grows once, and a leak every time.
    blocks, size, keys = (
        min(after - before for before, after in pairwise(figures))
        for figures in zip(*seen, strict=True)
    )
    assert blocks < MOST_GROWTH_BLOCKS
    assert size < MOST_GROWTH_BYTES
    assert keys <= 0
    assert sum(run() is not None for run in gone) <= 2
