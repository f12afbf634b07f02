"""Full text search: the index, and what the user types as a condition on stories.

A passage is indexed under its own number, a title under its story's number made negative. Without
FTS5 there is no index, and every word is looked for by LIKE.
"""

import re
import sqlite3

from tui.text.untrusted import clean

CREATE_INDEX = """
    CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5 (
        title, text, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2'
    )
"""

_BY_INDEX = """
    s.number IN (
        SELECT CASE WHEN f.rowid < 0 THEN -f.rowid
               ELSE (SELECT story FROM passages p WHERE id = f.rowid{on_path}) END
        FROM search f WHERE search MATCH ?
    )
"""
_BY_LOOKING = r"""
    (
        s.title LIKE ?1 ESCAPE '\' OR EXISTS (
            SELECT 1 FROM passages p WHERE p.story = s.number{on_path} AND (
                p.prompt LIKE ?1 ESCAPE '\' OR p.direction LIKE ?1 ESCAPE '\' OR EXISTS (
                    SELECT 1 FROM sections t WHERE t.passage = p.id AND t.text LIKE ?1 ESCAPE '\'
                )
            )
        )
    )
"""

# Scripts that set no spaces between words: the index would know whole sentences only.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def is_available(connection: sqlite3.Connection) -> bool:
    """Return whether there is an index, and a SQLite that can use it."""
    try:
        connection.execute("SELECT rowid FROM search LIMIT 0")
    except sqlite3.OperationalError as error:
        if "no such" in str(error):
            return False
        raise
    return True


def prepare(connection: sqlite3.Connection) -> None:
    """Create the index, unless it exists or this SQLite cannot; call within a transaction."""
    if is_available(connection):
        return
    try:
        connection.execute(CREATE_INDEX)
    except sqlite3.OperationalError as error:
        if "no such module" in str(error):
            return
        raise
    connection.execute("UPDATE stories SET indexed = 0")
    connection.execute("UPDATE passages SET indexed = 0")


def rebuild(connection: sqlite3.Connection) -> None:
    """Rebuild a damaged index; call within a transaction."""
    connection.execute("DROP TABLE IF EXISTS search")
    prepare(connection)
    index_new(connection)


def index_new(connection: sqlite3.Connection) -> None:
    """Index what is new or has changed; call within a transaction."""
    if not is_available(connection):
        return
    titles = connection.execute("SELECT number, title FROM stories WHERE indexed = 0").fetchall()
    for number, title in titles:
        connection.execute("DELETE FROM search WHERE rowid = ?", (-number,))
        connection.execute("INSERT INTO search (rowid, title) VALUES (?, ?)", (-number, title))
        connection.execute("UPDATE stories SET indexed = 1 WHERE number = ?", (number,))
    passages = connection.execute(
        "SELECT id, prompt, direction FROM passages WHERE indexed = 0"
    ).fetchall()
    for passage, *words in passages:
        words += [
            text
            for (text,) in connection.execute(
                "SELECT text FROM sections WHERE passage = ? ORDER BY number", (passage,)
            )
        ]
        connection.execute("DELETE FROM search WHERE rowid = ?", (passage,))
        connection.execute(
            "INSERT INTO search (rowid, text) VALUES (?, ?)",
            (passage, "\n".join(filter(None, words))),
        )
        connection.execute("UPDATE passages SET indexed = 1 WHERE id = ?", (passage,))


def forget(connection: sqlite3.Connection, story: int) -> None:
    """Take a story out of the index; call before it is deleted, within the same transaction."""
    if is_available(connection):
        connection.execute("DELETE FROM search WHERE rowid = ?", (-story,))
        connection.execute(
            "DELETE FROM search WHERE rowid IN (SELECT id FROM passages WHERE story = ?)", (story,)
        )


def conditions(connection: sqlite3.Connection, query: str) -> tuple[str, str, list[str]]:
    """Return SQL on ``stories s`` that is true where every word of the query occurs.

    Then the same for the chosen path alone, and the parameters of both. A word fits every word
    that begins with it; what is not a word, such as an emoji, is searched for literally.
    """
    has_index = is_available(connection)
    parts, parameters = ["1"], []
    for word in clean(query).split():
        if has_index and not _UNSPACED.search(word) and any(map(str.isalnum, word)):
            parts.append(_BY_INDEX)
            parameters.append('"' + word.replace('"', '""') + '"*')
        else:
            parameters.append("%" + re.sub(r"([\\%_])", r"\\\1", word) + "%")
            parts.append(_BY_LOOKING)
    numbered = []
    for number, part in enumerate(parts):
        numbered.append(part.replace("?1", f"?{number}").replace("MATCH ?", f"MATCH ?{number}"))
    found = " AND ".join(numbered)
    return found.format(on_path=""), found.format(on_path=" AND p.on_path"), parameters
