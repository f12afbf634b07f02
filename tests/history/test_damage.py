"""A damaged history: set aside or mended, never deleted, and no run notices."""

import os
import sqlite3
from pathlib import Path

import pytest

from tests.harness.waiting import wait_until
from tests.history.recording import WAIT_SECONDS, Open, ended, record, tell, text, titles, write
from tui.history import History, HistoryError


@pytest.mark.parametrize("content", [b"This is no database." * 300, b"SQLite format 3\0" * 400])
def test_a_damaged_file_is_set_aside(
    open_history: Open, path: Path, write_errors: list[str], content: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    history = open_history()
    write(history, "A new beginning.")
    assert len(history.stories("beginning")) == 1
    (aside,) = path.parent.glob("stories.db.corrupt-*")
    assert aside.read_bytes() == content
    assert write_errors == [
        f"The history was damaged: it was set aside as {aside}, and a new one begun."
    ]


def test_two_damaged_files_are_both_kept(
    open_history: Open, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.history.quarantine.time.strftime", lambda form: "20300101-000000")
    path.parent.mkdir()
    for content in (b"first" * 1000, b"second" * 1000):
        path.write_bytes(content)
        history = open_history()
        write(history, "text")
        assert history.close(WAIT_SECONDS)
        for one in path.parent.glob("stories.db*"):
            if "corrupt" not in one.name:
                one.unlink()
    kept = sorted(one.name for one in path.parent.iterdir())
    assert kept == ["stories.db.corrupt-20300101-000000", "stories.db.corrupt-20300101-000000-2"]


@pytest.mark.parametrize("lose_log", [True, False])
def test_damage_in_mid_run_costs_the_run_nothing(
    open_history: Open, path: Path, write_errors: list[str], lose_log: bool
) -> None:
    history = open_history()
    recorder = record(history, text("Once upon "))
    restored = path.with_name("restored")
    restored.write_bytes(os.urandom(20_000))
    restored.replace(path)
    if lose_log:
        path.with_name("stories.db-wal").unlink()
    recorder.put(text("a time"))
    recorder.put(ended())
    wait_until(lambda: recorder.is_saved)
    assert history.story(recorder.story_id).text == "Once upon a time"
    assert len(list(path.parent.glob("stories.db.corrupt-*[0-9]"))) == len(write_errors) == lose_log


def test_damage_that_a_reader_finds_is_seen_to(
    open_history: Open, path: Path, write_errors: list[str]
) -> None:
    history = open_history()
    for number in range(50):
        write(history, f"{number} " * 2000)
    assert history.close(WAIT_SECONDS)
    history = open_history()
    assert history.interrupted() == ()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    with pytest.raises(HistoryError, match="damaged"):
        history.stories()
    assert history.flush(WAIT_SECONDS)
    assert "set aside" in write_errors[0]
    assert history.stories() == []


def test_a_damaged_index_is_made_anew(
    history: History, path: Path, write_errors: list[str]
) -> None:
    write(history, "It was glowing.", prompt="a dragon")
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM search_data WHERE id > 10")
    connection.close()
    with pytest.raises(HistoryError, match="damaged"):
        titles(history, "glow")
    write(history, "Honk.", prompt="a goose")
    assert titles(history, "glow") == ["A dragon"]
    assert titles(history, "honk") == ["A goose"]
    assert write_errors == []


def test_an_index_that_was_damaged_before_is_made_anew(
    open_history: Open, path: Path, write_errors: list[str]
) -> None:
    history = open_history()
    write(history, "It was glowing.", prompt="a dragon")
    assert history.close(WAIT_SECONDS)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE search_data SET block = x'00'")
        connection.execute("UPDATE passages SET indexed = 0")
    connection.close()
    history = open_history()
    assert history.flush(WAIT_SECONDS)
    assert titles(history, "glow") == ["A dragon"]
    assert write_errors == []
    assert list(path.parent.glob("*corrupt*")) == []


def test_a_file_that_was_taken_away_is_written_anew(history: History, path: Path) -> None:
    recorder = record(history, text("Once upon "))
    for one in path.parent.iterdir():
        one.unlink()
    tell(history, recorder, text("a time"), ended())
    assert recorder.is_saved
    assert history.story(recorder.story_id).text == "Once upon a time"
