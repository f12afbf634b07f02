"""A very long story, 1 000 000 words: `python -m benchmarks.memory [--quick]`.

Says what it costs to hold, whether a token still costs the same at the end, and how long a new
width takes. RichLog gets a tenth of the words: what it holds is a multiple of it.
"""

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable

from benchmarks.bench_app import CHUNK_TOKENS, SIZE, BenchApp
from benchmarks.contenders import CONTENDERS
from benchmarks.measure import (
    LagProbe,
    Stopwatch,
    in_a_process_of_its_own,
    memory_mb,
    story,
    table,
)

TAIL_TOKENS = 2_000


async def hold(name: str, words: int) -> dict[str, float]:
    """Fill the pane, then append single tokens, then change the width."""
    contender = CONTENDERS[name]()
    tokens = story(words)
    async with BenchApp(contender).run_test(size=SIZE) as pilot:
        await pilot.pause()
        before = memory_mb()
        first = await _microseconds_per_token(contender.write)
        for start in range(0, words, CHUNK_TOKENS):
            await contender.write("".join(tokens[start : start + CHUNK_TOKENS]))
            await asyncio.sleep(0)
        await contender.finish()
        await pilot.pause()
        memory = memory_mb() - before
        async with LagProbe() as probe:
            last = await _microseconds_per_token(contender.write)
        watch = Stopwatch()
        await pilot.resize_terminal(SIZE[0] - 20, SIZE[1])
        resize = 1000 * watch.seconds
    return {"memory": memory, "first": first, "last": last, "resize": resize, **probe.summary()}


async def _microseconds_per_token(write: Callable[[str], Awaitable[None]]) -> float:
    tokens = story(TAIL_TOKENS)
    watch = Stopwatch()
    for token in tokens:
        await write(token)
        await asyncio.sleep(0)
    return 1_000_000 * watch.seconds / TAIL_TOKENS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the words")
    parser.add_argument("--case", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        name, words = options.case
        print(json.dumps(asyncio.run(hold(name, int(words)))))
        return
    million = 100_000 if options.quick else 1_000_000
    sizes = {
        "StoryLog": (million // 10, million),
        "Log": (million,),
        "RichLog, live": (million // 10,),
    }
    rows = []
    for name, counts in sizes.items():
        for words in counts:
            result = in_a_process_of_its_own("benchmarks.memory", name, str(words))
            rows.append(
                [
                    name,
                    f"{words:,}",
                    f"{result['memory']:.1f}",
                    f"{1_000_000 * result['memory'] / words:.0f}",
                    f"{result['first']:.0f}",
                    f"{result['last']:.0f}",
                    f"{result['lag_p99']:.1f}",
                    f"{result['resize']:.0f}",
                ]
            )
    heads = ["words", "MB", "bytes/word", "first µs/token", "last", "lag p99 ms", "resize ms"]
    table("A long story", ["pane", *heads], rows)


if __name__ == "__main__":
    main()
