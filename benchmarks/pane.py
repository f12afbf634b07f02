"""The live pane against Textual's own: `python -m benchmarks.pane [--quick]`.

Every case runs in a process of its own, in a headless 120x40 terminal. "Burst" is 100 000 words
as fast as they go in, also with Markdown in them, which only our pane and MarkdownStream show as
such; "paced" is 100 tokens a second, and its processor time is what is left when that of the same
app with nothing to show is taken off.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from typing import Any

from benchmarks.bench_app import CHUNK_TOKENS, SIZE, BenchApp
from benchmarks.contenders import CONTENDERS
from benchmarks.measure import (
    LagProbe,
    Stopwatch,
    in_a_process_of_its_own,
    marked_story,
    memory_mb,
    story,
    table,
)

TOKENS_PER_SECOND = 100
SCREENFUL_WORDS = 2_000
MARKED = "with Markdown"
OURS, FLOOR = "StoryLog", "nothing"


async def burst(name: str, words: int, detail: str) -> dict[str, float]:
    contender = CONTENDERS[name]()
    tokens = marked_story(words) if MARKED in detail else story(words)
    by_token = detail.startswith("tokens")
    async with BenchApp(contender).run_test(size=SIZE) as pilot:
        await pilot.pause()
        before = memory_mb()
        async with LagProbe() as probe:
            watch = Stopwatch()
            for start in range(0, words, CHUNK_TOKENS):
                chunk = tokens[start : start + CHUNK_TOKENS]
                for text in chunk if by_token else ["".join(chunk)]:
                    await contender.write(text)
                await asyncio.sleep(0)
            await contender.finish()
            await pilot.pause()
            seconds = watch.seconds
        memory = memory_mb() - before
        watch = Stopwatch()
        await pilot.resize_terminal(SIZE[0] - 20, SIZE[1])
        resize = watch.seconds
    return {
        "tokens_per_second": words / seconds,
        "memory": memory,
        "resize": 1000 * resize,
        **probe.summary(),
    }


async def paced(name: str, words: int, seconds: float) -> dict[str, float]:
    contender = CONTENDERS[name]()
    loaded, tokens = story(words), story(int(seconds * TOKENS_PER_SECOND))
    async with BenchApp(contender).run_test(size=SIZE) as pilot:
        await pilot.pause()
        for start in range(0, words, CHUNK_TOKENS):
            await contender.write("".join(loaded[start : start + CHUNK_TOKENS]))
            await asyncio.sleep(0)
        await pilot.pause()
        memory_mb()
        loop = asyncio.get_running_loop()
        begin = loop.time()
        async with LagProbe() as probe:
            watch = Stopwatch()
            for index, token in enumerate(tokens):
                await contender.write(token)
                due = begin + (index + 1) / TOKENS_PER_SECOND
                await asyncio.sleep(max(0.0, due - loop.time()))
            percent = watch.cpu_percent
    return {"cpu": percent, **probe.summary()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the words and seconds")
    parser.add_argument("--case", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        what, name, words, detail = options.case
        job = (
            burst(name, int(words), detail)
            if what == "burst"
            else paced(name, int(words), float(detail))
        )
        print(json.dumps(asyncio.run(job)))
        return
    report(words=20_000 if options.quick else 100_000, seconds=3 if options.quick else 10)


def report(words: int, seconds: float) -> None:
    names = [name for name in CONTENDERS if name != FLOOR]
    cases = (("chunks", words), (f"chunks {MARKED}", words), ("tokens", words // 5))
    for detail, count in (*cases, (f"tokens {MARKED}", words // 5)):
        results = {name: _case("burst", name, count, detail) for name in names}
        _report_burst(f"Burst of {count:,} words, written in {detail}", results)
    lengths = (0, SCREENFUL_WORDS, words // 2, words)
    paced_results = {
        name: [_case("paced", name, length, str(seconds)) for length in lengths]
        for name in CONTENDERS
    }
    _report_paced(lengths, paced_results)


def _case(what: str, name: str, words: int, detail: str) -> dict[str, Any]:
    return in_a_process_of_its_own("benchmarks.pane", what, name, str(words), detail)


def _report_burst(title: str, results: dict[str, dict[str, Any]]) -> None:
    ours = results[OURS]
    rows = [
        [
            name,
            f"{result['tokens_per_second']:,.0f}",
            f"{ours['tokens_per_second'] / result['tokens_per_second']:.1f}x",
            f"{result['lag_p50']:.1f}",
            f"{result['lag_p99']:.1f}",
            f"{result['lag_p100']:.1f}",
            f"{result['memory']:.1f}",
            f"{ours['memory'] / result['memory']:.2f}x",
            f"{result['resize']:.0f}",
        ]
        for name, result in results.items()
    ]
    heads = ["tokens/s", "ours is", "lag p50 ms", "p99", "max", "MB", "ours is", "resize ms"]
    table(title, ["pane", *heads], rows)


def _report_paced(lengths: Sequence[int], results: dict[str, list[dict[str, Any]]]) -> None:
    floor = [result["cpu"] for result in results.pop(FLOOR)]
    net = {
        name: [result["cpu"] - idle for result, idle in zip(cases, floor, strict=True)]
        for name, cases in results.items()
    }
    rows = [
        [
            name,
            *(f"{percent:.1f}" for percent in net[name]),
            f"{net[OURS][0] / net[name][0]:.2f}x",
            f"{net[OURS][3] / net[name][3]:.2f}x",
            f"{net[name][2] / net[name][0]:.2f}x",
            f"{net[name][2] / net[name][1]:.2f}x",
            f"{cases[3]['lag_p99']:.1f}",
            f"{cases[3]['lag_p100']:.1f}",
        ]
        for name, cases in results.items()
    ]
    half = f"{lengths[2]:,} words"
    heads = ["CPU %, empty", *(f"{length:,}" for length in lengths[1:])]
    ratios = ["ours is, empty", "ours is, full", f"{half} to empty", "to a screenful"]
    title = f"{TOKENS_PER_SECOND} tokens a second, the floor of {floor[0]:.1f} % taken off"
    table(title, ["pane", *heads, *ratios, "lag p99 ms", "max"], rows)


if __name__ == "__main__":
    main()
