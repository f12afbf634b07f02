"""The tree of a story's passages: which path is chosen, and how another one comes to be.

Call within a transaction. A passage is found by the id of its run, which the screen knows too, so
that every change starts from what the user sees, whatever another copy of the program has chosen.
"""

import sqlite3

from tui.history.errors import HistoryError

PATH = """
    WITH RECURSIVE path (id) AS (
        SELECT ?1 UNION ALL
        SELECT parent FROM passages JOIN path USING (id) WHERE parent IS NOT NULL
    )
"""
"""The passages on the way to the one that is the first parameter."""


def find_end(connection: sqlite3.Connection, story: int, run_id: str | None = None) -> int | None:
    """Return the passage of a run, by default or if there is none the end of the chosen path."""
    (found,) = connection.execute(
        "SELECT coalesce(max(CASE WHEN run_id = ?2 AND ?2 <> '' THEN id END),"
        " max(CASE WHEN on_path THEN id END)) FROM passages WHERE story = ?1",
        (story, run_id),
    ).fetchone()
    return None if found is None else int(found)


def choose(
    connection: sqlite3.Connection, story: int, passage: int, *, taken_back: bool = False
) -> None:
    """Let the chosen path end with a passage."""
    connection.execute(
        f"{PATH} UPDATE passages SET on_path = id IN path WHERE story = ?2",  # noqa: S608
        (passage, story),
    )
    connection.execute(
        "UPDATE passages SET chosen = ?1 WHERE id = (SELECT parent FROM passages WHERE id = ?1)",
        (passage,),
    )
    connection.execute("UPDATE stories SET taken_back = ? WHERE number = ?", (taken_back, story))


def take_back(connection: sqlite3.Connection, story: int, run_id: str | None) -> None:
    """Let the path end one passage earlier.

    Raises:
        HistoryError: it would be empty.
    """
    end = find_end(connection, story, run_id)
    parent = _one(connection, "SELECT parent FROM passages WHERE id = ?", end)
    if end is None or parent is None:
        raise HistoryError("This is the beginning of the story: there is nothing before it.")
    # Another copy of the program may have chosen another version meanwhile.
    choose(connection, story, end)
    choose(connection, story, parent, taken_back=True)


def flip(connection: sqlite3.Connection, story: int, run_id: str | None, by: int) -> None:
    """Let the path end with another version of its last passage; after the last comes the first.

    Forwards, what was taken back comes back first.

    Raises:
        HistoryError: there is no other version.
    """
    end = find_end(connection, story, run_id)
    goes_back = by > 0 and _one(
        connection, "SELECT taken_back FROM stories WHERE number = ?", story
    )
    if goes_back and (following := _following(connection, end)) is not None:
        more = _following(connection, following) is not None
        choose(connection, story, following, taken_back=more)
        return
    versions = versions_of(connection, end)
    if end is None or len(versions) < 2:
        raise HistoryError("There is no other version of this passage yet.")
    choose(connection, story, versions[(versions.index(end) + by) % len(versions)])


def versions_of(connection: sqlite3.Connection, passage: int | None) -> list[int]:
    """Return the versions of a passage, itself among them, the oldest first."""
    found = connection.execute(
        "SELECT v.id FROM passages p JOIN passages v ON v.story = p.story AND v.parent IS p.parent"
        " WHERE p.id = ? ORDER BY v.id",
        (passage,),
    )
    return [version for (version,) in found]


def _following(connection: sqlite3.Connection, passage: int | None) -> int | None:
    return _one(
        connection,
        "SELECT id FROM passages WHERE id = (SELECT chosen FROM passages WHERE id = ?)",
        passage,
    )


def _one(connection: sqlite3.Connection, query: str, parameter: int | None) -> int | None:
    found = connection.execute(query, (parameter,)).fetchone()
    return found[0] if found else None
