import re

from hypothesis import given
from hypothesis import strategies as st

from tests.screen.story_log.texts import deltas
from tui.screen.prose.finding import Finder
from tui.screen.prose.layout import Layout, Position

letters = st.text(alphabet="abA \n", max_size=60)


@given(deltas(letters), st.text(alphabet="ab ", min_size=1, max_size=3))
def test_matches_in_growing_text_are_those_of_the_whole(pieces: list[str], phrase: str) -> None:
    layout = Layout(20)
    layout.open("a", "x")
    finder = Finder(phrase)
    for piece in pieces:
        layout.append("a", piece)
        finder.scan(layout.sections)
    section = layout.sections[0]
    whole = "".join(section.flow.rows)
    if not section.begun:
        whole = whole[: section.heading_length]
    expected = [match.start() for match in re.finditer(re.escape(phrase), whole, re.IGNORECASE)]
    assert finder.within(0, 0, len(whole)) == expected
    assert finder.count == len(expected)


def test_steps_go_round_in_the_order_of_the_story() -> None:
    layout = Layout(20)
    for key in "ab":
        layout.open(key)
        layout.append(key, "dragon and Dragon")
    finder = Finder("dragon")
    finder.scan(layout.sections)
    place = finder.nearest(Position(0, 1))
    seen = []
    for _ in range(4):
        assert place is not None
        seen.append((place, finder.number(place)))
        place = finder.step(place, 1)
    assert seen == [
        (Position(0, 11), 2),
        (Position(1, 0), 3),
        (Position(1, 11), 4),
        (Position(0, 0), 1),
    ]
