"""A real process in a real terminal: whatever happens to the picture, it comes back whole."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT
from tests.harness.command import environment
from tests.harness.terminal import Terminal
from tests.harness.waiting import wait_until

TAKEN = b"\x1b[?1049h"
"""The alternate screen: on a real terminal nothing is on it then."""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    env = environment(tmp_path, PYTHONPATH=str(ROOT))
    program = ("-m", "tests.screen.drawing.screen_program")
    with Terminal(*program, env=env, program=sys.executable) as terminal:
        terminal.shows("StorytellerAgent", "402 words", "The end.")
        yield terminal


def state_of(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.parametrize("stop", [signal.SIGTSTP, signal.SIGSTOP])
def test_a_program_that_was_stopped_paints_everything_when_it_goes_on(
    terminal: Terminal, stop: signal.Signals
) -> None:
    process = terminal.process.pid
    os.kill(process, stop)
    wait_until(lambda: state_of(process) == "T")
    os.kill(process, signal.SIGCONT)
    terminal.until(lambda _: terminal.output.count(TAKEN) == 2)
    terminal.shows("storyteam", "StorytellerAgent", "402 words", "no limit", "Cancel")


def test_another_size_paints_everything(terminal: Terminal) -> None:
    for columns, rows in ((80, 24), (120, 40)):
        terminal.resize(columns, rows)
        terminal.shows("storyteam", "Storyteller", "402 words", "no limit", "Cancel")


def story(text: str) -> list[str]:
    """The rows of the story, without what stands beside it."""
    return [line[:75] for line in text.splitlines()[2:-3]]


def test_the_story_is_the_same_after_it_was_scrolled(terminal: Terminal) -> None:
    end = story(terminal.text)
    terminal.press("g")
    terminal.shows("more rows below")
    terminal.press("G")
    terminal.until(lambda text: story(text) == end)
