"""The end of a passage in the database: its text in one piece, its outcome, its title."""

import sqlite3
from collections.abc import Mapping, Sequence

from tui.events import Outcome
from tui.history.stories import StoredSection, prose
from tui.history.titles import title_in
from tui.text import count_words


def close_passage(
    connection: sqlite3.Connection,
    passage: int,
    sections: Sequence[StoredSection],
    outcome: Outcome,
    facts: Mapping[str, object],
) -> None:
    """Write a passage as it ended; call within a transaction.

    ``facts`` are columns of the passage. Its text comes from ``sections``; what was written of
    it before goes.
    """
    text = prose(outcome, sections)
    columns = {
        **facts,
        "outcome": outcome.value,
        "story_words": count_words(text)[0],
        "indexed": 0,
    }
    for table in ("pieces", "sections", "living"):
        connection.execute(f"DELETE FROM {table} WHERE passage = ?", (passage,))  # noqa: S608
    connection.executemany(
        "INSERT INTO sections (passage, number, speaker, is_leader, text) VALUES (?, ?, ?, ?, ?)",
        [
            (passage, number, section.speaker, section.is_leader, section.text)
            for number, section in enumerate(sections)
        ],
    )
    update_passage(connection, passage, columns)
    connection.execute(
        "UPDATE stories SET updated_at = max(updated_at, ?)"
        " WHERE number = (SELECT story FROM passages WHERE id = ?)",
        (facts["ended_at"], passage),
    )
    if title := title_in(text):
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
