"""Stop stops: `python -m benchmarks.cancel [--quick] [--repeats 20] [--markdown]`.

Three spans, in every phase of a run, against a model server in a process of its own: from the
request to the end of the run, to the instant at which the server sees the connection closed, and,
in the whole program on a pty, from the key to the word "Cancelling" and to the results panel.
Side by side: plain Agno, cancelled the way its example does it, given up after five seconds.
"""

import argparse
import asyncio
import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from benchmarks.measure import in_a_process_of_its_own
from benchmarks.terminal import (
    NOTHING,
    KeyTrial,
    Model,
    Program,
    forget,
    milliseconds,
    press_again_and_again,
    press_cancel,
    show,
    spread,
)
from tests.servers import Fault, FaultKind, ModelServer, Position, Script, prose
from tui.agents.agno_setup import import_agno
from tui.agents.prepare import TeamMaker
from tui.config.settings import Settings
from tui.errors import PreparationCancelled
from tui.events import Event, Preparing, Reason, RunEnded
from tui.running.preparation import Preparation, PreparedTeam, TeamFactory
from tui.running.runner import StoryRun

if TYPE_CHECKING:
    from agno.team import Team

LIMIT_SECONDS = 5.0
REACH_SECONDS = 20.0
"""How long a run may take to get into the phase."""
IMPORT_SECONDS = 0.8
FLOWING_WORDS = 20_000
DELTA_SECONDS = 0.002
KEY = "sk-benchmark"
PROMPT = "a cat"
AGNO_REPEATS = 2

Sign = Callable[[ModelServer, Position], object]


def stalled(server: ModelServer, position: Position) -> None:
    server.wait_until_stalled(position, timeout=REACH_SECONDS)


def streaming(server: ModelServer, position: Position) -> None:
    server.wait_until_streaming(position, 10, REACH_SECONDS)


def refused(server: ModelServer, position: Position) -> None:
    server.wait_for(lambda: any(r.finished_at for r in server.at(position)), REACH_SECONDS)


def both_streaming(server: ModelServer, position: Position) -> None:
    streaming(server, Position.STORYTELLER)
    streaming(server, Position.EDITOR)


@dataclass(frozen=True)
class Phase:
    """Where a run is when it is cancelled, and how to get it there."""

    name: str
    script: Script
    sign: Sign | None = None
    """What the server sees when it is there; None: a tool of this process is called."""
    position: Position = Position.LEADER
    tool: str = ""


STALLS = {
    FaultKind.NO_ANSWER: "waiting for the first byte",
    FaultKind.STALL_AFTER_HEADERS: "stalled after the headers",
    FaultKind.STALL_MIDSTREAM: "stalled in mid-stream",
    FaultKind.STALL_WITH_COMMENTS: "kept alive by comments",
    FaultKind.STALL_BEFORE_FINAL: "stalled before the final event",
}
POSITIONS = (Position.LEADER, Position.STORYTELLER, Position.EDITOR, Position.CLOSING)


def phases(quick: bool) -> Iterator[Phase]:
    short = Script(words=20)
    for kind, name in STALLS.items():
        for position in POSITIONS[1:2] if quick else POSITIONS:
            script = short.with_fault(position, Fault(kind))
            yield Phase(f"{name}, {position}", script, stalled, position)
    for who, position in (("leader", Position.CLOSING), ("member", Position.STORYTELLER)):
        script = Script(4, 4, delay_seconds=DELTA_SECONDS, texts={position: prose(FLOWING_WORDS)})
        yield Phase(f"text flows, {who}", script, streaming, position)
    script = Script(words=FLOWING_WORDS, delay_seconds=2 * DELTA_SECONDS).parallel()
    yield Phase("text flows, two members at once", script, both_streaming)
    waits = Fault(FaultKind.HTTP_429, seconds=2 * LIMIT_SECONDS)
    yield Phase("the client waits to try again", short.with_fault("leader", waits), refused)
    script = Script(steps=((Position.STORYTELLER,),), tools={"storyteller": "look_up_dragons"})
    yield Phase("a slow tool, async", script, tool="async")
    yield Phase("a tool that blocks the loop", script, tool="blocking")


class Trial(NamedTuple):
    """Seconds from the request; infinity when it did not come in time."""

    end: float
    closed: float | None
    """None when no answer was being given."""


