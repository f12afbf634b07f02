"""A passage in the database, from its beginning to its end. Call within a transaction."""

import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from tui.history import tree
from tui.history.stories import StoredSection, turns_of
from tui.history.titles import title_in
from tui.history.writer_process import this_process
from tui.run.events import Outcome
from tui.run.story_text import no_data, story_text, story_words


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of a passage before any text has come."""

    prompt: str
    direction: str | None
    model: str
    run_id: str
    started_at: float
    after: str | None = None
    """The run id of the passage that it follows, empty for the beginning of the story; None for
    the end of the chosen path."""
    note: str | None = None
    """The author's note of the story; None leaves it as it is."""
    by_hand: bool = False


def open_passage(
    connection: sqlite3.Connection, story_id: str, title: str, beginning: Beginning
) -> int:
    """Begin a passage, and the story too if there is none of this id; return its number.

    The chosen path ends with the passage from now on.
    """
    connection.execute(
        "INSERT INTO stories (id, title, created_at, updated_at, note)"
        " VALUES (?1, ?2, ?3, ?3, coalesce(?4, '')) ON CONFLICT (id) DO UPDATE"
        " SET updated_at = max(updated_at, ?3), note = coalesce(?4, note)",
        (story_id, title, beginning.started_at, beginning.note),
    )
    (story,) = connection.execute("SELECT number FROM stories WHERE id = ?", (story_id,)).fetchone()
    parent = None if beginning.after == "" else tree.find_end(connection, story, beginning.after)
    columns = {
        "story": story,
        "parent": parent,
        "prompt": beginning.prompt,
        "direction": beginning.direction,
        "model": beginning.model,
        "run_id": beginning.run_id,
        "started_at": beginning.started_at,
        "by_hand": beginning.by_hand,
    }
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    passage = connection.execute(
        f"INSERT INTO passages ({names}) VALUES ({marks})",  # noqa: S608 - our own column names
        tuple(columns.values()),
    ).lastrowid
    assert passage is not None
    tree.choose(connection, story, passage)
    process = this_process()
    connection.execute(
        "INSERT INTO living (passage, pid, process, place, heartbeat_at) VALUES (?, ?, ?, ?, ?)",
        (passage, process.pid, process.started, process.place, time.time()),
    )
    return passage


def drop_passage(connection: sqlite3.Connection, passage: int, run_id: str) -> None:
    """Delete what was written of a living passage of this run; it is written again."""
    connection.execute(
        "DELETE FROM passages WHERE id = ? AND run_id = ? AND outcome IS NULL", (passage, run_id)
    )


def append_pieces(
    connection: sqlite3.Connection,
    passage: int,
    new_sections: Sequence[tuple[int, StoredSection]],
    pieces: Sequence[tuple[int, str]],
) -> None:
    """Add text to a living passage, each piece with the number of its section."""
    connection.executemany(
        "INSERT INTO sections (passage, number, speaker, is_leader, is_data, text)"
        " VALUES (?, ?, ?, ?, ?, '')",
        [
            (passage, number, section.speaker, section.is_leader, section.is_data)
            for number, section in new_sections
        ],
    )
    connection.executemany(
        "INSERT INTO pieces (passage, section, text) VALUES (?, ?, ?)",
        [(passage, number, text) for number, text in pieces],
    )
    connection.execute(
        "UPDATE living SET heartbeat_at = ? WHERE passage = ?", (time.time(), passage)
    )


def close_passage(
    connection: sqlite3.Connection,
    passage: int,
    sections: Sequence[StoredSection],
    outcome: Outcome,
    facts: Mapping[str, object],
) -> None:
    """Write a passage as it ended, and give the story its own title where it has none.

    ``facts`` are columns of the passage. Its text comes from ``sections``; what was written of
    it before goes.
    """
    turns = turns_of(sections)
    columns = {
        **facts,
        "outcome": outcome.value,
        "story_words": story_words(outcome, turns),
        "indexed": 0,
    }
    for table in ("pieces", "sections", "living"):
        connection.execute(f"DELETE FROM {table} WHERE passage = ?", (passage,))  # noqa: S608
    connection.executemany(
        "INSERT INTO sections (passage, number, speaker, is_leader, text, is_data)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(passage, number, *astuple(section)) for number, section in enumerate(sections)],
    )
    update_passage(connection, passage, columns)
    connection.execute(
        "UPDATE stories SET updated_at = max(updated_at, ?)"
        " WHERE number = (SELECT story FROM passages WHERE id = ?)",
        (facts["ended_at"], passage),
    )
    if title := title_in(story_text(outcome, turns, no_data)):
        connection.execute(
            "UPDATE stories SET title = ?, title_from = 'text', indexed = 0"
            " WHERE title_from = 'prompt' AND number = (SELECT story FROM passages WHERE id = ?)",
            (title, passage),
        )


def update_passage(
    connection: sqlite3.Connection, passage: int, columns: Mapping[str, object]
) -> None:
    """Set columns of a passage."""
    names = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(
        f"UPDATE passages SET {names} WHERE id = ?",  # noqa: S608 - our own column names
        (*columns.values(), passage),
    )
