"""Programs that are really killed, at random moments, and what the next one finds."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import ROOT
from tests.harness.waiting import wait_until
from tests.history.crash_writer import RUN_WORDS, word
from tests.history.recording import WAIT_SECONDS, Open, titles
from tui.history import INTERRUPTED, Passage
from tui.run.events import Outcome

KILLS = 30
AT_ONCE = 3
LOST_SECONDS = 0.5
TARDY_SECONDS = 0.5
"""What a busy machine may take to let the writer's thread run."""

Process = subprocess.Popen[str]


class Victim:
    """A program that writes until it is killed, and what it has said."""

    def __init__(self, path: Path, *arguments: str) -> None:
        self.process = _start(path, *arguments)
        assert self.process.stdout
        self.story_id = self.process.stdout.readline().strip()
        self.said: list[tuple[int, int, float]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def live(self, seconds: float) -> None:
        """Let it go on for so long, and until it has acknowledged something."""
        moment = time.monotonic() + seconds
        wait_until(lambda: self.acknowledged and time.monotonic() >= moment)

    def kill(self) -> float:
        """Kill it, and return when."""
        killed_at = time.monotonic()
        self.process.kill()
        self.process.wait(WAIT_SECONDS)
        self._reader.join(WAIT_SECONDS)
        return killed_at

    @property
    def acknowledged(self) -> int:
        return self.said[-1][1] if self.said else 0

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            if line.endswith("\n"):
                put, saved, at = line.split()
                self.said.append((int(put), int(saved), float(at)))


def _start(path: Path, *arguments: str) -> Process:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.history.crash_writer", str(path), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


@contextmanager
def _victims(path: Path, number: int, *arguments: str) -> Iterator[list[Victim]]:
    victims = [Victim(path, *arguments) for _ in range(number)]
    try:
        yield victims
    finally:
        for victim in victims:
            victim.process.kill()
            victim.process.communicate()


@pytest.mark.parametrize("kills", [AT_ONCE] * (KILLS // AT_ONCE))
def test_a_kill_loses_next_to_nothing(path: Path, open_history: Open, kills: int) -> None:
    with _victims(path, kills) as victims:
        for victim in victims:
            victim.live(random.uniform(0.0, 0.4))
        killed_at = [victim.kill() for victim in victims]
    history = open_history()
    interrupted = {row.id for row in history.interrupted(WAIT_SECONDS)}
    assert interrupted == {victim.story_id for victim in victims}
    for victim, moment in zip(victims, killed_at, strict=True):
        (passage,) = history.story(victim.story_id).passages
        words = _check_interrupted(passage, victim, moment)
        assert victim.story_id in {row.id for row in history.stories(words[-1])}


@pytest.mark.parametrize("_", range(KILLS // AT_ONCE))
def test_a_kill_in_a_second_version_leaves_the_first_whole(
    path: Path, open_history: Open, _: int
) -> None:
    with _victims(path, AT_ONCE, "again") as victims:
        for victim in victims:
            victim.live(random.uniform(0.0, 0.4))
        killed_at = [victim.kill() for victim in victims]
    history = open_history()
    assert len(history.interrupted(WAIT_SECONDS)) == AT_ONCE
    for victim, moment in zip(victims, killed_at, strict=True):
        (passage,) = history.story(victim.story_id).passages
        assert (passage.version, passage.versions) == (2, 2)
        _check_interrupted(passage, victim, moment)
        first = history.flip(victim.story_id, passage.run_id, -1)
        assert first.text.split() == [word(number).strip() for number in range(RUN_WORDS)]
        assert first.passages[0].outcome is Outcome.COMPLETED


def _check_interrupted(passage: Passage, victim: Victim, killed_at: float) -> list[str]:
    """Check that hardly anything is missing; returns the words that are there."""
    words = "".join(section.text for section in passage.sections).split()
    assert words == [word(number).strip() for number in range(len(words))]
    assert len(words) >= victim.acknowledged
    old = [put for put, _, at in victim.said if at < killed_at - LOST_SECONDS - TARDY_SECONDS]
    assert len(words) >= max(old, default=0)
    assert (passage.outcome, passage.reason) == (Outcome.CANCELLED, INTERRUPTED)
    assert passage.words == len(words)
    assert passage.elapsed_seconds is not None
    return words


def test_a_living_program_is_left_alone(path: Path, open_history: Open) -> None:
    with _victims(path, 1) as (victim,):
        history = open_history()
        assert history.interrupted(WAIT_SECONDS) == ()
        assert history.story(victim.story_id).passages[0].outcome is None
        seen = victim.acknowledged
        wait_until(lambda: victim.acknowledged > seen)
        victim.kill()
        assert history.story(victim.story_id).passages[0].outcome is None
    (row,) = open_history().interrupted(WAIT_SECONDS)
    assert (row.id, row.reason) == (victim.story_id, INTERRUPTED)


def test_several_programs_find_the_same_corpse_once(path: Path, open_history: Open) -> None:
    with _victims(path, 1) as (victim,):
        wait_until(lambda: victim.acknowledged)
        victim.kill()
    histories = [open_history() for _ in range(4)]
    found = [row.id for history in histories for row in history.interrupted(WAIT_SECONDS)]
    assert found == [victim.story_id]
    story = histories[0].story(victim.story_id)
    assert len(story.passages[0].text.split()) >= victim.acknowledged


def test_programs_write_at_once(path: Path, open_history: Open) -> None:
    runs = 25
    writers = [_start(path, str(runs)) for _ in range(2)]
    for writer in writers:
        _, errors = writer.communicate(timeout=30)
        assert (writer.returncode, errors) == (0, "")
    history = open_history()
    rows = history.stories()
    assert len(rows) == 2 * runs
    assert {(row.outcome, row.words) for row in rows} == {(Outcome.COMPLETED, 50)}
    assert len(titles(history, "run w000049")) == 2 * runs
