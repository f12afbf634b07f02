"""Read the history, through a connection per query."""

import sqlite3
from pathlib import Path

from tui.history import search, tree
from tui.history.database import reading
from tui.history.errors import UnknownStoryError
from tui.history.stories import Passage, StoredSection, Story, StoryRow
from tui.run.attachments import from_json
from tui.run.events import Outcome
from tui.run.records import Usage
from tui.text.untrusted import clean_line

_VERSIONS = "(SELECT count(*) FROM passages v WHERE v.story = l.story AND v.parent IS l.parent)"
_VERSION = f"{_VERSIONS[:-1]} AND v.id <= l.id)"
_LIST = """
    SELECT s.id, s.title, s.updated_at,
           (SELECT total(CASE WHEN outcome IS NULL THEN words ELSE story_words END)
            FROM passages WHERE story = s.number AND on_path),
           l.outcome, l.reason, coalesce(l.model, ''),
           (SELECT count(*) FROM passages WHERE story = s.number AND on_path),
           {version}, {versions}, ({on_path}) IS NOT 1
    FROM stories s
    LEFT JOIN passages l
        ON l.id = (SELECT max(id) FROM passages WHERE story = s.number AND on_path)
    WHERE {conditions}
    ORDER BY s.updated_at DESC, s.number DESC LIMIT ?{limit}
"""

_AS_THEY_ARE = (
    "prompt",
    "direction",
    "model",
    "run_id",
    "reason",
    "error",
    "started_at",
    "ended_at",
    "elapsed_seconds",
    "first_text_seconds",
    "cancel_seconds",
    "cost_usd",
    "words",
    "version",
    "versions",
)


def list_stories(path: Path, query: str, limit: int) -> list[StoryRow]:
    """Return the stories that fit the query, the latest first."""
    with reading(path) as connection:
        if connection is None:
            return []
        found, on_path, parameters = search.conditions(connection, query)
        sql = _list(found, on_path, limit=len(parameters) + 1)
        return [_row(found) for found in connection.execute(sql, (*parameters, limit))]


def rows_of(path: Path, ids: list[str]) -> tuple[StoryRow, ...]:
    """Return the rows of these stories, in this order."""
    with reading(path) as connection:
        if connection is None:
            return ()
        sql = _list("s.id = ?1", "1", limit=2)
        found = [connection.execute(sql, (one, 1)).fetchone() for one in ids]
    return tuple(_row(row) for row in found if row)


def read_story(path: Path, story_id: str, ending: str | None = None) -> Story:
    """Return a story, by its id or a beginning of it that no other story has.

    The path is the chosen one, or the one that ends with the run ``ending``.
    """
    with reading(path) as connection:
        if connection is None:
            raise UnknownStoryError(
                f"There is no story '{clean_line(story_id)}': the history is empty."
            )
        return story_of(connection, find(connection, story_id), ending)


def read_latest(path: Path) -> Story | None:
    """Return the story that was written last."""
    with reading(path) as connection:
        if connection is None:
            return None
        latest = connection.execute(
            "SELECT number FROM stories ORDER BY updated_at DESC, number DESC LIMIT 1"
        ).fetchone()
        return story_of(connection, latest[0]) if latest else None


def find(connection: sqlite3.Connection, story_id: str) -> int:
    """Return the number of the story with this id, or the only one whose id begins so.

    Raises:
        UnknownStoryError: there is none, or more than one.
    """
    wanted = clean_line(story_id).lower()
    fitting = connection.execute(
        "SELECT number, id FROM stories WHERE id = ?1 OR substr(id, 1, length(?1)) = ?1"
        " ORDER BY id <> ?1, updated_at DESC LIMIT 5",
        (wanted,),
    ).fetchall()
    if not wanted or not fitting:
        raise UnknownStoryError(f"There is no story '{wanted}' in the history.")
    if len(fitting) > 1 and fitting[0][1] != wanted:
        names = ", ".join(name for _, name in fitting[:4]) + (", …" if len(fitting) > 4 else "")
        raise UnknownStoryError(f"'{wanted}' may be any of {names}: give more of the id.")
    return int(fitting[0][0])


def sections_of(connection: sqlite3.Connection, passage: int) -> tuple[StoredSection, ...]:
    """Return the text of a passage by speaker, also while it is being written."""
    pieces: dict[int, list[str]] = {}
    for section, text in connection.execute(
        "SELECT section, text FROM pieces WHERE passage = ? ORDER BY id", (passage,)
    ):
        pieces.setdefault(section, []).append(text)
    return tuple(
        StoredSection(
            speaker, bool(is_leader), text + "".join(pieces.get(number, ())), bool(is_data)
        )
        for number, speaker, is_leader, text, is_data in connection.execute(
            "SELECT number, speaker, is_leader, text, is_data FROM sections WHERE passage = ?"
            " ORDER BY number",
            (passage,),
        )
    )


def story_of(connection: sqlite3.Connection, number: int, ending: str | None = None) -> Story:
    """Return the story with this number: the chosen path, or the one that ends with a run."""
    end = tree.find_end(connection, number, ending)
    connection.row_factory = sqlite3.Row
    story = connection.execute("SELECT * FROM stories WHERE number = ?", (number,)).fetchone()
    passages = connection.execute(
        f"{tree.PATH} SELECT l.*, {_VERSION} AS version, {_VERSIONS} AS versions"  # noqa: S608
        " FROM passages l WHERE id IN path ORDER BY id",
        (end,),
    ).fetchall()
    return Story(
        id=story["id"],
        title=story["title"],
        created_at=story["created_at"],
        updated_at=story["updated_at"],
        passages=tuple(
            Passage(
                outcome=_outcome(row["outcome"]),
                usage=Usage(
                    row["input_tokens"], row["output_tokens"], bool(row["usage_estimated"])
                ),
                sections=sections_of(connection, row["id"]),
                attachments=from_json(row["attachments"], row["run_id"]),
                by_hand=bool(row["by_hand"]),
                **{name: row[name] for name in _AS_THEY_ARE},
            )
            for row in passages
        ),
        note=story["note"],
        taken_back=bool(story["taken_back"]),
    )


def _list(conditions: str, on_path: str, *, limit: int) -> str:
    return _LIST.format(
        conditions=conditions, on_path=on_path, limit=limit, version=_VERSION, versions=_VERSIONS
    )


def _row(found: sqlite3.Row) -> StoryRow:
    story_id, title, updated_at, words, outcome, *others, version, versions, is_elsewhere = found
    reason, model, passages = others
    return StoryRow(
        story_id,
        title,
        updated_at,
        int(words),
        _outcome(outcome),
        reason,
        model,
        passages,
        version,
        versions,
        bool(is_elsewhere),
    )


def _outcome(value: str | None) -> Outcome | None:
    return Outcome(value) if value else None
