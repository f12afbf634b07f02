"""What the benchmarks share: lag of the event loop, processor time, memory, tables."""

import asyncio
import gc
import json
import math
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

PROBE_SECONDS = 0.005
TABLE_COLUMNS = 120
NOTHING = "-"
_PAGE_KILOBYTES = 4
_TEXT = (
    "The dragon who learned to code sat on a very small chair and typed, slowly, with two claws "
    "while the rain ran down the window and somebody in the village said: “It will never work” "
    "but the lamp burned on, the kettle sang, and line after line the program began to breathe."
)


def story(words: int, paragraph_words: int = 80) -> list[str]:
    """Return a story as tokens, a word each, in paragraphs."""
    vocabulary = _TEXT.split()
    tokens = [vocabulary[index % len(vocabulary)] + " " for index in range(words)]
    for index in range(paragraph_words - 1, words, paragraph_words):
        tokens[index] = tokens[index].rstrip() + "\n\n"
    return tokens


def marked_story(words: int) -> list[str]:
    """Return the same story with Markdown: emphasis twice in every paragraph, and blocks."""
    tokens = story(words)
    for index in range(10, words - 2, 40):
        mark = "**" if index % 120 == 10 else "*"
        tokens[index] = mark + tokens[index]
        tokens[index + 2] = f"{tokens[index + 2][:-1]}{mark} "
    for index in range(0, words, 80):
        opening = {0: "## The Dragon\n\n", 80: "> ", 160: "***\n\n", 240: "- "}
        tokens[index] = opening.get(index % 400, "") + tokens[index]
    return tokens


def memory_mb() -> float:
    """Return the memory this process holds, in megabytes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * _PAGE_KILOBYTES / 1024


class Stopwatch:
    """Wall and processor time since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._wall

    @property
    def cpu_percent(self) -> float:
        return 100 * (time.process_time() - self._cpu) / self.seconds


class LagProbe:
    """Measures by how much a short sleep on the event loop comes back too late."""

    def __init__(self) -> None:
        self.lags: list[float] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "LagProbe":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    def percentile(self, percent: float) -> float:
        """Return a percentile of the lag in milliseconds."""
        if not self.lags:
            return 0.0
        ordered = sorted(self.lags)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    def summary(self) -> dict[str, float]:
        return {f"lag_p{percent}": self.percentile(percent) for percent in (50, 99, 100)}

    async def _run(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(PROBE_SECONDS)
            self.lags.append(max(0.0, time.perf_counter() - before - PROBE_SECONDS))


def in_a_process_of_its_own(module: str, *arguments: str) -> dict[str, Any]:
    """Run one case of a benchmark, which prints a JSON object, and return that."""
    command = [sys.executable, "-m", module, "--case", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, the first column to the left and numbers to the right."""
    grid = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        grid.add_column(column, justify="right" if index else "left")
    for row in rows:
        grid.add_row(*row)
    Console(width=max(TABLE_COLUMNS, Console().width)).print(grid)


def percentile(values: Iterable[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def spread(seconds: Sequence[float]) -> list[str]:
    """Return p50, p99 and the largest in milliseconds, as cells of a table."""
    if not seconds:
        return [NOTHING] * 3
    return [milliseconds(percentile(seconds, percent)) for percent in (50, 99, 100)]


def milliseconds(seconds: float, limit: float = 5.0) -> str:
    return f"{1000 * seconds:.0f}" if seconds < math.inf else f">{limit:.0f} s"


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], markdown: bool) -> None:
    """Print a table for the terminal or for the README."""
    if not markdown:
        table(title, columns, rows)
        return
    dashes = ["---", *["---:"] * (len(columns) - 1)]
    lines = [" | ".join(cells) for cells in (columns, dashes, *rows)]
    print(f"\n**{title}**\n", *(f"| {line} |" for line in lines), sep="\n", flush=True)
