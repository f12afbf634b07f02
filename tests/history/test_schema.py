"""The form of the file, and how it changes from version to version."""

import sqlite3
from pathlib import Path

import pytest

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
    path: Path, open_history: Open, troubles: list[str], change: str, said: str
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
    (sentence,) = troubles
    assert said in sentence
    assert recorder.fallback_path is not None
    assert str(recorder.fallback_path) in sentence
    assert "Once upon a time" in recorder.fallback_path.read_text(encoding="utf-8")
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_without_full_text_search_like_does_it(
    path: Path, open_history: Open, monkeypatch: pytest.MonkeyPatch, troubles: list[str]
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
    assert not troubles
    assert history.close(WAIT_SECONDS)
    # A later copy of the program can.
    monkeypatch.setattr(search, "CREATE_INDEX", ours)
    assert titles(open_history(), "ember glow dragon") == ["Embers"]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM search").fetchone() == (2,)


def test_stories_of_the_first_form_are_read(
    path: Path, open_history: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir(parents=True)
    first = sqlite3.connect(path, isolation_level=None)
    with monkeypatch.context() as earlier:
        earlier.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        schema.migrate(first)
    first.execute("INSERT INTO stories (id, title, created_at, updated_at) VALUES ('a-1','A',1,1)")
    first.execute(
        "INSERT INTO passages (story, prompt, model, run_id, outcome, started_at)"
        " VALUES (1, 'a', 'm', 'r', 'completed', 1)"
    )
    first.execute(
        "INSERT INTO sections (passage, number, speaker, is_leader, text)"
        " VALUES (1, 0, 'T', 1, 'Told.')"
    )
    first.close()
    (passage,) = read_story(path, "a-1").passages
    assert passage.text == "Told."
    assert not passage.sections[0].is_data
    assert passage.attachments == ()
    # Who reads does not write: the file is brought up to date by who does.
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    history = open_history()
    history.flush(WAIT_SECONDS)
    assert history.story("a-1").passages == (passage,)
