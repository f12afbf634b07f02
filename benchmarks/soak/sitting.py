"""One program on a terminal, from its start to its end, with a few runs in between."""

import os
import signal
import time
from contextlib import suppress
from math import inf
from random import Random
from typing import TYPE_CHECKING

from benchmarks.soak import hands, machine
from benchmarks.soak.checks import (
    EXIT_SECONDS,
    SETTLE_SECONDS,
    check_burden,
    check_terminal,
    settles,
)
from benchmarks.soak.house import House
from benchmarks.soak.machine import Burden, Starvation
from benchmarks.soak.scenes import Scene, a_scene
from benchmarks.soak.terminal import Terminal
from benchmarks.soak.words import count_runs
from tests.harness.command import COMMAND

if TYPE_CHECKING:
    from collections.abc import Callable

START_SECONDS = 60.0
CANCEL_SECONDS = 1.0
"""The promise is 0.25 s; here others use the machine as well."""
PATIENCE_SECONDS = 40.0
SAVED_EXIT = {0, 1, 124, 130}


class Sitting:
    """A person, or a cat, before the program."""

    def __init__(self, house: House, dice: Random, where: str, *, is_wild: bool) -> None:
        self._house, self._dice, self._where, self._is_wild = house, dice, where, is_wild
        self._server, self._tally = house.server, house.tally
        self._first: Burden | None = None
        self._ended_at = inf
        self._runs_before, _ = count_runs(house.database)
        self._is_disk_full = False

    def sit(self, ending: str) -> None:
        """Start the program, have it run some stories, and end it."""
        scene = self._next_scene()
        options = ["--once"] if ending == "once" else []
        if self._dice.random() < 0.3:
            options += ["--api", "chat"]
        if self._dice.random() < 0.2:
            options += ["--auto-cancel", f"{self._dice.uniform(0.5, 6):.1f}"]
        size = hands.a_size(self._dice) if self._dice.random() < 0.5 else (120, 40)
        command = [COMMAND, *options, "a lighthouse keeper"]
        with (
            Terminal(command, self._house.env, self._house.home, size) as terminal,
            Starvation(terminal.pid) as starvation,
        ):
            self._starved = starvation.before
            runs = 1 if ending == "once" else self._dice.randrange(1, 6)
            for number in range(runs):
                is_last = number == runs - 1
                self._run(terminal, scene, stays=is_last)
                if not is_last and terminal.is_alive:
                    scene = self._next_scene()
                    if not self._begin(terminal):
                        break
            self._leave(terminal, ending)

    # One run.

    def _next_scene(self) -> Scene:
        scene = a_scene(self._dice)
        self._server.script = scene.script
        self._tally.count(f"model: {scene.name}")
        return scene

    def _run(self, terminal: Terminal, scene: Scene, *, stays: bool) -> None:
        """Let it run for a while, and end it unless the program is to leave in its midst."""
        # What was pressed for its predecessor may have ended it before it has asked anything.
        if not settles(
            lambda: self._server.records or self._is_over() or not terminal.is_alive, START_SECONDS
        ):
            self._found(terminal, "no request was made")
            return
        self._tally.count("runs")
        self._ended_at = inf
        for _ in range(self._dice.randrange(0, 6)):
            time.sleep(self._dice.choice((0.0, 0.05, 0.2, 0.6)))
            self._do(terminal)
        time.sleep(self._dice.choice((0.0, 0.02, 0.1, 0.5)))
        self._let_go(terminal)
        if stays and self._dice.random() < 0.6:
            return
        self._end_run(terminal, scene)
        self._rest(terminal)

    def _end_run(self, terminal: Terminal, scene: Scene) -> None:
        if scene.ends_by_itself and self._dice.random() < 0.4:
            self._tally.count("end: by itself")
            settles(lambda: not self._server.streams_open, PATIENCE_SECONDS)
            # From one request to the next.
            time.sleep(self._dice.choice((0.0, 0.3, 1.0)))
        # In a line that wild keys have opened, c is a letter.
        keys = "\x03" if self._is_wild else self._dice.choice(("c", "\x03", "\x1b\x1b"))
        was_streaming = self._server.streams_open
        self._ended_at = pressed_at = time.monotonic()
        terminal.send(keys[0].encode())
        if len(keys) > 1:
            time.sleep(0.2)
            pressed_at = time.monotonic()
            terminal.send(keys[1].encode())
        if was_streaming:
            self._tally.count(f"end: {keys!r}")
            is_closed = settles(lambda: not self._server.streams_open, PATIENCE_SECONDS)
            took = time.monotonic() - pressed_at
            self._tally.measure("seconds from the key to the closed connection", took)
            starved = self._starved(time.monotonic(), took)
            if took > CANCEL_SECONDS + starved or not is_closed:
                told = f"{took:.1f} s, {starved:.1f} of them without a processor"
                self._found(terminal, f"{keys!r} closed the connection after {told}")

    def _rest(self, terminal: Terminal) -> None:
        """See that all is well when the run is over, and the disk has room again."""
        self._free_disk(terminal)
        if not settles(lambda: self._is_over() or not terminal.is_alive, PATIENCE_SECONDS):
            text = terminal.picture(lambda text: False, 2)[1]
            self._found(terminal, f"the run was not saved with an end:\n{text}")
        if not terminal.is_alive:
            return
        with suppress(OSError):
            burden, faults = check_burden(terminal.pid, self._first)
            self._first = self._first or burden
            self._tally.measure("MB held at rest", burden.megabytes)
            self._tally.measure("MB more than after the first run",
                                burden.megabytes - self._first.megabytes)  # fmt: skip
            for fault in faults:
                self._found(terminal, fault)
        self._note()
        if not self._is_wild and terminal.is_alive:
            self._look(terminal)

    def _look(self, terminal: Terminal) -> None:
        """See that the last word that is kept is also shown."""
        passages = self._house.passages()
        wanted = passages[-1].last_tag if passages else ""
        is_shown, text = terminal.picture(
            lambda text: wanted in text and "storyteam" in text, SETTLE_SECONDS
        )
        if not is_shown and terminal.is_alive:
            self._found(terminal, f"{wanted or 'the header'} is not on the screen:\n{text}")

    def _note(self) -> None:
        """Compare the words so far, and forget the requests."""
        settles(lambda: not self._server.streams_open)
        self._house.ledger.close(self._server.records, self._ended_at, self._starved)
        self._server.records.clear()
        for fault in self._house.ledger.compare(self._house.passages()):
            self._tally.found(self._where, fault)

    def _begin(self, terminal: Terminal) -> bool:
        """Begin another run, in one of the ways that there are."""
        how = "r" if self._is_wild else self._dice.choice(("r", "n", "enter"))
        self._tally.count(f"begun by {how}")
        self._runs_before, _ = count_runs(self._house.database)
        for _ in range(4):
            if self._is_wild:
                # Out of whatever lies on the screen; a run that has begun would be cancelled.
                for _ in range(2):
                    terminal.send(b"\x1b")
                    time.sleep(0.3)
            terminal.send({"r": b"r", "n": b"n", "enter": b"\r"}[how])
            if how != "r":
                settles(
                    lambda: any(asked in terminal.unseen for asked in (b"New story:", b"Go on:"))
                )
                time.sleep(0.5)
                terminal.send(b"a tale of two cats\r")
            if settles(
                lambda: (
                    count_runs(self._house.database)[0] > self._runs_before or not terminal.is_alive
                ),
                START_SECONDS / 4 if self._is_wild else START_SECONDS,
            ):
                return terminal.is_alive
            if not self._is_wild:
                break
        _, text = terminal.picture(lambda text: False, 2)
        self._found(terminal, f"{how} began no run:\n{text}")
        return False

    def _is_over(self) -> bool:
        """Whether the latest run that was to begin has begun, and is saved with its end."""
        begun, ended = count_runs(self._house.database)
        return self._runs_before < begun == ended and not self._server.streams_open

    # What happens meanwhile.

    def _do(self, terminal: Terminal) -> None:
        deeds: dict[str, Callable[[Terminal], None]] = {
            "resize": self._resize,
            "stop and go on": self._stop,
            "kill a helper": self._kill_helper,
            "clock jumps": self._jump,
            "disk full": self._fill_disk,
            "nothing": lambda terminal: None,
        }
        if self._is_wild:
            deeds |= {
                "keys": lambda it: it.send(hands.some_keys(self._dice)),
                "keys again": lambda it: it.send(hands.some_keys(self._dice)),
                "paste": lambda it: it.send(hands.a_paste(self._dice)),
                "mouse": lambda it: it.send(hands.some_mouse(self._dice)),
                "garbage": self._garble,
            }
        deed = self._dice.choice([*deeds])
        if deed == "kill a helper" and self._dice.random() < 0.5:
            deed = "resize"
        self._tally.count(f"meanwhile: {deed}")
        if os.environ.get("SOAK_DEBUG"):
            print(time.monotonic(), deed, flush=True)
        deeds[deed](terminal)

    def _resize(self, terminal: Terminal) -> None:
        for _ in range(self._dice.randrange(1, 5)):
            terminal.resize(*hands.a_size(self._dice))
            time.sleep(self._dice.choice((0.0, 0.02, 0.1)))

    def _garble(self, terminal: Terminal) -> None:
        terminal.send(self._dice.choice(hands.GARBAGE))
        # Until it cannot be the beginning of a key any more.
        time.sleep(0.3)

    def _stop(self, terminal: Terminal) -> None:
        """Stop the program or its worker for a moment."""
        victims = [terminal.pid, *machine.helpers_of(terminal.pid)["worker"]]
        since = time.monotonic()
        victim = self._dice.choice(victims)
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGSTOP)
            time.sleep(self._dice.choice((0.1, 0.5, 1.5)))
            os.kill(victim, signal.SIGCONT)
        self._house.ledger.disturb(since, time.monotonic())

    def _kill_helper(self, terminal: Terminal) -> None:
        found = machine.helpers_of(terminal.pid)
        kind = self._dice.choice([name for name, pids in found.items() if pids] or [""])
        for pid in found.get(kind, [])[:1]:
            self._tally.count(f"kill -9 of the {kind}")
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _jump(self, terminal: Terminal) -> None:
        day = 86_400.0
        self._house.clock.jump(self._dice.choice((0.0, -day, day, -3600.0, 3600.0, 1e9, -1e9)))

    def _fill_disk(self, terminal: Terminal) -> None:
        if not self._is_disk_full:
            self._is_disk_full = True
            self._full_since = time.monotonic()
            machine.fill_disk(terminal.pid, self._dice.choice((0, 4096, 1 << 16)))

    def _let_go(self, terminal: Terminal) -> None:
        """Let the disk have room again."""
        if self._is_disk_full and self._dice.random() < 0.8:
            self._free_disk(terminal)

    def _free_disk(self, terminal: Terminal) -> None:
        if self._is_disk_full:
            self._is_disk_full = False
            machine.free_disk(terminal.pid)
            self._house.ledger.disturb(self._full_since, time.monotonic())

    # The end.

    def _leave(self, terminal: Terminal, ending: str) -> None:
        self._tally.count(f"left by {ending}")
        left_at = time.monotonic()
        if not terminal.is_alive and ending != "once":
            self._check_left(terminal, ending, inf, left_by_itself=True)
            return
        if self._is_disk_full and ending == "kill -9":
            self._house.ledger.disturb(self._full_since, inf)
        elif self._is_disk_full:
            self._free_disk(terminal)
        match ending:
            case "q" | "ctrl+q":
                self._press_quit(terminal, b"q" if ending == "q" else b"\x11")
            case "hang-up":
                terminal.hang_up()
            case "kill -9":
                os.kill(terminal.pid, signal.SIGKILL)
            case "once":
                if not settles(lambda: not terminal.is_alive, 5.0):
                    left_at = time.monotonic()
                    terminal.send(b"c")
            case _:
                os.kill(terminal.pid, signal.Signals[ending])
        self._check_left(terminal, ending, left_at)
        self._tally.measure("seconds to leave", time.monotonic() - left_at)

    def _press_quit(self, terminal: Terminal, key: bytes) -> None:
        """Leave, out of whatever lies on the screen."""
        for _ in range(4):
            terminal.send(key)
            if settles(lambda: not terminal.is_alive, 3.0):
                return
            terminal.send(b"\x1b")
            time.sleep(0.3)

    def _check_left(
        self, terminal: Terminal, ending: str, left_at: float, *, left_by_itself: bool = False
    ) -> None:
        code = terminal.wait(EXIT_SECONDS)
        if code is None:
            self._found(terminal, f"{ending}: the program is still there")
            os.kill(terminal.pid, signal.SIGKILL)
            terminal.wait(EXIT_SECONDS)
        elif left_by_itself and not (self._is_wild and code == 0):
            self._found(terminal, f"the program ended by itself with {code}")
        elif ending != "kill -9" and code not in SAVED_EXIT:
            self._found(terminal, f"{ending}: exit code {code}")
        if ending != "hang-up":
            for fault in check_terminal(terminal):
                self._found(terminal, f"{ending}: {fault}")
        is_killed = ending == "kill -9"
        self._house.ledger.close(self._server.records, left_at, self._starved, is_killed=is_killed)

    def _found(self, terminal: Terminal, what: str) -> None:
        output = self._house.home / f"output-{len(self._tally.findings)}"
        output.write_bytes(terminal.unseen)
        state = machine.state_of(terminal.pid) if terminal.is_alive else "gone"
        self._tally.found(self._where, f"{what} (the program, {terminal.pid}: {state})")
