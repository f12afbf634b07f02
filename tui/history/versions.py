"""Every version of every passage of a story: listed, named by its place, written by hand."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from tui.history import tree
from tui.history.database import reading
from tui.history.errors import HistoryError, UnknownStoryError
from tui.history.passages import Beginning, close_passage, open_passage
from tui.history.queries import find, read_story, sections_of
from tui.history.stories import StoredSection, Story, Version, turns_of
from tui.run.events import Outcome
from tui.run.story_text import story_text
from tui.text.untrusted import clean_line, count_words, without_surrogates

USER = "You"
"""Who speaks in a passage that was written by hand."""
_LOOK_AT = 1000
_BEGINNING_LENGTH = 50


def read_versions(path: Path, story_id: str) -> list[Version]:
    """Return all passages of a story: each version, then what follows it."""
    with reading(path) as connection:
        if connection is None:
            raise UnknownStoryError("The history is empty.")
        return list(_walk(connection, find(connection, story_id)))


def read_version(path: Path, story_id: str, name: str) -> Story:
    """Return the path that ends with a version: of the last passage (2), or by its place (1.2).

    Raises:
        HistoryError: there is no such version.
    """
    found = read_versions(path, story_id)
    place = tuple(map(int, name.split(".")))
    if len(place) == 1:
        end = [version.place for version in found if version.is_chosen][-1]
        place = (*end[:-1], *place)
    for version in found:
        if version.place == place:
            return read_story(path, story_id, version.run_id)
    raise HistoryError(f"There is no version {name} in this story: show --versions lists them.")


def add_by_hand(connection: sqlite3.Connection, story: int, run_id: str | None, text: str) -> None:
    """Add a version of a passage in the user's own words, and choose it."""
    edited = tree.find_end(connection, story, run_id)
    story_id, prompt, direction, parent = connection.execute(
        "SELECT s.id, e.prompt, e.direction, p.run_id FROM passages e"
        " JOIN stories s ON s.number = e.story LEFT JOIN passages p ON p.id = e.parent"
        " WHERE e.id = ?",
        (edited,),
    ).fetchone()
    now, text = time.time(), without_surrogates(text)
    beginning = Beginning(prompt, direction, "", str(uuid4()), now, parent or "", by_hand=True)
    passage = open_passage(connection, story_id, "", beginning)
    facts = {"ended_at": now, "elapsed_seconds": 0.0, "words": count_words(text)[0]}
    section = StoredSection(USER, is_leader=False, text=text)
    close_passage(connection, passage, [section], Outcome.COMPLETED, facts)


def _walk(connection: sqlite3.Connection, story: int) -> Iterator[Version]:
    following: dict[int | None, list[tuple[Any, ...]]] = {}
    for parent, *row in connection.execute(
        "SELECT parent, id, run_id, on_path, by_hand, outcome, reason, direction,"
        " CASE WHEN outcome IS NULL THEN words ELSE story_words END"
        " FROM passages WHERE story = ? ORDER BY id",
        (story,),
    ):
        following.setdefault(parent, []).append(tuple(row))

    def versions_after(parent: int | None, place: tuple[int, ...]) -> list[Any]:
        numbered = enumerate(following.get(parent, ()), 1)
        return [((*place, number), row) for number, row in numbered][::-1]

    # No recursion: a story may have more passages than Python's stack has frames.
    waiting = versions_after(None, ())
    while waiting:
        place, (passage, run_id, on_path, by_hand, outcome, reason, direction, words) = (
            waiting.pop()
        )
        ended = Outcome(outcome) if outcome else None
        yield Version(
            place,
            run_id,
            bool(on_path),
            bool(by_hand),
            ended,
            reason,
            words,
            direction,
            _beginning(connection, passage, ended),
        )
        waiting += versions_after(passage, place)


def _beginning(connection: sqlite3.Connection, passage: int, outcome: Outcome | None) -> str:
    text = story_text(outcome, turns_of(sections_of(connection, passage)))
    return clean_line(text[:_LOOK_AT], _BEGINNING_LENGTH)
