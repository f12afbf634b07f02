"""Whose passage it is: told by process, by when it started, and by its heartbeat."""

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.history.recording import WAIT_SECONDS, Open, ended, record, tell, text, titles
from tui.history import INTERRUPTED, History, StoryRow
from tui.history.writer_process import SILENCE_SECONDS, Process, this_process
from tui.run.events import Outcome


@pytest.fixture
def orphan(open_history: Open) -> str:
    """The id of a story that a History wrote which is gone, though its process is not."""
    history = open_history()
    story_id = record(history, text("# Embers\n\nOnce upon a time")).story_id
    assert history.close(WAIT_SECONDS)
    return story_id


def _disguise(path: Path, **columns: object) -> None:
    names = ", ".join(f"{name} = ?" for name in columns)
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE living SET {names}", tuple(columns.values()))
    connection.close()


def _dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(WAIT_SECONDS)
    return process.pid


def test_what_the_own_process_writes_is_not_closed(orphan: str, open_history: Open) -> None:
    history = open_history()
    assert history.interrupted() == ()
    assert history.story(orphan).passages[0].outcome is None


def test_a_passage_of_a_dead_process_is_closed(orphan: str, open_history: Open, path: Path) -> None:
    _disguise(path, pid=_dead_pid())
    history = open_history()
    (row,) = history.interrupted()
    assert (row.id, row.title, row.words) == (orphan, "Embers", 6)
    (passage,) = history.story(orphan).passages
    assert (passage.outcome, passage.reason) == (Outcome.CANCELLED, INTERRUPTED)
    assert passage.words == 6
    assert passage.ended_at is not None
    assert titles(history, "time") == ["Embers"]
    assert open_history().interrupted() == ()


def test_a_later_process_of_the_same_number_is_another(
    orphan: str, open_history: Open, path: Path
) -> None:
    _disguise(path, process="long ago")
    assert [row.id for row in open_history().interrupted()] == [orphan]


def test_a_process_of_another_machine_is_judged_by_its_heartbeat(
    orphan: str, open_history: Open, path: Path
) -> None:
    _disguise(path, place="elsewhere", pid=_dead_pid())
    assert open_history().interrupted() == ()
    _disguise(path, heartbeat_at=time.time() - SILENCE_SECONDS - 1)
    assert [row.id for row in open_history().interrupted()] == [orphan]


def test_a_zombie_does_not_live() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    here = this_process()
    assert here.lives(0.0)
    assert Process(process.pid, "", here.place).lives(0.0)
    process.kill()
    # Not waited for yet: it is still in the table of processes.
    assert process.stdin
    process.stdin.close()
    deadline = time.monotonic() + WAIT_SECONDS
    while Process(process.pid, "", here.place).lives(0.0):
        assert time.monotonic() < deadline
    process.wait(WAIT_SECONDS)


def test_a_heartbeat_is_written_though_nothing_is_said(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.history.journal.HEARTBEAT_SECONDS", 0.0)
    record(history, text("Once"))
    _disguise(path, heartbeat_at=0.0)
    assert history.flush(WAIT_SECONDS)
    with sqlite3.connect(path) as connection:
        (heartbeat_at,) = connection.execute("SELECT heartbeat_at FROM living").fetchone()
    assert heartbeat_at > time.time() - 60


def test_a_passage_closed_by_mistake_is_put_right_by_its_writer(
    history: History, open_history: Open, path: Path
) -> None:
    recorder = record(history, text("Once upon"))
    _disguise(path, process="long ago")
    assert len(open_history().interrupted()) == 1
    tell(history, recorder, text(" a time"))
    assert history.story(recorder.story_id).text == "Once upon a time"
    tell(history, recorder, ended())
    (passage,) = history.story(recorder.story_id).passages
    assert (passage.outcome, passage.reason) == (Outcome.COMPLETED, None)
    assert passage.text == "Once upon a time"


def test_whoever_opens_is_told(orphan: str, path: Path) -> None:
    _disguise(path, pid=_dead_pid())
    told: list[tuple[StoryRow, ...]] = []
    said = threading.Event()

    def listen(rows: tuple[StoryRow, ...]) -> None:
        told.append(rows)
        said.set()

    history = History(path, on_interrupted=listen)
    assert said.wait(WAIT_SECONDS)
    assert [row.id for row in told[0]] == [orphan]
    assert history.close(WAIT_SECONDS)