@dataclass
class Tool:
    """A tool that takes as long as the trial."""

    kind: str
    called: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def function(self) -> Callable[..., object]:
        """Return the function that the model calls."""

        def block() -> str:
            """Look up dragons."""
            self.called.set()
            self.released.wait(2 * REACH_SECONDS)
            return "late"

        async def wait() -> str:
            """Look up dragons."""
            self.called.set()
            await asyncio.Event().wait()
            return "never"

        function = block if self.kind == "blocking" else wait
        function.__name__ = "look_up_dragons"
        return function


class Subject(Protocol):
    """A run that can be cancelled."""

    def start(self) -> None: ...
    def cancel(self) -> None: ...
    def ended_at(self, timeout: float) -> float: ...
    def join(self) -> None: ...


class OurRun:
    def __init__(self, make_team: TeamFactory) -> None:
        self.preparing = threading.Event()
        self._ended = threading.Event()
        self._at = math.inf
        self._run = StoryRun(PROMPT, make_team, self._take)

    def start(self) -> None:
        self._run.start()

    def cancel(self) -> None:
        self._run.cancel(Reason.USER)

    def ended_at(self, timeout: float) -> float:
        self._ended.wait(timeout)
        return self._at

    def join(self) -> None:
        assert self._run.join(REACH_SECONDS), "a run left a thread behind"

    def _take(self, event: Event) -> None:
        if isinstance(event, Preparing):
            self.preparing.set()
        elif isinstance(event, RunEnded):
            self._at = time.monotonic()
            self._ended.set()


class AgnoRun:
    """Agno's own way: one thread runs the team, another cancels the first run id that was seen."""

    def __init__(self, team: "Team") -> None:
        self._team = team
        self._run_id: str | None = None
        self._at = math.inf
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        if self._run_id:
            self._team.cancel_run(self._run_id)

    def ended_at(self, timeout: float) -> float:
        self._thread.join(timeout)
        return self._at

    def join(self) -> None:
        self._thread.join(2 * LIMIT_SECONDS)

    def _work(self) -> None:
        for chunk in self._team.run(PROMPT, stream=True, stream_events=True):
            self._run_id = self._run_id or getattr(chunk, "run_id", None)
        self._at = time.monotonic()


def closed_at(server: ModelServer, asked_at: float, timeout: float) -> float | None:
    """Return when the last answer that was being given lost its reader."""
    open_then = [r for r in server.records if not r.finished_at or r.finished_at > asked_at]
    if not open_then:
        return None
    with suppress(TimeoutError):
        server.wait_for(lambda: all(r.client_closed_at for r in open_then), max(0.0, timeout))
    return max(record.client_closed_at or math.inf for record in open_then)


def trial(run: Subject, model: Model, phase: Phase, tool: Tool, jitter: float) -> Trial:
    """Bring a run into the phase, cancel it, and measure."""
    run.start()
    if phase.sign:
        model.ask(phase.sign, phase.position)
    else:
        assert tool.called.wait(REACH_SECONDS), phase.name
    time.sleep(jitter)
    asked_at = time.monotonic()
    run.cancel()
    end = run.ended_at(LIMIT_SECONDS) - asked_at
    closed = model.ask(closed_at, asked_at, asked_at + LIMIT_SECONDS - time.monotonic())
    tool.released.set()
    return Trial(end, closed if closed is None else closed - asked_at)


def jitters(repeats: int) -> list[float]:
    """Return moments spread over one frame of the screen, the same in every run."""
    return [0.01 + 0.025 * index / repeats for index in range(repeats)]


def make_team(base_url: str, tool: Tool) -> "Team":
    from tests.running import settings_for, single_agent_team, story_team

    settings = settings_for(base_url)
    return single_agent_team(settings, tool.function()) if tool.kind else story_team(settings)


def ours(phase: Phase, repeats: int) -> list[Trial]:
    trials = []
    with Model(phase.script) as model:
        settings = Settings(base_url=model.base_url, api_key=KEY)
        for jitter in jitters(repeats):
            tool = Tool(phase.tool)

            def prepare(_: Preparation, tool: Tool = tool) -> PreparedTeam:
                return PreparedTeam(make_team(model.base_url, tool), settings.endpoint)

            run = OurRun(prepare)
            trials.append(trial(run, model, phase, tool, jitter))
            run.join()
            model.ask(forget)
    return trials


