"""The program in hostile hands: `python -m benchmarks.soak [--seconds 120] [--seed 1]`.

Life after life, each a home of its own and two programs in it, one after the other: the next one
finds what the last one has left. Ends with 1 when it finds something; the homes in which it did
are kept. Uses at most ``--share`` of a core on average.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from itertools import count
from math import inf
from pathlib import Path
from random import Random

from benchmarks.soak import machine
from benchmarks.soak.checks import check_files, check_processes, sections_of_json
from benchmarks.soak.embedded import kill_the_engine
from benchmarks.soak.house import House
from benchmarks.soak.scenes import a_scene
from benchmarks.soak.sitting import Sitting
from benchmarks.soak.tally import Tally
from benchmarks.soak.words import check_database, count_runs
from tests.harness.command import COMMAND, environment
from tests.servers import ModelServer

DECK = (
    "q", "SIGTERM", "wild q", "kill -9", "json", "wild kill -9", "hang-up", "plain", "wild SIGHUP",
    "engine", "SIGQUIT", "wild ctrl+q", "once", "kill -9", "events", "wild hang-up", "SIGUSR1",
    "wild SIGTERM", "wild once", "json kill -9",
)  # fmt: skip
SITTINGS = 2
NICENESS = 10


def live(number: int, seed: int, tally: Tally) -> None:
    """Be one life: a home, and the programs in it."""
    dice = Random(f"{seed}/{number}")
    order = [*DECK]
    Random(seed).shuffle(order)
    home = Path(tempfile.mkdtemp(prefix=f"soak-{seed}-{number}-"))
    before = len(tally.findings)
    clock = machine.Clock(home / "clock")
    with ModelServer() as server:
        env = environment(
            home, OPENAI_API_KEY="sk-soak", OPENAI_BASE_URL=server.base_url, TMPDIR=str(home)
        )
        house = House(home, env | clock.environment, server, clock, tally)
        for sitting in range(SITTINGS):
            kind = order[(number * SITTINGS + sitting) % len(order)]
            where = f"seed {seed}, life {number}, {kind}"
            tally.count(f"program: {kind}")
            sit(house, dice, kind, where)
            check_home(house, where)
        tally.count("words sent", house.ledger.sent)
        tally.count("words kept", house.ledger.kept(house.passages()))
    if len(tally.findings) == before:
        shutil.rmtree(home, ignore_errors=True)
    else:
        print(f"kept: {home}", flush=True)


def sit(house: House, dice: Random, kind: str, where: str) -> None:
    """Run one program to its end."""
    first, _, rest = kind.partition(" ")
    if first in ("json", "plain", "events"):
        write(house, dice, first, where, is_killed=bool(rest))
    elif first == "engine":
        kill_the_engine(house, where)
    else:
        is_wild = first == "wild"
        Sitting(house, dice, where, is_wild=is_wild).sit(rest if is_wild else kind)


def write(house: House, dice: Random, output: str, where: str, *, is_killed: bool) -> None:
    """Run it without a screen."""
    scene = a_scene(dice)
    house.server.script = scene.script
    house.tally.count("runs")
    house.tally.count(f"model: {scene.name}")
    command = [COMMAND, f"--{output}", "a lighthouse keeper"]
    pipe = subprocess.PIPE
    program = subprocess.Popen(
        command, env=house.env, cwd=house.home, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )
    ended_at = inf
    with machine.Starvation(program.pid) as starvation:
        try:
            is_patient = scene.ends_by_itself and not is_killed
            out, err = program.communicate(timeout=30.0 if is_patient else dice.uniform(1.5, 6.0))
        except subprocess.TimeoutExpired:
            ended_at = time.monotonic()
            program.send_signal(signal.SIGKILL if is_killed else dice.choice((2, 15)))
            out, err = program.communicate(timeout=15)
    house.ledger.close(house.server.records, ended_at, starvation.before, is_killed=is_killed)
    # Whatever ends a program that is just being loaded does so without a word.
    was_killed = ended_at < inf and (is_killed or not house.server.records)
    if b"Traceback" in err or (program.returncode not in (0, 1, 130) and not was_killed):
        house.tally.found(where, f"ended with {program.returncode}: {err[-400:]!r}")
    if output == "json" and not was_killed:
        told = sections_of_json(out)
        passages = house.passages()
        if told is None or not passages or told != [*passages[-1].texts]:
            house.tally.found(where, f"the summary is not what is saved: {out[-300:]!r}")


def check_home(house: House, where: str) -> None:
    """Compare what the program has left with what it has been told."""
    faults = check_processes()
    machine.reap()
    # The next program finds what a dead one left open, and closes it.
    done = subprocess.run(
        [COMMAND, "history", "--json"], env=house.env, capture_output=True, timeout=60, check=False
    )
    if done.returncode or b"Traceback" in done.stderr:
        faults.append(f"history ended with {done.returncode}: {done.stderr[-300:]!r}")
    begun, ended = count_runs(house.database)
    if begun > ended:
        faults.append("a passage was left without an end")
    faults += check_database(house.database)
    passages = house.passages()
    faults += house.ledger.compare(passages)
    faults += check_files(house.home)
    house.server.records.clear()
    house.server.errors.clear()
    for fault in faults:
        house.tally.found(where, fault)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--life", type=int, help="live this one only")
    parser.add_argument("--share", type=float, default=0.5, help="of a core")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    os.nice(NICENESS)
    machine.adopt_orphans()
    tally = Tally()
    begun = time.monotonic()
    for number in [options.life] if options.life is not None else count():
        if time.monotonic() - begun >= options.seconds and options.life is None:
            break
        tally.count("lives")
        live(number, options.seed, tally)
        busy = sum(os.times()[:4]) / options.share
        time.sleep(max(0.0, min(20.0, busy - (time.monotonic() - begun))))
    took = time.monotonic() - begun
    tally.measure("share of a core", sum(os.times()[:4]) / took)
    tally.report(f"{took:.0f} s with seed {options.seed}", markdown=options.markdown)
    print(*tally.findings, sep="\n")
    return 1 if tally.findings else 0


if __name__ == "__main__":
    sys.exit(main())
