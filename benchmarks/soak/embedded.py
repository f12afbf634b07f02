"""The embedded model, whose engine is killed in the middle of a story."""

import os
import signal
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

import platformdirs

from benchmarks.soak.checks import EXIT_SECONDS, check_terminal, settles
from benchmarks.soak.house import House
from benchmarks.soak.machine import helpers_of
from benchmarks.soak.terminal import Terminal
from benchmarks.soak.words import count_runs
from tests.harness.command import COMMAND
from tui.local.weights import ensure_weights

PATIENCE_SECONDS = 90.0


@cache
def weights() -> Path:
    """Return the weights that the tests use as well, fetched when they are missing."""
    default = platformdirs.user_cache_path("storyteam-tui-tests") / "storyteam-tui"
    folder = Path(os.environ.get("STORYTEAM_TEST_CACHE") or default)
    return ensure_weights(folder, lambda what, fraction: None, threading.Event())


def kill_the_engine(house: House, where: str) -> None:
    """Begin a story, kill the engine, begin another, cancel that, and leave."""
    env = {name: value for name, value in house.env.items() if not name.startswith("OPENAI")}
    env["XDG_CACHE_HOME"] = str(weights().parent.parent)
    before = len(house.passages())
    with Terminal([COMMAND, "--local", "a cat"], env, house.home, (120, 40)) as terminal:

        def expect(number: int, outcome: str) -> None:
            saved = before + number
            if not settles(lambda: count_runs(house.database) == (saved, saved), PATIENCE_SECONDS):
                house.tally.found(where, f"run {number} has no end")
                return
            passage = house.passages()[-1]
            if passage.outcome != outcome or not "".join(passage.texts).strip():
                house.tally.found(where, f"expected {outcome} and words: {passage}")

        def writes(number: int) -> bool:
            passages = house.passages()
            return len(passages) == before + number and bool("".join(passages[-1].texts))

        if not settles(lambda: writes(1), PATIENCE_SECONDS):
            house.tally.found(where, "the embedded model wrote nothing")
            return
        for engine in helpers_of(terminal.pid)["engine"]:
            house.tally.count("kill -9 of the engine")
            with suppress(ProcessLookupError):
                os.kill(engine, signal.SIGKILL)
        expect(1, "error")
        terminal.send(b"r")
        if settles(lambda: writes(2), PATIENCE_SECONDS):
            terminal.send(b"c")
            expect(2, "cancelled")
        else:
            house.tally.found(
                where, f"no second story:\n{terminal.picture(lambda text: False, 2)[1]}"
            )
        terminal.send(b"q")
        if terminal.wait(EXIT_SECONDS) is None:
            house.tally.found(where, "q did not leave")
        for fault in check_terminal(terminal):
            house.tally.found(where, fault)
