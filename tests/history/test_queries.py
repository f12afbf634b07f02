"""Finding, opening, renaming and deleting stories."""

import sqlite3
import time
from pathlib import Path

import pytest

from tests.history.recording import (
    LEADER,
    Open,
    cancelled,
    ended,
    record,
    tell,
    text,
    titles,
    write,
)
from tui.history import (
    History,
    HistoryError,
    Passage,
    StoredSection,
    Story,
    UnknownStoryError,
)
from tui.run.events import ModelRequested, Outcome
from tui.run.records import Usage


def test_an_empty_history_is_empty(history: History) -> None:
    assert history.stories() == []
    assert history.stories("dragon") == []
    assert history.latest() is None
    assert history.interrupted() == ()


def test_the_list_is_newest_first_and_no_longer_than_asked(history: History) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        write(history, "text", prompt=name)
    assert titles(history) == ["Gamma", "Beta", "Alpha"]
    assert [row.title for row in history.stories(limit=2)] == ["Gamma", "Beta"]
    latest = history.latest()
    assert latest is not None
    assert latest.title == "Gamma"


def test_a_story_that_was_gone_on_with_comes_first(history: History) -> None:
    first = write(history, "text", prompt="Alpha")
    write(history, "text", prompt="Beta")
    record(history, text("more"), ended(), story_id=first)
    assert titles(history) == ["Alpha", "Beta"]


def test_a_row_tells_how_the_last_passage_ended(history: History) -> None:
    recorder = record(history, text("a draft of it"), ModelRequested(LEADER, 1.0))
    tell(history, recorder, text("three words here", LEADER), ended())
    record(history, text("and more"), *cancelled(), story_id=recorder.story_id)
    (row,) = history.stories()
    assert row.id == recorder.story_id
    assert (row.outcome, row.reason, row.model) == (Outcome.CANCELLED, "user", "test-model")
    assert row.words == 5
    assert row.passages == 2
    assert abs(row.updated_at - time.time()) < 60


@pytest.mark.parametrize(
    "query",
    ["dragon", "drag", "DRAGON", "ember", "dra emb", "glowing", "émbers", "dragon's", "gl dr"],
)
def test_search_finds_title_prompt_and_text_by_beginnings(history: History, query: str) -> None:
    write(history, "# Embers\n\nIt was glowing.", prompt="the dragon's wish")
    write(history, "Another one.", prompt="a goose")
    assert titles(history, query) == ["Embers"]


def test_every_word_has_to_occur_but_not_in_one_passage(history: History) -> None:
    first = write(history, "The lamp.", prompt="a keeper")
    record(history, text("The storm."), ended(), story_id=first)
    write(history, "The lamp.", prompt="a goose")
    assert titles(history, "lamp storm") == ["A keeper"]
    assert titles(history, "lamp storm goose") == []


def test_search_finds_a_living_run_by_its_prompt(history: History) -> None:
    record(history, text("unseen"), prompt="a dragon")
    assert titles(history, "drag") == ["A dragon"]


def test_search_finds_a_direction(history: History) -> None:
    first = write(history, "text", prompt="a keeper")
    record(history, text("more"), ended(), story_id=first, direction="let it thunder")
    assert titles(history, "thund") == ["A keeper"]


@pytest.mark.parametrize(
    "query",
    ['"', "'", '"drag', 'dragon"', "dragon*", "*", "(", ")", "dragon AND", "NEAR(", "^dragon",
     "-", "title:dragon", "a-b", "%", "_", "\\", "{", "col:", "dragon OR", "\x00",
     "dra\x00gon", "\ud800", "+", "…", "🐉", "\U0001e900", ";--", "NOT", "é" * 300, "a " * 200],
)  # fmt: skip
def test_no_query_breaks_the_search(history: History, query: str) -> None:
    write(history, "It was glowing.", prompt="a dragon")
    assert isinstance(history.stories(query), list)


def test_punctuation_does_not_hide_a_word(history: History) -> None:
    write(history, 'She said: "Dragons, all of them!"', prompt="a wish")
    for query in ("dragons,", '"dragons', "(dragons)", "dragons!", "them!"):
        assert titles(history, query) == ["A wish"], query


def test_what_is_no_word_is_looked_for_as_it_stands(history: History) -> None:
    write(history, "Here be 🐉, 100% sure.", prompt="one")
    write(history, "Nothing.", prompt="two")
    assert titles(history, "🐉") == ["One"]
    assert titles(history, "%") == ["One"]
    assert titles(history, "nothing %") == []


