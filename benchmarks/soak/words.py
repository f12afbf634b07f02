"""Texts in which each word has a number of its own, and what became of them."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from math import inf
from pathlib import Path
from random import Random

from tests.servers import FaultKind, Position, Record
from tui.history.queries import sections_of

TAG = re.compile(r"q(\d+)w(\d+)x")
SLACK_SECONDS = 0.5
"""What a kill may cost, and what a word may take from the model to the program when all is busy."""
SHORT_WORDS, MOST_WORDS_PER_SECOND = 300, 200
SPICES = (
    "\n\n", "\r\n", "**bold**", "\n# Chapter\n", "`code`", "[/red]", "猫" * 9, "e" + "\u0301" * 30,
    "a" * 300, "\x1b[31m", "\x1b]52;c;aGk=\x07", "\x1b[2J\x1b[H", "\x9b31m", "\u202eevil", "\ufeff",
    "👩‍👩‍👧‍👦", "\n> quote\n", "\n- item\n", "“quoted”", "\x00", "\U000e0041", "_a" * 40, "\n***\n",
)  # fmt: skip

_numbers = count(1)


def numbered(words: int, dice: Random) -> str:
    """Return a text that there has never been before, with something nasty here and there."""
    number, often = next(_numbers), dice.choice((0.0, 0.02, 0.3))
    parts = []
    for word in range(words):
        parts.append(f"q{number}w{word}x")
        if dice.random() < often:
            parts.append(dice.choice(SPICES))
    return " ".join(parts)


@dataclass(frozen=True)
class Passage:
    """A saved run, as far as it can be compared with what the model has said."""

    outcome: str | None
    reason: str | None
    error: str | None
    texts: tuple[str, ...]

    @property
    def last_tag(self) -> str:
        """The last word of the text, if it is one of ours."""
        tags = list(TAG.finditer(self.texts[-1])) if self.texts else []
        return tags[-1].group() if tags else ""


def is_made(path: Path) -> bool:
    """Say whether the database has its tables."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        return bool(connection.execute("PRAGMA user_version").fetchone()[0])


def read_passages(path: Path) -> list[Passage]:
    """Return everything that the history holds."""
    if not is_made(path):
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        rows = connection.execute("SELECT id, outcome, reason, error FROM passages ORDER BY id")
        return [
            Passage(
                outcome, reason, error, tuple(it.text for it in sections_of(connection, number))
            )
            for number, outcome, reason, error in rows.fetchall()
        ]


def count_runs(path: Path) -> tuple[int, int]:
    """Return how many runs have begun, and how many of them have ended, as far as is saved."""
    if not is_made(path):
        return 0, 0
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        count_all = "SELECT count(*), count(outcome) FROM passages"
        begun, ended = connection.execute(count_all).fetchone()
    return int(begun), int(ended)


def check_database(path: Path) -> list[str]:
    """Return what is wrong with the file itself."""
    if not is_made(path):
        return []
    with closing(sqlite3.connect(path, timeout=5)) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        strays = connection.execute("PRAGMA foreign_key_check").fetchall()
    found = [] if verdict == "ok" else [f"the database is damaged: {verdict}"]
    return [*found, f"the database has strays: {strays[:3]}"] if strays else found


def _is_paced(record: Record, words: int) -> bool:
    """Say whether words came no faster than they can be read: what waits in a socket is no loss."""
    seconds = (record.last_text_at or 0.0) - (record.first_text_at or 0.0)
    return words <= SHORT_WORDS or words < MOST_WORDS_PER_SECOND * seconds


class Ledger:
    """What the model has said, and until when each word had to arrive."""

    def __init__(self) -> None:
        self._needed: dict[int, int] = {}
        self._sent: dict[int, int] = {}
        self._where: dict[int, Record] = {}
        self._disturbances: list[tuple[float, float]] = []

    def disturb(self, since: float, until: float) -> None:
        """Between these instants the program could not take or keep what came."""
        self._disturbances.append((since, until))

    def close(
        self,
        records: Iterable[Record],
        ended_at: float,
        starved: Callable[[float], float] = lambda at: 0.0,
        *,
        is_killed: bool = False,
    ) -> None:
        """Note what was said in a run that is over.

        ``ended_at`` is when it was cancelled or its program killed, infinite when neither;
        ``starved`` returns how long it had no processor in the time before an instant.
        """
        for record in records:
            tags = TAG.findall(record.text)
            if not tags:
                continue
            number = int(tags[0][0])
            lost_at = min(record.connection_closed_at or inf, ended_at)
            for since, until in self._disturbances:
                if since < lost_at < until + 2.0:
                    lost_at = min(lost_at, since)
            if record.fault and record.fault.kind is FaultKind.RESET_MIDSTREAM:
                lost_at = min(lost_at, record.finished_at or inf)
            slack = SLACK_SECONDS * (2 if is_killed else 1)
            if lost_at < inf:
                slack += starved(lost_at)
            self._where[number] = record
            self._sent[number] = len(tags)
            had_to_be = record.text_before(lost_at - slack) if _is_paced(record, len(tags)) else ""
            self._needed[number] = len(TAG.findall(had_to_be))

    @property
    def sent(self) -> int:
        return sum(self._sent.values())

    def compare(self, texts: Sequence[Passage]) -> list[str]:
        """Return what is missing, out of order, or there twice."""
        kept: dict[int, list[int]] = defaultdict(list)
        found = []
        for passage in texts:
            own: set[int] = set()
            for number, word in TAG.findall("\n".join(passage.texts)):
                kept[int(number)].append(int(word))
                own.add(int(number))
            found += self._check_ending(passage, own)
        for number, words in kept.items():
            if words != list(range(len(words))):
                at = next(n for n, word in enumerate(words) if word != n)
                found.append(
                    f"request {number}: word {at} is {words[at : at + 3]}, {self._of(number)}"
                )
        for number, needed in self._needed.items():
            if len(kept[number]) < needed:
                found.append(
                    f"request {number}: {len(kept[number])} words kept of {needed} that had to be, "
                    f"{self._of(number)}"
                )
        return found

    def kept(self, passages: Sequence[Passage]) -> int:
        return sum(len(TAG.findall("\n".join(passage.texts))) for passage in passages)

    def _check_ending(self, passage: Passage, numbers: set[int]) -> list[str]:
        records = [self._where[number] for number in numbers if number in self._where]
        closing_ones = [record for record in records if record.position is Position.CLOSING]
        found = []
        if passage.outcome == "completed":
            found += [
                f"completed, but the model had not finished: {record}"
                for record in closing_ones
                if not record.completed
            ]
            found += [
                f"request {number}: completed with fewer words than sent, {self._of(number)}"
                for number in numbers
                if number in self._sent
                and len(re.findall(rf"q{number}w\d+x", "\n".join(passage.texts)))
                < self._sent[number]
            ]
        elif passage.outcome in ("error", "incomplete") and not passage.error:
            found.append(f"{passage.outcome} without a sentence")
        return found

    def _of(self, number: int) -> str:
        record = self._where.get(number)
        return str(record) if record else "of no request"
