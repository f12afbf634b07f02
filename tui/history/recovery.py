"""Passages whose program died: closed as interrupted, with all the text that was written."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from tui.history.database import transaction
from tui.history.passages import close_passage
from tui.history.queries import sections_of
from tui.history.stories import INTERRUPTED
from tui.history.writer_process import Process
from tui.run.events import Outcome
from tui.text.untrusted import count_words


def close_interrupted(connection: sqlite3.Connection, now: float) -> Iterator[str]:
    """Close the passages of dead programs one by one; yield the stories' ids, the latest first."""
    living = connection.execute(
        "SELECT passage, pid, process, place, heartbeat_at FROM living"
        " ORDER BY heartbeat_at DESC, passage DESC"
    ).fetchall()
    for passage, pid, started, place, heartbeat_at in living:
        if not Process(pid, started, place).lives(now - heartbeat_at):
            with transaction(connection):
                story = _close(connection, passage)
            if story:
                yield story


def _close(connection: sqlite3.Connection, passage: int) -> str | None:
    with closing(
        connection.execute(
            "SELECT s.id, p.started_at, l.heartbeat_at FROM living l"
            " JOIN passages p ON p.id = l.passage JOIN stories s ON s.number = p.story"
            " WHERE l.passage = ?",
            (passage,),
        )
    ) as rows:
        found = rows.fetchone()
    if found is None:  # Another copy of the program was quicker.
        return None
    story, started_at, heartbeat_at = found
    sections = sections_of(connection, passage)
    close_passage(
        connection,
        passage,
        sections,
        Outcome.CANCELLED,
        {
            "reason": INTERRUPTED,
            "ended_at": heartbeat_at,
            "elapsed_seconds": max(0.0, heartbeat_at - started_at),
            "words": sum(
                count_words(section.text)[0] for section in sections if not section.is_data
            ),
        },
    )
    return str(story)
