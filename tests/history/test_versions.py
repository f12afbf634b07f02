"""Versions of a passage: nothing is deleted, and the chosen path is the story."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.history.recording import Open, add
from tui.history import History, HistoryError, Story
from tui.run.events import Outcome


@pytest.fixture
def story_id(history: History) -> str:
    """A story of three passages, by the runs one, two and three."""
    story_id = add(history, "one", "The dragon woke.")
    add(history, "two", " It flew.", story_id)
    add(history, "three", " It fell.", story_id)
    return story_id


def facts(story: Story) -> tuple[str, int, int]:
    assert story.last
    return story.text, story.last.version, story.last.versions


def test_another_version_stands_in_the_place_of_the_first(history: History, story_id: str) -> None:
    add(history, "three-b", " It sang.", story_id, after="two")
    assert facts(history.story(story_id)) == ("The dragon woke. It flew. It sang.", 2, 2)
    assert [passage.versions for passage in history.story(story_id).passages] == [1, 1, 2]
    (row,) = history.stories()
    assert (row.words, row.passages, row.version, row.versions) == (7, 3, 2, 2)


def test_the_beginning_has_versions_too(history: History, story_id: str) -> None:
    add(history, "one-b", "A goose woke.", story_id, after="")
    assert facts(history.story(story_id)) == ("A goose woke.", 2, 2)
    first = history.flip(story_id, "one-b", -1)
    assert facts(first) == ("The dragon woke.", 1, 2)


def test_flipping_goes_round(history: History, story_id: str) -> None:
    add(history, "three-b", " It sang.", story_id, after="two")
    add(history, "three-c", " It slept.", story_id, after="two")
    seen = []
    ending = "three-c"
    for by in (1, 1, 1, -1):
        story = history.flip(story_id, ending, by)
        assert story == history.story(story_id)
        assert story.last
        ending = story.last.run_id
        seen.append(ending)
    assert seen == ["three", "three-b", "three-c", "three-b"]


def test_what_is_taken_back_is_brought_back_step_by_step(history: History, story_id: str) -> None:
    assert history.take_back(story_id, "three").text == "The dragon woke. It flew."
    assert history.take_back(story_id, "two").text == "The dragon woke."
    with pytest.raises(HistoryError, match="beginning of the story"):
        history.take_back(story_id, "one")
    assert history.story(story_id).taken_back
    assert history.flip(story_id, "one", 1).text == "The dragon woke. It flew."
    last = history.flip(story_id, "two", 1)
    assert last.text == "The dragon woke. It flew. It fell."
    assert not last.taken_back
    with pytest.raises(HistoryError, match="no other version"):
        history.flip(story_id, "three", 1)


def test_there_and_back_where_one_version_goes_on(history: History, story_id: str) -> None:
    history.take_back(story_id, "three")
    add(history, "two-b", " It swam.", story_id, after="one")
    # Flipping reaches every version, and taking back what follows each of them.
    assert history.flip(story_id, "two-b", -1).text == "The dragon woke. It flew."
    assert history.flip(story_id, "two", 1).text == "The dragon woke. It swam."
    history.flip(story_id, "two-b", -1)
    history.take_back(story_id, "two")
    history.flip(story_id, "one", 1)
    assert history.flip(story_id, "two", 1).text == "The dragon woke. It flew. It fell."


def test_going_on_after_taking_back_keeps_what_was_taken(history: History, story_id: str) -> None:
    history.take_back(story_id, "three")
    add(history, "three-b", " It sang.", story_id)
    assert facts(history.story(story_id)) == ("The dragon woke. It flew. It sang.", 2, 2)
    assert history.flip(story_id, "three-b", -1).text == "The dragon woke. It flew. It fell."


def test_what_the_screen_shows_counts_and_not_what_another_copy_chose(
    history: History, open_history: Open, story_id: str
) -> None:
    add(history, "three-b", " It sang.", story_id, after="two")
    other = open_history()
    other.flip(story_id, "three-b", -1)
    assert history.story(story_id, "three-b").text == "The dragon woke. It flew. It sang."
    assert history.take_back(story_id, "three-b").text == "The dragon woke. It flew."
    assert history.flip(story_id, "two", 1).text == "The dragon woke. It flew. It sang."
    assert history.story(story_id, "no such run") == history.story(story_id)


def test_an_edited_passage_is_a_version_in_the_users_own_words(
    history: History, story_id: str
) -> None:
    story = history.rewrite(story_id, "three", "\n\nIt fell, *slowly*.  \n")
    assert story.last
    assert story.text == "The dragon woke. It flew.\n\nIt fell, *slowly*.  \n"
    assert (story.last.version, story.last.versions, story.last.by_hand) == (2, 2, True)
    assert (story.last.outcome, story.last.words) == (Outcome.COMPLETED, 3)
    assert [one.id for one in history.stories("slowly")] == [story_id]
    first = history.flip(story_id, story.last.run_id, -1)
    assert first.last
    assert not first.last.by_hand


def test_search_says_when_a_word_is_only_in_a_version_that_is_not_chosen(
    history: History, story_id: str
) -> None:
    add(history, "three-b", " It sang.", story_id, after="two")
    found = {query: history.stories(query) for query in ("sang", "fell", "fell flew", "dragon")}
    assert {query: [row.in_other_version for row in rows] for query, rows in found.items()} == {
        "sang": [False], "fell": [True], "fell flew": [True], "dragon": [False],
    }  # fmt: skip
    history.flip(story_id, "three-b", -1)
    (row,) = history.stories("fell")
    assert not row.in_other_version


def test_versions_are_named_by_their_place(history: History, story_id: str) -> None:
    add(history, "two-b", " It swam.", story_id, after="one")
    names = [(one.name, one.run_id, one.is_chosen) for one in history.versions(story_id)]
    assert names == [
        ("1", "one", True), ("1.1", "two", False), ("1.1.1", "three", False), ("1.2", "two-b", True)
    ]  # fmt: skip
    assert history.versions(story_id)[3].beginning == "It swam."
    assert history.version(story_id, "1").text == "The dragon woke. It flew."
    assert history.version(story_id, "1.1.1").text == "The dragon woke. It flew. It fell."
    for name in ("3", "0", "1.3", "1.1.1.1"):
        with pytest.raises(HistoryError, match=f"no version {name} "):
            history.version(story_id, name)
    assert history.story(story_id).text == "The dragon woke. It swam."


def test_a_note_belongs_to_the_story(history: History, story_id: str) -> None:
    assert history.story(story_id).note == ""
    assert history.set_note(story_id, "No adverbs.").note == "No adverbs."
    add(history, "four", " Then.", story_id)
    assert history.story(story_id).note == "No adverbs."
    other = history.record("a goose", run_id="goose", note="In rhyme.")
    history.flush(10.0)
    assert history.story(other.story_id).note == "In rhyme."


def test_nothing_is_ever_deleted(history: History, path: Path, story_id: str) -> None:
    add(history, "three-b", " It sang.", story_id, after="two")
    history.rewrite(story_id, "three-b", " It hummed.")
    history.take_back(story_id, "three-b")
    history.flip(story_id, "two", 1)
    history.set_note(story_id, "")
    with closing(sqlite3.connect(path)) as connection:
        kept = {text for (text,) in connection.execute("SELECT text FROM sections")}
    assert kept == {"The dragon woke.", " It flew.", " It fell.", " It sang.", " It hummed."}


def test_a_locked_history_is_not_changed_and_says_so(
    history: History, path: Path, story_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(history, "three-b", " It sang.", story_id, after="two")
    monkeypatch.setattr("tui.history.database.CALLER_WAIT_SECONDS", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="another program keeps it locked"):
            history.flip(story_id, "three-b", -1)
        assert history.story(story_id, "three-b").text == "The dragon woke. It flew. It sang."
    assert history.flip(story_id, "three-b", -1).text == "The dragon woke. It flew. It fell."


def test_a_story_with_versions_is_deleted_whole(
    history: History, path: Path, story_id: str
) -> None:
    add(history, "three-b", " It sang.", story_id, after="two")
    history.delete(story_id)
    with closing(sqlite3.connect(path)) as connection:
        for table in ("stories", "passages", "sections", "search"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_long_story_has_its_path_and_its_versions(history: History, path: Path) -> None:
    story_id = add(history, "r0", "w0 ")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for number in range(1, 1500):
            connection.execute(
                "INSERT INTO passages (story, parent, prompt, model, run_id, started_at)"
                " SELECT story, max(id), prompt, model, 'r' || ?, 1 FROM passages",
                (number,),
            )
        connection.execute("COMMIT")
    assert len(history.story(story_id).passages) == 1500
    assert len(history.versions(story_id)[-1].place) == 1500
    assert len(history.take_back(story_id, "r1499").passages) == 1499
