"""A real terminal in hard hands: other keyboards, lost pastes, signals, and its own end."""

# ruff: noqa: RUF001 - letters that look alike are what this is about

import asyncio
import contextvars
import json
import os
import select
import signal
import subprocess
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.harness.command import COMMAND, environment, run
from tests.harness.processes import descendants_of, is_alive
from tests.harness.terminal import Terminal
from tests.harness.waiting import until, wait_until
from tests.servers import Fault, FaultKind, ModelServer, Position, Script
from tui.screen.driver import TerminalDriver
from tui.screen.signals import ending_signals

SIGNALS = [signal.SIGQUIT, signal.SIGUSR1, signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM]
CANCELLED = ("■ cancelled", "Results")


@contextmanager
def silent_model(folder: Path) -> Iterator[tuple[ModelServer, dict[str, str]]]:
    """A model that keeps silent in mid-story, and the environment that names it."""
    script = Script(texts={Position.STORYTELLER: "Once upon a time"}).with_fault(
        Position.EDITOR, Fault(FaultKind.STALL_MIDSTREAM)
    )
    with ModelServer(script) as server:
        yield server, environment(folder, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)


@contextmanager
def at_work(folder: Path, *arguments: str) -> Iterator[Terminal]:
    """The command in mid-story."""
    with (
        silent_model(folder) as (server, env),
        Terminal("a cat", *arguments, env=env) as terminal,
    ):
        server.wait_until_stalled(Position.EDITOR)
        terminal.shows("Once upon a time", "Cancel")
        yield terminal


@pytest.mark.parametrize("key", ["С", "\x1b[99;65;67u", "\x1b[1089;5u"])
def test_the_key_that_stops_does_so_on_any_keyboard(key: str, tmp_path: Path) -> None:
    with at_work(tmp_path) as terminal:
        terminal.press(key)
        terminal.shows(*CANCELLED)


def test_no_sequence_takes_the_keyboard_away(tmp_path: Path) -> None:
    with at_work(tmp_path) as terminal:
        terminal.process.write(b"\x1b[99999999999999u\x1b[1:2:3:4;5:6;7:8u\x1b[99;1:3u")
        terminal.press("m")
        terminal.process.write(b"\xff\xfe\x1b[M\x00\x00\x00")
        terminal.press("m")
        terminal.press("c")
        terminal.shows(*CANCELLED)


def test_a_paste_whose_end_was_lost_is_over_after_a_while(tmp_path: Path) -> None:
    with at_work(tmp_path) as terminal:
        terminal.press("\x1b[200~a text without an end")

        def cancels() -> bool:
            terminal.press("c")
            try:
                terminal.shows(*CANCELLED, timeout=0.3)
            except TimeoutError:
                return False
            return True

        wait_until(cancels, timeout=4)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGXCPU])
def test_any_signal_that_ends_the_program_leaves_the_terminal_as_it_was(
    number: int, tmp_path: Path
) -> None:
    with at_work(tmp_path) as terminal:
        terminal.process.kill(number)
        terminal.wait()
        assert terminal.is_clean
        assert "cancelled" in terminal.text


def test_every_signal_that_would_end_the_program_is_obeyed() -> None:
    obeyed = set(ending_signals())
    assert obeyed.issuperset([*SIGNALS, signal.SIGUSR2, signal.SIGINT, signal.SIGHUP])
    assert obeyed.isdisjoint([signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGWINCH])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_killed_program_leaves_the_terminal_as_it_was(number: int, tmp_path: Path) -> None:
    with at_work(tmp_path) as terminal:
        assert not line_flags(terminal) & termios.ICANON
        terminal.process.kill(number)
        terminal.wait()
        assert terminal.is_clean
        assert terminal.output.rfind(b"\x1b[<u") > terminal.output.rfind(b"\x1b[>25u")
        wait_until(lambda: line_flags(terminal) & termios.ICANON)
        assert line_flags(terminal) & termios.ECHO


def line_flags(terminal: Terminal) -> int:
    return int(termios.tcgetattr(terminal.process.child_fd)[3])


def test_a_wakeup_without_a_sleep_changes_nothing(tmp_path: Path) -> None:
    with at_work(tmp_path) as terminal:
        for _ in range(3):
            terminal.process.kill(signal.SIGCONT)
        terminal.press("c")
        terminal.shows(*CANCELLED)
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.is_clean
        assert terminal.output.count(b"\x1b[>25u") == terminal.output.count(b"\x1b[<u")


def test_a_stopped_program_takes_the_terminal_again(tmp_path: Path) -> None:
    with at_work(tmp_path) as terminal:
        terminal.process.kill(signal.SIGSTOP)
        terminal.process.kill(signal.SIGCONT)
        terminal.press("c")
        terminal.shows(*CANCELLED)


class Interrupted(TerminalDriver):
    """A driver that draws on no terminal."""

    def __init__(self) -> None:
        self.did: list[str] = []
        self._app: Any = None
        self._auto_restart = self._is_drawing = True
        self._must_signal_resume = False
        self._loop, self._context = asyncio.get_running_loop(), contextvars.copy_context()

    def suspend_application_mode(self) -> None:
        self.did.append("gave")

    def resume_application_mode(self) -> None:
        self.did.append("took")


async def test_a_wakeup_in_the_middle_of_a_frame_does_not_write_before_that_is_written() -> None:
    driver = Interrupted()
    before = signal.signal(signal.SIGCONT, driver._sigcont_application)
    try:
        signal.raise_signal(signal.SIGCONT)
        assert driver.did == []
        await until(lambda: driver.did)
    finally:
        signal.signal(signal.SIGCONT, before)
    assert driver.did == ["gave", "took"]


@pytest.mark.parametrize("front", ["--no-local", "--plain"])
def test_a_terminal_that_goes_away_without_a_word_ends_the_program(
    front: str, tmp_path: Path
) -> None:
    with silent_model(tmp_path) as (server, env):
        ours, theirs = os.openpty()
        # In a session without a controlling terminal nothing sends a hang-up.
        process = subprocess.Popen(
            [COMMAND, front, "a cat"],
            env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        is_gone = threading.Event()
        reader = threading.Thread(target=read_until, args=(is_gone, ours))
        reader.start()
        server.wait_until_stalled(Position.EDITOR)
        processes = [process.pid, *descendants_of(process.pid)]
        gone_at = time.monotonic()
        is_gone.set()
        process.wait(timeout=10)
        assert time.monotonic() - gone_at < 2.5
        wait_until(lambda: not any(map(is_alive, processes)), timeout=2)
        reader.join()
    done = run("history", "--json", env=env)
    assert json.loads(done.stdout)[0]["reason"] == "signal"


def read_until(is_gone: threading.Event, terminal: int) -> None:
    """Be the terminal until it goes away."""
    while not is_gone.is_set():
        if select.select([terminal], [], [], 0.02)[0]:
            os.read(terminal, 4096)
    os.close(terminal)
