"""The soak finds what it looks for."""

import time
from math import inf
from random import Random

import pytest

from benchmarks.soak.modes import Modes
from benchmarks.soak.words import Ledger, Passage, numbered
from tests.servers import Position, Record

LONG_AGO = -100.0


def said(text: str) -> Record:
    """A request that was answered in full."""
    record = Record(1, "chat", Position.CLOSING, 1, {}, {}, None, 0.0, completed=True)
    record.add([f"{word} " for word in text.split(" ")])
    return record


def found(record: Record, *texts: str, outcome: str = "cancelled", ended_at: float = inf) -> str:
    ledger = Ledger()
    ledger.close([record], ended_at)
    return "; ".join(ledger.compare([Passage(outcome, None, None, texts)]))


@pytest.mark.parametrize("outcome", ["cancelled", "completed"])
def test_a_text_that_is_kept_whole_is_right(outcome: str) -> None:
    text = numbered(50, Random(1))
    assert found(said(text), text, outcome=outcome) == ""


def test_a_text_in_two_sections_is_right() -> None:
    words = numbered(50, Random(1)).split(" ")
    assert found(said(" ".join(words)), " ".join(words[:20]), " ".join(words[20:])) == ""


@pytest.mark.parametrize(
    ("kept", "fault"),
    [
        (slice(None, -1), "49 words kept of 50"),
        (slice(1, None), "word 0 is"),
        (slice(None, None, -1), "word 0 is"),
    ],
    ids=["end", "beginning", "order"],
)
def test_a_word_that_is_missing_or_out_of_order_is_found(kept: slice, fault: str) -> None:
    words = [word for word in numbered(50, Random(1)).split(" ") if word.endswith("x")]
    assert fault in found(said(" ".join(words)), " ".join(words[kept]))


def test_a_word_that_is_there_twice_is_found() -> None:
    text = numbered(50, Random(1))
    assert "word 50 is" in found(said(text), text, text)


def test_a_run_may_only_have_lost_what_had_just_been_sent() -> None:
    record = said(numbered(50, Random(1)))
    assert found(record, ended_at=time.monotonic()) == ""
    record.sent_at = [LONG_AGO] * len(record.sent_at)
    assert "0 words kept of 50" in found(record, ended_at=time.monotonic())


def test_a_completed_run_has_lost_nothing_and_its_model_has_finished() -> None:
    record = said(numbered(50, Random(1)))
    record.completed = False
    words = record.text.split(" ")
    faults = found(record, " ".join(words[:20]), outcome="completed", ended_at=time.monotonic())
    assert "the model had not finished" in faults
    assert "completed with fewer words than sent" in faults


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_what_is_left_on_at_the_terminal_is_found(size: int) -> None:
    modes = Modes()
    taken = b"\x1b[?1049h\x1b[?1000;1006h\x1b[?25l\x1b[>1u"
    given = b"\x1b[<u\x1b[?1006l\x1b[?25h\x1b[?1049l"
    for data in (taken, given):
        for start in range(0, len(data), size):
            modes.feed(data[start : start + size])
    assert modes.left == ["mode 1000 is on"]
