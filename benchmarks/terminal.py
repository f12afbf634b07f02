"""The real command in a real pty: `python -m benchmarks.terminal [--quick] [--markdown]`.

The model is a server on this machine in a process of its own, the terminal is read raw and as fast
as it writes. Processor time is the program's, user and system, in percent of one core.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import percentile, show, spread
from benchmarks.program import (
    BEGUN,
    PANEL,
    PATIENCE_SECONDS,
    TITLE,
    Model,
    Program,
    press_again_and_again,
)
from tests.harness.command import COMMAND, environment
from tests.servers import Fault, FaultKind, ModelServer, Position, Script, prose
from tui.team.agno_setup import import_agno

TELLER = Position.STORYTELLER
FLAT_OUT_RATE = 10_000
URL = "{url}"
SETTLING_SECONDS = 1.5
HELD = "‖"
"""What stands before the time of a countdown that is held."""
DIGITS = ("█", "▀")
"""What large digits are made of: only those that changed are written."""
BARE_APP = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("storyteam")
Bare().run()
"""
MARKDOWN_APP = """
import asyncio, sys
from textual.app import App
from textual.containers import VerticalScroll
from textual.widgets import Markdown
from tests.servers.prose import deltas_of, prose
class Streaming(App):
    def compose(self):
        with VerticalScroll() as story:
            story.anchor()
            yield Markdown()
    def on_ready(self):
        self.run_worker(self.stream())
    async def stream(self):
        rate, words = map(int, sys.argv[1:])
        stream = Markdown.get_stream(self.query_one(Markdown))
        loop = asyncio.get_running_loop()
        begin = loop.time()
        for index, delta in enumerate(deltas_of(prose(words))):
            await asyncio.sleep(max(0.0, begin + index / rate - loop.time()))
            await stream.write(delta)
Streaming().run()
"""
"""What streams a text in Textual's own way; it gets the rate and the words."""


class Load(NamedTuple):
    """Percent of one core, and what came in that time."""

    total: float
    screen: float
    """The main thread's part."""
    tokens_per_second: float


def processor_seconds(pid: int) -> tuple[float, float]:
    """Return the processor time of a process, and that of its main thread."""
    paths = (Path(f"/proc/{pid}/stat"), Path(f"/proc/{pid}/task/{pid}/stat"))
    fields = [path.read_text().rpartition(")")[2].split() for path in paths]
    whole, main = (sum(map(int, each[11:13])) / os.sysconf("SC_CLK_TCK") for each in fields)
    return whole, main


def words_sent(server: ModelServer) -> int:
    return sum(record.words for record in server.records)


def load(model: Model, program: Program, seconds: float) -> Load:
    """Watch the program for a while."""
    begin, before, sent = time.monotonic(), processor_seconds(program.pid), model.ask(words_sent)
    time.sleep(seconds)
    took, after = time.monotonic() - begin, processor_seconds(program.pid)
    whole, main = (100 * (b - a) / took for a, b in zip(before, after, strict=True))
    return Load(whole, main, (model.ask(words_sent) - sent) / took)


def flow(rate: float, seconds: float) -> Script:
    """Return a run whose storyteller goes on for so long; a rate of 0 is flat out."""
    words = int((rate or FLAT_OUT_RATE) * seconds)
    return Script(4, 4, delay_seconds=1 / rate if rate else 0, texts={TELLER: prose(words)})


def tells(model: Model, words: int = 20) -> None:
    model.ask(ModelServer.wait_until_streaming, TELLER, words, PATIENCE_SECONDS)


def load_while_it_flows(rate: int, seconds: float, *command: str, key: str = "") -> Load:
    script = flow(rate, seconds + SETTLING_SECONDS + 5)
    with Model(script) as model, Program(*command, base_url=model.base_url) as program:
        tells(model, 2 * rate)
        if key:
            program.press(key)
        time.sleep(SETTLING_SECONDS)
        return load(model, program, seconds)


def bytes_while_it_flows(rate: int, seconds: float) -> float:
    """Return how many bytes a token costs on its way to the terminal."""
    script = flow(rate, seconds + SETTLING_SECONDS + 5)
    with Model(script) as model, Program(base_url=model.base_url) as program:
        tells(model, 2 * rate)
        before, sent = program.written, model.ask(words_sent)
        time.sleep(seconds)
        return (program.written - before) / (model.ask(words_sent) - sent)


def bytes_of_a_markdown_stream(rate: int, seconds: float) -> float:
    """Return the same of Textual's own way to stream a text."""
    words = int(rate * (seconds + SETTLING_SECONDS + 5))
    command = (sys.executable, "-c", MARKDOWN_APP, str(rate), str(words))
    with Program(*command, first="the") as program:
        program.seen_at("the")
        # As many words as ours has on the screen when it is measured.
        time.sleep(2)
        before = program.written
        time.sleep(seconds)
        return (program.written - before) / (rate * seconds)