def agnos(phase: Phase, repeats: int) -> list[Trial]:
    trials = []
    if phase.sign is both_streaming:  # without asyncio they follow each other
        phase = replace(phase, sign=streaming, position=Position.STORYTELLER)
    for jitter in jitters(repeats):
        tool = Tool(phase.tool)
        with Model(phase.script) as model:
            run = AgnoRun(make_team(model.base_url, tool))
            trials.append(trial(run, model, phase, tool, jitter))
        run.join()
    return trials


def ours_while_preparing(repeats: int) -> list[Trial]:
    def prepare(preparation: Preparation) -> PreparedTeam:
        preparation.report("Fetching", 0.5)
        preparation.cancelled.wait(REACH_SECONDS)
        raise PreparationCancelled

    return [_cancel_preparation(prepare, jitter) for jitter in jitters(repeats)]


def ours_while_importing(seconds: float) -> Trial:
    """Cancel so long after the import has begun; a process can do this only once."""
    return _cancel_preparation(TeamMaker(Settings(base_url="http://127.0.0.1:9/v1")), seconds)


def _cancel_preparation(make_team: TeamFactory, jitter: float) -> Trial:
    run = OurRun(make_team)
    run.start()
    assert run.preparing.wait(REACH_SECONDS)
    time.sleep(jitter)
    asked_at = time.monotonic()
    run.cancel()
    end = run.ended_at(LIMIT_SECONDS) - asked_at
    run.join()
    return Trial(end, None)


def importing_moments(repeats: int) -> list[float]:
    return [IMPORT_SECONDS * index / repeats for index in range(repeats)]


def keys(phase: Phase, repeats: int) -> list[KeyTrial]:
    def reach(model: Model) -> None:
        assert phase.sign
        model.ask(phase.sign, phase.position)

    return press_again_and_again(phase.script, reach, jitters(repeats))


def keys_while_importing(repeats: int) -> list[KeyTrial]:
    trials = []
    for moment in importing_moments(repeats):
        with Program(base_url="http://127.0.0.1:9/v1") as program:
            program.look_for("Waking")
            program.seen_at("Waking")
            time.sleep(moment)
            trials.append(press_cancel(program))
    return trials


def report_runs(quick: bool, repeats: int, markdown: bool) -> None:
    importing = [
        Trial(**in_a_process_of_its_own("benchmarks.cancel", str(moment)))
        for moment in importing_moments(repeats)
    ]
    import_agno(Path("/dev/null"))
    rows = [
        _run_row("preparing", ours_while_preparing(repeats), []),
        _run_row("importing Agno", importing, []),
    ]
    for phase in phases(quick):
        # Agno's own way is synchronous and has no asynchronous tools.
        plain = [] if phase.tool == "async" else agnos(phase, 1 if quick else AGNO_REPEATS)
        rows.append(_run_row(phase.name, ours(phase, repeats), plain))
    heads = ["end p50", "p99", "max", "closed p50", "p99", "max", "Agno: end", "closed"]
    title = f"Milliseconds from the request, {repeats} repeats"
    show(title, ["phase", *heads], rows, markdown)


def _run_row(name: str, trials: list[Trial], plain: list[Trial]) -> list[str]:
    worst_end = [milliseconds(max(trial.end for trial in plain))] if plain else [NOTHING]
    return [
        name,
        *spread([trial.end for trial in trials]),
        *spread([trial.closed for trial in trials if trial.closed is not None]),
        *worst_end,
        spread([trial.closed for trial in plain if trial.closed is not None])[-1],
    ]


def report_keys(quick: bool, repeats: int, markdown: bool) -> None:
    trials = {"importing Agno": keys_while_importing(repeats)}
    trials |= {phase.name: keys(phase, repeats) for phase in phases(quick) if phase.sign}
    trials["all of these"] = [trial for phase in trials.values() for trial in phase]
    rows = [
        [name, *spread([trial.word for trial in phase]), *spread([trial.panel for trial in phase])]
        for name, phase in trials.items()
    ]
    heads = ["“Cancelling” p50", "p99", "max", "results p50", "p99", "max"]
    title = f"Milliseconds from the key on a pty, {repeats} repeats"
    show(title, ["phase", *heads], rows, markdown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer phases and repeats")
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        print(json.dumps(ours_while_importing(float(options.case))._asdict()))
        return
    repeats = options.repeats or (3 if options.quick else 20)
    report_runs(options.quick, repeats, options.markdown)
    report_keys(options.quick, repeats, options.markdown)


if __name__ == "__main__":
    main()
