"""The form of the file, and how it changes from version to version."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest

from tests import ROOT
from tests.history.recording import WAIT_SECONDS, Open, ended, tell, text, titles, write
from tui.history import HistoryError, schema, search
from tui.history.queries import read_story


def _close_and_open(path: Path, open_history: Open) -> sqlite3.Connection:
    history = open_history()
    write(history, "It was glowing.", prompt="a dragon")
    assert history.close(WAIT_SECONDS)
    return sqlite3.connect(path, isolation_level=None)


def test_the_file_is_marked_as_ours(path: Path, open_history: Open) -> None:
    connection = _close_and_open(path, open_history)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    assert connection.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_older_file_is_brought_up_to_date(
    path: Path, open_history: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    _close_and_open(path, open_history).close()
    later = (*schema.MIGRATIONS, ("ALTER TABLE stories ADD COLUMN mood TEXT",))
    monkeypatch.setattr(schema, "MIGRATIONS", later)
    history = open_history()
    assert titles(history) == ["A dragon"]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT mood FROM stories").fetchone() == (None,)
        assert connection.execute("PRAGMA user_version").fetchone() == (len(later),)


def test_a_migration_that_fails_changes_nothing(
    path: Path, open_history: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    _close_and_open(path, open_history).close()
    broken = (*schema.MIGRATIONS, ("ALTER TABLE stories ADD COLUMN mood TEXT", "NONSENSE"))
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    history = open_history()
    write_failed = history.record("a goose")
    history.flush(WAIT_SECONDS)
    assert not write_failed.is_saved
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(broken) - 1,)
        assert "mood" not in str(connection.execute("SELECT sql FROM sqlite_master").fetchall())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("PRAGMA user_version = 99", "made by a newer version"),
        ("PRAGMA application_id = 7", "belongs to another program"),
    ],
)
def test_a_file_that_is_not_ours_to_change_is_left_alone(
    path: Path, open_history: Open, write_errors: list[str], change: str, said: str
) -> None:
    connection = _close_and_open(path, open_history)
    connection.execute(change)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    before = path.read_bytes()
    history = open_history()
    recorder = history.record("a goose")
    with pytest.raises(HistoryError, match=said):
        history.stories()
    with pytest.raises(HistoryError, match=said):
        history.delete("dragon")
    tell(history, recorder, text("Once upon a time"), ended())
    assert not recorder.is_saved
    (sentence,) = write_errors
    assert said in sentence
    assert recorder.fallback_path is not None
    assert str(recorder.fallback_path) in sentence
    assert "Once upon a time" in recorder.fallback_path.read_text(encoding="utf-8")
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_without_full_text_search_like_does_it(
    path: Path, open_history: Open, monkeypatch: pytest.MonkeyPatch, write_errors: list[str]
) -> None:
    ours = search.CREATE_INDEX
    monkeypatch.setattr(search, "CREATE_INDEX", ours.replace("fts5", "fts_missing"))
    history = open_history()
    story_id = write(history, "It was glowing.", prompt="a dragon")
    write(history, "Another.", prompt="a goose")
    assert titles(history, "glow DRAG") == ["A dragon"]
    assert titles(history, "100%") == []
    history.rename(story_id, "Embers")
    history.delete("goose")
    assert titles(history, "ember") == ["Embers"]
    assert not write_errors
    assert history.close(WAIT_SECONDS)
    # A later copy of the program can.
    monkeypatch.setattr(search, "CREATE_INDEX", ours)
    assert titles(open_history(), "ember glow dragon") == ["Embers"]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM search").fetchone() == (2,)


OLD = {1: "dragon-cdyx6", 2: "dragon-pqkcz"}
"""Files that earlier programs made, killed in the middle of a run: version and story."""


@pytest.fixture(params=OLD)
def old(request: pytest.FixtureRequest, path: Path) -> int:
    path.parent.mkdir(parents=True)
    copyfile(Path(__file__).parent / "data" / f"version-{request.param}.db", path)
    return int(request.param)


def test_an_old_file_becomes_a_tree_with_one_branch(
    path: Path, open_history: Open, old: int
) -> None:
    before = read_story(path, OLD[old])
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (old,)
    history = open_history()
    (interrupted,) = history.interrupted(WAIT_SECONDS)
    assert (interrupted.title, interrupted.words) == ("A lighthouse keeper", 4)
    story = history.story(OLD[old])
    assert story == before
    text = "# The Dragon\n\nThe dragon sat down and opened the book.\n\nIt was written in runes."
    assert story.text == text
    assert [(one.run_id, one.version, one.versions) for one in story.passages] == [
        ("run-1", 1, 1), ("run-2", 1, 1), ("run-3", 1, 1)
    ]  # fmt: skip
    assert story.passages[1].direction == "let it read"
    assert titles(history, "goose moor") == ["Wild Goose"]
    assert [one.name for one in history.versions(OLD[old])] == ["1", "1.1", "1.1.1"]
    history.take_back(OLD[old], "run-3")
    assert history.flip(OLD[old], "run-2", 1).text == text


def test_a_killed_migration_leaves_the_old_file_whole(
    path: Path, open_history: Open, old: int
) -> None:
    before = read_story(path, OLD[old])
    migrating = subprocess.Popen(
        [sys.executable, "-m", "tests.history.killed_migration", str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with migrating:
        assert migrating.stdout
        assert migrating.stdout.readline() == "in the middle\n"
        migrating.kill()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (old,)
        assert "on_path" not in str(connection.execute("SELECT sql FROM sqlite_master").fetchall())
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert read_story(path, OLD[old]) == before
    history = open_history()
    history.flush(WAIT_SECONDS)
    assert history.story(OLD[old]) == before
