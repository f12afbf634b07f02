"""The embedded model's stories, judged: `python -m benchmarks.writer [--against TREE] [--quick]`.

Each prompt is written with each seed, and by each build in turn, so that what else the machine
does is shared fairly. TREE is the work tree of another build; one engine serves them both. With
--keep FILE a benchmark that was stopped goes on, and --part 1/3 does a third of it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any, Self

from benchmarks.judges import Verdict, judge
from benchmarks.measure import show
from tui.local.address import EngineAddress
from tui.local.engine import Engine
from tui.local.weights import ensure_weights
from tui.system.paths import cache_dir

ROOT = Path(__file__).parent.parent
TELLER = Path(__file__).with_name("writer_case.py")
PROMPTS = (
    "a dragon who learns to code",
    "a lighthouse keeper who is afraid of the dark",
    "Write a story about a fox and a hedgehog.",
    "a robot that wants to paint",
    "the last bus to the moon",
    "a mouse in a cathedral",
    "Tell me a story about an old sailor and a storm.",
    "two sisters who find a map in the attic",
    "a baker whose bread makes people float",
    "a clock that runs backwards",
    "Write a bedtime story about a little cloud.",
    "a shy giant who moves to a small village",
    "the winter when the river spoke",
    "a detective cat in Paris",
    "a girl who collects echoes",
    "a wizard without any magic",
    "an astronaut who plants a garden on Mars",
    "a boy and his grandfather build a boat",
    "a train that is late for its own birthday",
    "Write about friendship between a wolf and a lamb",
)
SEEDS = (1, 2)
LONG = " Write 800 words."
LONG_PROMPTS = 10


@dataclass(frozen=True, slots=True)
class Told:
    """A story, and how it came."""

    prompt: str
    seed: int
    text: str
    first_seconds: float
    seconds: float

    @property
    def words_per_second(self) -> float:
        return len(self.text.split()) / self.seconds


class Build:
    """One build's team, in a process of its own."""

    def __init__(self, name: str, tree: Path, address: EngineAddress) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, str(TELLER)],
            env=os.environ | {"PYTHONPATH": str(tree), "AGNO_TELEMETRY": "false"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._ask({name: getattr(address, name) for name in ("base_url", "api_key", "model")})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def tell(self, prompt: str, seed: int) -> Told:
        """Return the story that this build writes."""
        return Told(prompt, seed, **self._ask({"prompt": prompt, "seed": seed}))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def tell_all(
    builds: Sequence[Build], asked: Sequence[tuple[str, int]], kept: Path | None
) -> dict[str, list[Told]]:
    """Return every build's stories, written in turn unless they are kept already."""
    told = read_kept(kept)
    for number, (prompt, seed) in enumerate(asked):
        # What both begin with is read once: each has to be the first as often as the other.
        for build in builds if number % 2 else reversed(builds):
            if (build.name, prompt, seed) not in told:
                story = told[build.name, prompt, seed] = build.tell(prompt, seed)
                if kept:
                    keep(kept, build.name, story)
                print(".", end="", file=sys.stderr, flush=True)
    return {build.name: [told[build.name, *one] for one in asked] for build in builds}


def read_kept(path: Path | None) -> dict[tuple[str, str, int], Told]:
    """Return the stories of a file, by build, prompt and seed."""
    lines = path.read_text().splitlines() if path and path.exists() else []
    stories = [(value.pop("build"), Told(**value)) for value in map(json.loads, lines)]
    return {(build, told.prompt, told.seed): told for build, told in stories}


def keep(path: Path, build: str, told: Told) -> None:
    """Append a story, one JSON object a line."""
    with path.open("a") as file:
        file.write(json.dumps({"build": build, **asdict(told)}) + "\n")


Row = tuple[str, Callable[[list[Told], list[Verdict]], str]]

ROWS: tuple[Row, ...] = (
    ("leaked instructions", lambda told, found: _total([v.leaks for v in found])),
    ("told by or to somebody", lambda told, found: _total([v.slips for v in found])),
    ("doubled names", lambda told, found: _total([v.doubled for v in found])),
    ("repeated sentences", lambda told, found: _total([v.repeated for v in found])),
    ("distinct 3-grams, mean", lambda told, found: f"{mean(v.distinct for v in found):.3f}"),
    ("distinct 3-grams, least", lambda told, found: f"{min(v.distinct for v in found):.3f}"),
    ("paragraphs that name a hero", lambda told, found: f"{mean(v.hero_share for v in found):.0%}"),
    ("stories that rename someone", lambda told, found: str(sum(v.is_renamed for v in found))),
    ("words", lambda told, found: f"{mean(v.words for v in found):.0f}"),
    ("first words p50, ms", lambda told, found: f"{1000 * median(_firsts(told)):.0f}"),
    ("first words, slowest, ms", lambda told, found: f"{1000 * max(_firsts(told)):.0f}"),
    ("words/s shown, mean", lambda told, found: f"{mean(t.words_per_second for t in told):.1f}"),
    ("words/s shown, least", lambda told, found: f"{min(t.words_per_second for t in told):.1f}"),
)  # fmt: skip


def _total(found: list[list[str]]) -> str:
    return f"{sum(map(len, found))} in {sum(map(bool, found))}"


def _firsts(told: list[Told]) -> list[float]:
    return [story.first_seconds for story in told]


def report(title: str, told: dict[str, list[Told]], *, markdown: bool) -> None:
    """Print what the judges say about each build's stories."""
    found = {name: [judge(t.text, t.prompt) for t in stories] for name, stories in told.items()}
    rows = [[what, *(cell(told[name], found[name]) for name in told)] for what, cell in ROWS]
    show(f"{title} (faults: how many, in how many stories)", ["", *told], rows, markdown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, metavar="TREE", help="another build's work tree")
    parser.add_argument("--quick", action="store_true", help="three stories, and a long one")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep the stories there")
    parser.add_argument("--part", default="1/1", metavar="N/M", help="do every M-th story alone")
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    options = parser.parse_args()
    short = [(prompt, seed) for seed in SEEDS for prompt in PROMPTS]
    long = [(prompt.rstrip(".") + "." + LONG, SEEDS[0]) for prompt in PROMPTS[:LONG_PROMPTS]]
    if options.quick:
        short, long = short[:3], long[:1]
    part, parts = map(int, options.part.split("/"))
    short, long = short[part - 1 :: parts], long[part - 1 :: parts]
    engine, nothing = Engine(), threading.Event()
    with ExitStack() as stack:
        stack.callback(engine.stop)
        weights = ensure_weights(cache_dir(), lambda *_: None, nothing)
        log = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "log"
        address = engine.start(weights, log, lambda *_: None, nothing)
        trees = {"this build": ROOT} | ({"the other": options.against} if options.against else {})
        builds = [stack.enter_context(Build(name, tree, address)) for name, tree in trees.items()]
        for title, asked in (("Stories", short), ("Stories of 800 words", long)):
            told = tell_all(builds, asked, options.keep)
            report(f"{title}: {len(asked)}", told, markdown=options.markdown)


if __name__ == "__main__":
    main()
