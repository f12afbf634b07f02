"""A line of any length costs the same per character, and ends as quickly as it came."""

import random
import time

import pytest

from tests.harness.stage import staged
from tui.screen.prose.flow import MOST_MARKED, Flow
from tui.screen.widgets.story_log import StoryLog

LONG = 5 * MOST_MARKED


def cut(text: str, dice: random.Random) -> list[str]:
    edges = sorted(dice.sample(range(1, len(text)), 60))
    return [text[a:b] for a, b in zip([0, *edges], [*edges, len(text)], strict=True)]


def shown(*deltas: str) -> list[str]:
    flow = Flow(60)
    for delta in deltas:
        flow.append(delta)
    flow.finish()
    assert "".join(flow.rows) == "".join(deltas)
    return [flow.shown(row) for row in range(len(flow.rows))]


@pytest.mark.parametrize("unit", ["_a", "*a ", "`a ", "[a ", "**a* b ", "word *loud* word "])
def test_a_line_full_of_marks_ends_at_once_and_looks_the_same_however_it_was_cut(unit: str) -> None:
    text = f"A beginning\n{unit * (LONG // len(unit))}\nand an *end*\n"
    assert shown(text) == shown(*cut(text, random.Random(1)))
    flow = Flow(80)
    for start in range(0, len(text) - 20, 500):
        flow.append(text[start : start + 500])
    began_at = time.process_time()
    flow.finish()
    assert time.process_time() - began_at < 0.3


def test_a_long_line_without_marks_stays_one() -> None:
    text = "word " * LONG
    rows = shown(text)
    assert {len(row) for row in rows[:-1]} == {60}
    assert shown(*cut(text, random.Random(2))) == rows


async def test_a_letter_under_ten_thousand_marks_is_drawn_at_once_and_kept_whole() -> None:
    text = "a" + "\u0301" * 10_000 + " word" * 30
    async with staged() as stage:
        stage.run.begin()
        stage.run.write(text)
        await stage.shows("word word")
        began_at = time.process_time()
        await stage.pilot.press("question_mark")
        await stage.shows("While it writes")
        assert time.process_time() - began_at < 1.5
        assert text in stage.app.main_screen.query_one(StoryLog).story.text