def test_scripts_without_spaces_are_found_in_the_middle(history: History) -> None:
    write(history, "从前有一条龙学会了编程。", prompt="一个故事")
    assert titles(history, "学会") == ["一个故事"]


def test_an_id_may_be_shortened_while_it_is_clear(history: History) -> None:
    one = write(history, "text", prompt="a dragon")
    two = write(history, "text", prompt="a dragonfly")
    assert one.startswith("dragon-")
    assert two.startswith("dragonfly-")
    assert history.story(two[:8]).id == two
    assert history.story(f" {one.upper()} ").id == one
    with pytest.raises(UnknownStoryError, match=f"{two}.*more of the id"):
        history.story("drag")
    with pytest.raises(UnknownStoryError, match="no story 'goose'"):
        history.story("goose")
    for nothing in ("", " ", "%", "\x00"):
        with pytest.raises(UnknownStoryError):
            history.story(nothing)


def test_ids_are_unique_even_when_chance_is_not(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = iter(["same", "same", "other"])
    monkeypatch.setattr("tui.history.journal.new_id", lambda title: next(ids))
    assert [write(history, "a"), write(history, "b")] == ["same", "other"]


def test_a_new_title_stays_and_is_found(history: History) -> None:
    story_id = write(history, "# Embers\n\ntext", prompt="a dragon")
    history.rename(story_id, "  The\nTalking \x1b[31m Goose ")
    record(history, text("# Ashes\n\nmore"), ended(), story_id=story_id)
    assert titles(history, "talk goose") == [history.story(story_id).title]
    assert history.story(story_id).title.startswith("The Talking")
    assert "\x1b" not in history.story(story_id).title
    with pytest.raises(HistoryError, match="at least one"):
        history.rename(story_id, " \n ")


def test_a_deleted_story_leaves_nothing(history: History, path: Path) -> None:
    story_id = write(history, "a secret word", prompt="a dragon")
    record(history, text("more"), ended(), story_id=story_id)
    history.delete(story_id)
    assert history.stories() == history.stories("secret") == history.stories("dragon") == []
    with sqlite3.connect(path) as connection:
        for table in ("stories", "passages", "sections", "pieces", "living", "search"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    with pytest.raises(UnknownStoryError):
        history.delete(story_id)


def test_a_story_that_is_being_written_is_not_deleted(history: History) -> None:
    recorder = record(history, text("Once"))
    with pytest.raises(HistoryError, match="being written"):
        history.delete(recorder.story_id)
    tell(history, recorder, *cancelled())
    history.delete(recorder.story_id)


def test_a_story_deleted_by_force_is_written_anew(history: History, path: Path) -> None:
    recorder = record(history, text("Once upon"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM stories")
    connection.close()
    tell(history, recorder, text(" a time"), ended())
    assert history.story(recorder.story_id).text == "Once upon a time"


def test_reading_needs_nobody_who_writes(open_history: Open, path: Path) -> None:
    history = open_history()
    story_id = write(history, "Once")
    history.close(5.0)
    assert history.story(story_id).text == "Once"
    assert len(history.stories("once")) == 1


def _passage(outcome: Outcome | None, *sections: StoredSection) -> Passage:
    nothing = (None, None, 0.0, None, None, None, None, Usage(), None, 0)
    return Passage("", None, "", "", outcome, *nothing, sections)


def test_the_text_of_a_passage_is_its_prose() -> None:
    sections = (
        StoredSection("Team", True, "I ask. "),
        StoredSection("Teller", False, " \n"),
        StoredSection("Teller", False, "Once.\n\n"),
        StoredSection("Team", True, "The story.\n"),
        StoredSection("Editor", False, "\nFine.\n"),
    )
    assert _passage(Outcome.COMPLETED, *sections).text == "The story.\n"
    for outcome in (None, Outcome.CANCELLED, Outcome.ERROR, Outcome.INCOMPLETE):
        assert _passage(outcome, *sections).text == "Once.\n\nFine.\n"
    assert _passage(Outcome.COMPLETED, sections[2]).text == "Once.\n\n"
    assert _passage(Outcome.CANCELLED).text == ""


def test_passages_join_as_they_are() -> None:
    texts = ("\n Once upon a ti", "me, she", " left.", "\n\nThen\n")
    passages = tuple(_passage(Outcome.CANCELLED, StoredSection("T", False, one)) for one in texts)
    story = Story("id", "", 0.0, 0.0, passages)
    assert story.text == "Once upon a time, she left.\n\nThen\n"
