"""The real command in a real pty: `python -m benchmarks.terminal [--quick] [--markdown]`.

The model is a server on this machine in a process of its own, the terminal is read raw and as fast
as it writes. Processor time is the program's, user and system, in percent of one core.
"""

import argparse
import asyncio
import fcntl
import math
import multiprocessing
import os
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Concatenate, NamedTuple, ParamSpec, Self, TypeVar

from benchmarks.measure import table
from tests.command import COMMAND, environment
from tests.servers import Fault, FaultKind, ModelServer, Position, Script, prose
from tui.agents.agno_setup import import_agno

P = ParamSpec("P")
T = TypeVar("T")

COLUMNS, ROWS = 120, 40
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
SIGNS, PANEL = ("Cancelling", "cancelled"), "Was cancelled"
PATIENCE_SECONDS = 60.0
NOTHING = "-"


class Model:
    """The model server in a process of its own. Its instants are this machine's, as ours are."""

    def __init__(self, script: Script | Callable[[], Script]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, far_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(script, far_end), daemon=True)
        self._process.start()
        self.base_url: str = self._pipe.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    def ask(
        self,
        question: Callable[Concatenate[ModelServer, P], T],
        *arguments: P.args,
        **more: P.kwargs,
    ) -> T:
        """Call a function with the server, over there, and return what it returns."""
        self._pipe.send((question, arguments, more))
        answer: T | Exception = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(script: Script | Callable[[], Script], pipe: Connection) -> None:
    with ModelServer(script if isinstance(script, Script) else script()) as server:
        pipe.send(server.base_url)
        while True:
            question, arguments, more = pipe.recv()
            try:
                pipe.send(question(server, *arguments, **more))
            except Exception as error:
                pipe.send(error)


def forget(server: ModelServer) -> None:
    """Let the next request be the first."""
    server.wait_until_quiet()
    server.records.clear()


class Program:
    """A command on a terminal that is read as fast as it writes."""

    def __init__(self, *command: str, base_url: str = "", first: str = "") -> None:
        """``first`` is looked for from the very start."""
        self._home = tempfile.TemporaryDirectory()
        more = {"OPENAI_API_KEY": "sk-benchmark", "OPENAI_BASE_URL": base_url} if base_url else {}
        env = environment(Path(self._home.name), **more)
        self._terminal, inside = os.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.written = 0
        """The bytes that it has written to the terminal."""
        self._change = threading.Condition()
        self.look_for(*[first] if first else [])
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            command or [COMMAND],
            env=env,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)
        self.pid = self.process.pid
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._reader.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind and self.process.poll():
            print(f"The program ended with {self.process.poll()}", file=sys.stderr)
        self.process.kill()
        self.process.wait()
        self._reader.join()
        os.close(self._terminal)
        self._home.cleanup()

    def look_for(self, *texts: str) -> None:
        """Look for these from now on, and for nothing else."""
        with self._change:
            self._seen: dict[bytes, float] = dict.fromkeys(map(str.encode, texts), math.inf)
            self._tail = b""

    def press(self, key: str, *answers: str) -> float:
        """Press a key, look for the answers, and return the instant of the press."""
        self.look_for(*answers)
        pressed_at = time.monotonic()
        os.write(self._terminal, key.encode())
        return pressed_at

    def seen_at(self, *texts: str, timeout: float = PATIENCE_SECONDS) -> float:
        """Return the instant at which one of these was read; infinity when none came."""
        keys = [text.encode() for text in texts]
        with self._change:
            self._change.wait_for(lambda: any(self._seen[key] < math.inf for key in keys), timeout)
            return min(self._seen[key] for key in keys)

    def _read(self) -> None:
        with suppress(OSError):
            while data := os.read(self._terminal, 1 << 16):
                read_at = time.monotonic()
                self.written += len(data)
                with self._change:
                    self._search(self._tail + data, read_at)

    def _search(self, data: bytes, read_at: float) -> None:
        longest = max(map(len, self._seen), default=1)
        for text, seen_at in self._seen.items():
            if seen_at == math.inf and text in data:
                self._seen[text] = read_at
                self._change.notify_all()
        self._tail = data[-longest:]


class KeyTrial(NamedTuple):
    """Seconds from the key to what is read on the terminal."""

    sign: float
    panel: float


def press_cancel(program: Program) -> KeyTrial:
    """Press the key that cancels, and wait for the first sign of it and for the results."""
    pressed_at = program.press("c", *SIGNS, PANEL)
    panel = program.seen_at(PANEL) - pressed_at
    return KeyTrial(min(program.seen_at(*SIGNS, timeout=0) - pressed_at, panel), panel)


def press_again_and_again(
    script: Script, reach: Callable[[Model], object], pauses: Sequence[float]
) -> list[KeyTrial]:
    """Run, reach the phase, pause, cancel; once for every pause."""
    trials: list[KeyTrial] = []
    with Model(script) as model, Program(base_url=model.base_url) as program:
        for pause in pauses:
            if trials:
                model.ask(forget)
                program.press("r")
            reach(model)
            time.sleep(pause)
            trials.append(press_cancel(program))
    return trials


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
            with Program(*command, base_url="http://127.0.0.1:9/v1", first="storyteam") as program:
                times.append(program.seen_at("storyteam") - program.started_at)
    return ours, bare


def lags_while_importing(repeats: int) -> tuple[list[float], list[float]]:
    """Return seconds from a key to its effect, while Agno is imported and when it is still."""
    importing: list[float] = []
    still: list[float] = []
    script = Script().with_fault(Position.LEADER, Fault(FaultKind.NO_ANSWER))
    for _ in range(repeats):
        with Model(script) as model, Program(base_url=model.base_url, first="Waking") as program:
            program.seen_at("Waking")
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
    from tests.running import settings_for, story_team

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
    rows = [
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
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        asyncio.run(bare_agno(options.case))
        return
    quick, markdown = options.quick, options.markdown
    verdicts = report_start(4 if quick else 15, markdown)
    verdicts += report_load(3 if quick else 10, markdown)
    verdicts += report_bytes(3 if quick else 10, markdown)
    verdicts += report_keys(5 if quick else 40, markdown)
    report_throughput(3_000 if quick else 20_000, 1 if quick else 3, markdown)
    show("Targets", ["", "measured", "target", ""], verdicts, markdown)


if __name__ == "__main__":
    main()