def load_while_it_waits(seconds: float) -> Load:
    script = Script().with_fault(Position.LEADER, Fault(FaultKind.NO_ANSWER))
    command = (COMMAND, "--auto-cancel", "600")
    with Model(script) as model, Program(*command, base_url=model.base_url) as program:
        model.ask(ModelServer.wait_until_stalled, Position.LEADER, timeout=PATIENCE_SECONDS)
        time.sleep(SETTLING_SECONDS)
        return load(model, program, seconds)


def load_after_the_run(seconds: float) -> Load:
    with Model(Script()) as model, Program(base_url=model.base_url, first=PANEL) as program:
        program.seen_at(PANEL)
        time.sleep(SETTLING_SECONDS)
        return load(model, program, seconds)


def first_paints(repeats: int) -> tuple[list[float], list[float]]:
    """Return seconds to the first picture, ours and a bare Textual app's, by turns."""
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(repeats):
        for times, command in ((ours, ()), (bare, (sys.executable, "-c", BARE_APP))):
            with Program(*command, base_url="http://127.0.0.1:9/v1", first=TITLE) as program:
                times.append(program.seen_at(TITLE) - program.started_at)
    return ours, bare


def first_words(repeats: int) -> list[float]:
    """Return seconds to the first words of the embedded model; the weights are fetched first."""
    times = []
    for _ in range(repeats + 1):
        with tempfile.TemporaryDirectory() as home:
            started_at = time.monotonic()
            writing = subprocess.Popen(
                [COMMAND, "--plain", "--local", "a cat"],
                env=environment(Path(home)),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            assert writing.stdout is not None
            writing.stdout.read(1)
            times.append(time.monotonic() - started_at)
            writing.kill()
            writing.wait()
    return times[1:]


def lags_while_importing(repeats: int) -> tuple[list[float], list[float]]:
    """Return seconds from a key to its effect, while Agno is imported and when it is still."""
    importing: list[float] = []
    still: list[float] = []
    script = Script().with_fault(Position.LEADER, Fault(FaultKind.NO_ANSWER))
    for _ in range(repeats):
        with (
            Model(script) as model,
            Program(COMMAND, "a cat", base_url=model.base_url, first=BEGUN) as program,
        ):
            program.seen_at(BEGUN)
            while not model.ask(ModelServer.attempts, Position.LEADER):
                importing.append(_lag(program))
            program.press(" ", HELD)
            program.seen_at(HELD)
            still += [_lag(program) for _ in range(20)]
    return importing, still


def _lag(program: Program) -> float:
    time.sleep(0.03)
    pressed_at = program.press("+", *DIGITS)
    return program.seen_at(*DIGITS) - pressed_at


class Throughput(NamedTuple):
    """How fast a storyteller's text goes through, and microseconds of processor per token."""

    tokens_per_second: float
    whole: float
    screen: float


def throughput(words: int, *command: str) -> Throughput:
    """Let the text come flat out, and watch it go by at the server."""
    with Model(flow(0, words / FLAT_OUT_RATE)) as model, ExitStack() as stack:
        command = tuple(part.replace(URL, model.base_url) for part in command)
        program = stack.enter_context(Program(*command, base_url=model.base_url))
        tells(model, 1)
        before = processor_seconds(program.pid)
        seconds = model.ask(seconds_of_the_storyteller)
        after = processor_seconds(program.pid)
    whole, main = (1e6 * (b - a) / words for a, b in zip(before, after, strict=True))
    return Throughput(words / seconds, whole, main)


def seconds_of_the_storyteller(server: ModelServer) -> float:
    """Return what lies between the first word and the request that follows the last."""
    told = server.wait_until_streaming(TELLER)
    edit = server.wait_for_request(Position.EDITOR, timeout=10 * PATIENCE_SECONDS)
    assert told.first_text_at is not None
    return edit.requested_at - told.first_text_at


async def bare_agno(base_url: str) -> None:
    """Run the same team and do nothing with what comes."""
    from tests.harness.running import settings_for, story_team

    import_agno(Path("/dev/null"))
    async for _ in story_team(settings_for(base_url)).arun(
        "a cat", stream=True, stream_events=True
    ):
        pass


def verdict(what: str, measured: float, target: float, unit: str) -> list[str]:
    word = "PASS" if measured <= target else "MISS"
    return [what, f"{measured:.1f} {unit}", f"{target:g} {unit}", word]


def report_load(seconds: float, markdown: bool) -> list[list[str]]:
    plain = ("sh", "-c", f"exec {COMMAND} --plain >/dev/null 2>&1")
    loads = {
        "100 tokens/s": load_while_it_flows(100, seconds),
        "100 tokens/s, scrolled up": load_while_it_flows(100, seconds, key="g"),
        "100 tokens/s, --plain": load_while_it_flows(100, seconds, *plain),
        "1000 tokens/s": load_while_it_flows(1000, seconds),
        "1000 tokens/s, scrolled up": load_while_it_flows(1000, seconds, key="g"),
        "1000 tokens/s, --plain": load_while_it_flows(1000, seconds, *plain),
        "waiting, countdown running": load_while_it_waits(seconds),
        "after the run": load_after_the_run(seconds),
    }
    rows = [
        [name, f"{it.total:.1f}", f"{it.screen:.1f}", f"{it.tokens_per_second:.0f}"]
        for name, it in loads.items()
    ]
    show("Processor, % of a core", ["", "program", "main thread", "tokens/s"], rows, markdown)
    return [
        verdict(f"CPU at {rate} tokens/s", loads[f"{rate} tokens/s"].total, target, "%")
        for rate, target in ((100, 7), (1000, 13))
    ]


def report_bytes(seconds: float, markdown: bool) -> list[list[str]]:
    rates = {rate: bytes_while_it_flows(rate, seconds) for rate in (100, 1000)}
    streams = {rate: bytes_of_a_markdown_stream(rate, seconds) for rate in (100, 1000)}
    rows = [
        [f"{rate} tokens/s", f"{rates[rate]:.0f}", f"{streams[rate]:.0f}"] for rate in (100, 1000)
    ]
    show("Bytes to the terminal per token", ["", "program", "MarkdownStream"], rows, markdown)
    return [verdict("bytes per token at 100 tokens/s", rates[100], 150, "B")]


def report_keys(repeats: int, markdown: bool) -> list[list[str]]:
    pauses = [0.5 + 0.025 * index / repeats for index in range(repeats)]
    rows, verdicts = [], []
    for name, rate, targets in (
        ("1000 tokens/s", 1000, {50: 15, 99: 40}),
        ("flat out", 0, {99: 80}),
    ):
        trials = press_again_and_again(flow(rate, 20), tells, pauses)
        signs, panels = [each.sign for each in trials], [each.panel for each in trials]
        rows.append([name, *spread(signs), *spread(panels)])
        for percent, target in targets.items():
            measured = 1000 * percentile(signs, percent)
            verdicts.append(verdict(f"key, {name}, p{percent}", measured, target, "ms"))
        measured = 1000 * percentile(panels, 99)
        verdicts.append(verdict(f"results, {name}, p99", measured, 150, "ms"))
    heads = ["first sign p50", "p99", "max", "results p50", "p99", "max"]
    show(f"Milliseconds from the key, {repeats} repeats", ["", *heads], rows, markdown)
    return verdicts


def report_start(repeats: int, markdown: bool) -> list[list[str]]:
    ours, bare = first_paints(repeats)
    importing, still = lags_while_importing(max(1, repeats // 3))
    words = first_words(max(2, repeats // 3))
    rows = [
        ["first words of the embedded model, --plain", *spread(words)],
        ["first paint", *spread(ours)],
        ["first paint of a bare Textual app", *spread(bare)],
        ["key while Agno is imported", *spread(importing)],
        ["key when all is still", *spread(still)],
    ]
    show("Start, milliseconds", ["", "p50", "p99", "max"], rows, markdown)
    lag = 1000 * (percentile(importing, 99) - percentile(still, 50))
    return [
        verdict(
            "first paint, of a bare app's", percentile(ours, 50) / percentile(bare, 50), 1.4, "x"
        ),
        verdict("lag while importing, p99", lag, 15, "ms"),
        verdict("first words of the embedded model, p50", percentile(words, 50), 1.5, "s"),
    ]


def report_throughput(words: int, repeats: int, markdown: bool) -> None:
    contenders = {
        "bare Agno": (sys.executable, "-m", "benchmarks.terminal", "--case", URL),
        "--plain": ("sh", "-c", f"exec {COMMAND} --plain >/dev/null 2>&1"),
        "full screen": (COMMAND,),
    }
    results: dict[str, list[Throughput]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, command in contenders.items():
            results[name].append(throughput(words, *command))
    middle = {
        name: Throughput(*(percentile(column, 50) for column in zip(*each, strict=True)))
        for name, each in results.items()
    }
    base = middle["bare Agno"].tokens_per_second
    rows = [
        [name, f"{it.tokens_per_second:,.0f}", f"{it.tokens_per_second / base:.2f}x",
         f"{it.whole:.0f}", f"{it.screen:.0f}"]
        for name, it in middle.items()
    ]  # fmt: skip
    heads = ["", "tokens/s", "of bare Agno", "µs/token", "main thread"]
    show(f"{words:,} words flat out, median of {repeats}", heads, rows, markdown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter and fewer measurements")
    parser.add_argument("--repeats", type=int, help="of each key press")
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        asyncio.run(bare_agno(options.case))
        return
    quick, markdown = options.quick, options.markdown
    repeats = options.repeats or (5 if quick else 40)
    seconds = 3 if quick else 5
    verdicts = report_start(max(4, repeats // 3), markdown)
    verdicts += report_load(seconds, markdown)
    verdicts += report_bytes(seconds, markdown)
    verdicts += report_keys(repeats, markdown)
    report_throughput(3_000 if quick else 20_000, 1 if quick else 3, markdown)
    show("Targets", ["", "measured", "target", ""], verdicts, markdown)


if __name__ == "__main__":
    main()
