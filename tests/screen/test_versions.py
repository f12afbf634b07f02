"""The keys that follow a run: another version, flip, take back, edit, the note."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.harness.stage import Stage, staged
from tests.harness.waiting import until
from tests.history.recording import add
from tui.history import History
from tui.run.protocol import RunRequest
from tui.screen.screens.main import MainScreen


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "h.db"


@pytest.fixture
def history(path: Path) -> History:
    return History(path)


@pytest.fixture
def story_id(history: History) -> str:
    story_id = add(history, "one", "The dragon woke.")
    add(history, "two", "\n\nIt flew.", story_id)
    return add(history, "two-b", "\n\nIt swam.", story_id, after="one")


@pytest.fixture
async def stage(history: History, story_id: str) -> AsyncIterator[Stage]:
    """The story of two passages, opened; the last one has two versions."""
    async with staged(history=history) as stage:
        stage.run.begin()
        stage.run.end()
        await stage.shows("completed")
        stage.app.runs.open(history.story(story_id))
        await stage.shows("The dragon woke.", "It swam.", "going on · version 2 of 2")
        yield stage


async def test_flipping_shows_the_other_version_and_follows_it(
    stage: Stage, history: History, story_id: str
) -> None:
    await stage.pilot.press("[")
    screen = await stage.shows("It flew.", "version 1 of 2")
    assert "It swam." not in screen
    assert history.story(story_id).text == "The dragon woke.\n\nIt flew."
    await stage.pilot.press("enter", "enter")
    await until(lambda: len(stage.requests) == 2)
    assert stage.requests[1] == RunRequest(
        "a dragon", "", story_id, "The dragon woke.\n\nIt flew.", after="two"
    )


async def test_keys_pressed_twice_are_two_steps(
    stage: Stage, history: History, story_id: str
) -> None:
    add(history, "two-c", "\n\nIt sank.", story_id, after="one")
    await stage.pilot.press("]", "]")
    await stage.shows("It flew.", "version 1 of 3")
    await stage.pilot.press("o", "o")
    await until(lambda: len(stage.requests) == 2)
    await stage.shows("version 4 of 4")
    await stage.pilot.pause(0.1)
    assert len(stage.requests) == 2


async def test_what_is_taken_back_comes_back(stage: Stage, history: History, story_id: str) -> None:
    await stage.pilot.press("u")
    await until(lambda: "It swam." not in stage.screen)
    assert history.story(story_id).text == "The dragon woke."
    # The beginning of a story stays, whatever is pressed.
    await stage.pilot.press("u")
    await stage.pilot.press("]")
    await stage.shows("It swam.", "version 2 of 2")


async def test_another_version_takes_the_place_of_the_last_passage(
    stage: Stage, story_id: str
) -> None:
    await stage.pilot.press("o")
    screen = await stage.shows("going on · version 3 of 3")
    assert "The dragon woke." in screen
    assert "It swam." not in screen
    assert stage.requests[1] == RunRequest(
        "a dragon", "", story_id, "The dragon woke.", after="one", version=3
    )
    # While it is written these keys do nothing, and c cancels.
    stage.run.begin()
    stage.run.write("\n\nIt sang.")
    await stage.pilot.press("o", "u", "[", "]", "e", "ctrl+n", "c")
    await stage.shows("It sang.", "cancelled")
    assert len(stage.requests) == 2


async def test_another_version_of_the_beginning_is_marked(
    stage: Stage, history: History, story_id: str
) -> None:
    await stage.pilot.press("u", "o")
    screen = await stage.shows("version 2 of 2")
    assert "The dragon woke." not in screen
    assert stage.requests[1] == RunRequest("a dragon", "", story_id, "", after="", version=2)


async def test_a_locked_history_leaves_the_screen_as_it_is(
    stage: Stage, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.history.database.CALLER_WAIT_SECONDS", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await stage.pilot.press("[")
        screen = await stage.shows("locked.")
        assert "It swam." in screen
    await stage.pilot.press("[")
    await stage.shows("It flew.")


async def test_the_note_is_pinned_above_the_story_and_given_on(
    stage: Stage, history: History, story_id: str
) -> None:
    await stage.pilot.press("ctrl+n", *"no magic", "enter")
    await stage.shows("Note: no magic")
    assert history.story(story_id).note == "no magic"
    await stage.pilot.press("ctrl+n")
    stage.app.main_screen.ask_bar.field.value += " at all" * 100
    await stage.pilot.press("enter")
    await stage.shows("708.", "Note: no magic")
    await stage.pilot.press("o")
    await until(lambda: len(stage.requests) == 2)
    assert stage.requests[1].note == "no magic"
    await stage.shows("Note: no magic", "version 3 of 3")


async def test_an_empty_note_takes_it_away(stage: Stage, history: History, story_id: str) -> None:
    stage.app.runs.open(history.set_note(story_id, "no magic"))
    await stage.shows("Note: no magic")
    await stage.pilot.press("ctrl+n", "ctrl+u", "enter")
    await until(lambda: history.story(story_id).note == "")
    await until(lambda: "Note:" not in stage.screen)


async def test_only_keys_that_do_something_are_offered(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def usable() -> set[str]:
        actions = ("another_version", "flip", "take_back", "edit", "note")
        return {action for action in actions if stage.app.check_action(action, ())}

    assert usable() == {"another_version", "flip", "take_back", "edit", "note"}
    await stage.pilot.press("u")
    await until(lambda: "take_back" not in usable())
    assert "flip" in usable()
    monkeypatch.setattr(type(stage.app), "is_web", True)
    # On a page there is no terminal to edit in: the key is greyed there.
    assert stage.app.check_action("edit", ()) is None
    monkeypatch.undo()
    stage.run.begin()
    await stage.pilot.press("r")
    await until(lambda: not usable())


async def test_a_long_version_is_shown_from_its_beginning(history: History, story_id: str) -> None:
    add(history, "two-c", "\n\nIt sank. " + "And sank. " * 2000, story_id, after="one")
    async with staged(history=history) as stage:
        stage.run.begin()
        stage.run.end()
        await stage.shows("completed")
        stage.app.runs.open(history.story(story_id, "two-b"))
        await stage.pilot.press("]")
        await stage.shows("version 3 of 3", "It sank.")
        await stage.pilot.press("enter", "enter")
        await until(lambda: len(stage.requests) == 2)
        stage.run.begin()
        stage.run.write("It rose.")
        await stage.shows("It rose.")
        assert isinstance(stage.app.screen, MainScreen)
