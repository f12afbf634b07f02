"""Stop stops: `python -m benchmarks.cancel [--quick] [--repeats 20] [--markdown]`.

In every phase of a run, against a model server in a process of its own: from the request to the
end of the run, to the instant at which the server sees the connection closed, and to the instant
at which nothing of the run is left; and, in the whole program on a pty, from the key to the first
sign of the cancel and to the results panel. Beside it plain Agno, cancelled the way its example
does it, given up after five seconds.
"""

import argparse
import math
import time
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from benchmarks.measure import NOTHING, milliseconds, show, spread
from benchmarks.phases import Phase, both_streaming, phases, streaming, tool_phases
from benchmarks.program import (
    BEGUN,
    KeyTrial,
    Model,
    Program,
    forget,
    press_again_and_again,
    press_cancel,
)
from benchmarks.subjects import AgnoRun, OurRun, Subject
from tests.harness.command import COMMAND
from tests.servers import ModelServer, Position, Script
from tui.config.settings import Settings
from tui.control.worker import WorkerCommand
from tui.control.worker_run import WorkerPool
from tui.run.events import Preparing, RunStarted

LIMIT_SECONDS = 5.0
IMPORT_SECONDS = 0.8
AGNO_REPEATS = 2


class Trial(NamedTuple):
    """Seconds from the request; infinity when it did not come in time."""

    end: float
    closed: float | None
    """None when no answer was being given."""
    gone: float
    """When nothing of the run was left, neither the process nor what a tool had started."""


def closed_at(server: ModelServer, asked_at: float, timeout: float) -> float | None:
    """Return when the last answer that was being given lost its reader."""
    open_then = [r for r in server.records if not r.finished_at or r.finished_at > asked_at]
    if not open_then:
        return None
    with suppress(TimeoutError):
        server.wait_for(lambda: all(r.client_closed_at for r in open_then), max(0.0, timeout))
    return max(record.client_closed_at or math.inf for record in open_then)


def trial(run: Subject, model: Model, phase: Phase, jitter: float) -> Trial:
    """Bring a run into the phase, cancel it, and measure."""
    run.start()
    if phase.sign:
        model.ask(phase.sign, phase.position)
    else:
        run.wait_for_the_tool()
    time.sleep(jitter)
    asked_at = time.monotonic()
    run.cancel()
    end = run.ended_at(LIMIT_SECONDS) - asked_at
    closed = model.ask(closed_at, asked_at, asked_at + LIMIT_SECONDS - time.monotonic())
    gone = run.gone_at(LIMIT_SECONDS) - asked_at
    return Trial(end, closed if closed is None else closed - asked_at, gone)


def jitters(repeats: int) -> list[float]:
    """Return moments spread over one frame of the screen, the same in every run."""
    return [0.01 + 0.025 * index / repeats for index in range(repeats)]


def importing_moments(repeats: int) -> list[float]:
    """Return moments spread over the import of Agno."""
    return [IMPORT_SECONDS * index / repeats for index in range(repeats)]


def ours(pool: WorkerPool, phase: Phase, repeats: int) -> list[Trial]:
    trials = []
    with Model(phase.script) as model:
        for jitter in jitters(repeats):
            run = OurRun(pool, model.base_url, phase)
            trials.append(trial(run, model, phase, jitter))
            model.ask(forget)
    return trials


def agnos(phase: Phase, repeats: int) -> list[Trial]:
    if phase.sign is both_streaming:  # without asyncio they follow each other
        phase = replace(phase, sign=streaming, position=Position.STORYTELLER)
    trials = []
    for jitter in jitters(repeats):
        with Model(phase.script) as model:
            trials.append(trial(AgnoRun(model.base_url, phase), model, phase, jitter))
    return trials


def ours_while_it_starts(pool: WorkerPool, sign: type, moments: list[float]) -> list[Trial]:
    """Cancel so long after a run has come so far."""
    phase = Phase("starting", Script())
    trials = []
    for moment in moments:
        run = OurRun(pool, "http://127.0.0.1:9/v1", phase)
        run.start()
        run.wait_for(sign)
        time.sleep(moment)
        asked_at = time.monotonic()
        run.cancel()
        end = run.ended_at(LIMIT_SECONDS) - asked_at
        trials.append(Trial(end, None, run.gone_at(LIMIT_SECONDS) - asked_at))
    return trials


def keys(phase: Phase, repeats: int) -> list[KeyTrial]:
    def reach(model: Model) -> None:
        assert phase.sign
        model.ask(phase.sign, phase.position)

    assert isinstance(phase.script, Script)
    return press_again_and_again(phase.script, reach, jitters(repeats))


def keys_while_importing(repeats: int) -> list[KeyTrial]:
    trials = []
    for moment in importing_moments(repeats):
        with Program(COMMAND, "a cat", base_url="http://127.0.0.1:9/v1", first=BEGUN) as program:
            program.seen_at(BEGUN)
            time.sleep(moment)
            trials.append(press_cancel(program))
    return trials


def report_runs(quick: bool, repeats: int, markdown: bool) -> None:
    pool = WorkerPool(Settings(), command=WorkerCommand(is_silent=True))
    moments = importing_moments(repeats)
    rows = [
        _row("importing Agno", ours_while_it_starts(pool, Preparing, moments), []),
        _row("connecting", ours_while_it_starts(pool, RunStarted, jitters(repeats)), []),
    ]
    for phase in (*phases(quick), *tool_phases(quick)):
        # To reach the phase takes a second where the worker must be started first.
        times = repeats if phase.sign else max(3, repeats // 4)
        # Agno's own way is synchronous and has no asynchronous tools.
        plain = [] if phase.tool == "swallow" else agnos(phase, _few(quick))
        rows.append(_row(phase.name, ours(pool, phase, times), plain))
    pool.close()
    heads = [
        "end p50", "p99", "max", "closed p50", "p99", "max", "gone p50", "p99", "max",
        "Agno: end", "closed",
    ]  # fmt: skip
    show(f"Milliseconds from the request, {repeats} repeats", ["phase", *heads], rows, markdown)


def _few(quick: bool) -> int:
    return 1 if quick else AGNO_REPEATS


def _row(name: str, trials: list[Trial], plain: list[Trial]) -> list[str]:
    return [
        name,
        *spread([trial.end for trial in trials]),
        *spread([trial.closed for trial in trials if trial.closed is not None]),
        *spread([trial.gone for trial in trials]),
        milliseconds(max(trial.end for trial in plain)) if plain else NOTHING,
        spread([trial.closed for trial in plain if trial.closed is not None])[-1],
    ]


def report_keys(quick: bool, repeats: int, markdown: bool) -> None:
    trials = {"importing Agno": keys_while_importing(repeats)}
    trials |= {phase.name: keys(phase, repeats) for phase in phases(quick)}
    trials["all of these"] = [trial for phase in trials.values() for trial in phase]
    rows = [
        [name, *spread([trial.sign for trial in phase]), *spread([trial.panel for trial in phase])]
        for name, phase in trials.items()
    ]
    heads = ["first sign p50", "p99", "max", "results p50", "p99", "max"]
    title = f"Milliseconds from the key on a pty, {repeats} repeats"
    show(title, ["phase", *heads], rows, markdown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer phases and repeats")
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    options = parser.parse_args()
    repeats = options.repeats or (3 if options.quick else 20)
    report_runs(options.quick, repeats, options.markdown)
    report_keys(options.quick, repeats, options.markdown)


if __name__ == "__main__":
    main()
