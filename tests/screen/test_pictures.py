"""The small pictures made of characters: digits, sparklines, plots and bars."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.run.formatting import cost_so_far, money, short
from tui.run.records import Activity, Contributor, Usage
from tui.run.state import RunState
from tui.screen.widgets.countdown import DIGIT_ROWS, large
from tui.screen.widgets.pace import sparkline
from tui.screen.widgets.plot import blocks, columns, plot
from tui.screen.widgets.shares import share_bar, shares
from tui.screen.widgets.side import heights, widths
from tui.screen.widgets.speaker_colors import SPEAKER_COLORS, color_numbers

paces = st.lists(st.integers(0, 500), max_size=80)
SMALL, LARGE = 1, 60


@given(st.text(alphabet="0123456789:. ", max_size=8))
def test_large_digits_are_three_rows_of_the_same_width(text: str) -> None:
    rows = large(text)
    assert len(rows) == DIGIT_ROWS
    assert len({len(row) for row in rows}) == 1


def test_every_digit_looks_different() -> None:
    assert len({large(digit) for digit in "0123456789:. "}) == 13


def test_what_is_no_digit_is_left_out_of_large_digits() -> None:
    assert large("[b]1:05") == large("1:05")


@given(paces, st.integers(0, 40))
def test_a_sparkline_has_a_block_for_each_of_the_last_values(values: list[int], width: int) -> None:
    assert len(sparkline(values, width)) == min(len(values), width)


@given(paces)
def test_in_a_sparkline_only_nothing_is_the_lowest_block(values: list[int]) -> None:
    line = sparkline(values, 100)
    assert [block == "▁" for block in line] == [value == 0 for value in values]


def test_a_sparkline_rises_with_its_values() -> None:
    line = sparkline(range(8), 8)
    assert list(line) == sorted(line)
    assert line[-1] == "█"


def test_a_trickle_does_not_look_like_a_flood() -> None:
    assert sparkline([1, 1, 1], 10, top=50) == "▂▂▂"


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60), st.integers(1, 9))
def test_bars_are_as_high_as_their_values(values: list[float], rows: int) -> None:
    top = max(values) or 1.0
    picture = blocks(values, top, rows)
    assert [len(row) for row in picture] == [len(values)] * rows
    for column, value in enumerate(values):
        bar = "".join(row[column] for row in reversed(picture)).rstrip()
        assert set(bar[:-1]) <= {"█"}
        assert bool(bar) == (value > 0)
        if value == top:
            assert bar == "█" * rows


@given(paces.filter(any), st.integers(1, 200))
def test_columns_stay_between_the_least_and_the_most(values: list[int], width: int) -> None:
    drawn = columns(values, len(values), width)
    assert len(drawn) == width
    assert all(min(values) <= value <= max(values) for value in drawn)


@given(paces, st.floats(0, 90), st.integers(0, 120), st.integers(1, 8), st.floats(0, 90))
def test_a_plot_keeps_to_its_room(
    pace: list[int], seconds: float, width: int, rows: int, mark: float
) -> None:
    for picture in (
        plot(pace, seconds, width, rows),
        plot(pace, seconds, width, rows, (min(mark, seconds), "countdown at 0:12")),
    ):
        assert len(picture) in (0, rows + 2)
        assert all(row.cell_length <= width for row in picture)


def test_a_plot_marks_the_second_of_the_cancel() -> None:
    picture = [row.plain for row in plot([4] * 20, 20.0, 43, 3, (10.0, "you at 0:10"))]
    edge = picture[0].index("┤") + 1
    marks = [row.index("┃") for row in picture[:3]]
    assert marks == [edge + 20] * 3 or marks == [edge + 20 + (43 - edge - 40) // 2] * 3
    assert picture[3][marks[0]] == "┸"
    assert picture[4].split() == ["0:00", "you", "at", "0:10", "0:20"]
    assert picture[0].startswith("4┤")


def test_there_is_no_plot_of_nothing() -> None:
    assert plot([], 10.0, 60, 5) == []
    assert plot([0, 0], 2.0, 60, 5) == []
    assert plot([3, 3], 2.0, 8, 5) == []


@given(st.floats(0, 1), st.integers(1, 60))
def test_a_share_fills_its_part_of_the_bar(share: float, width: int) -> None:
    full, empty = share_bar(share, width)
    assert len(full) + len(empty) == width
    assert bool(full) == (share > 0)


@given(
    st.lists(st.tuples(st.text(max_size=40), st.integers(0, 10**6)), max_size=9),
    st.integers(30, 120),
)
def test_shares_keep_to_their_width(members: list[tuple[str, int]], width: int) -> None:
    team = [Contributor(name, False, words=words) for name, words in members]
    rows = shares(team, sum(words for _, words in members), width)
    assert len(rows) == len(team)
    assert all(row.cell_length <= width for row in rows)


def test_a_share_says_who_how_much_and_how_it_ended() -> None:
    team = [
        Contributor("Leader", True),
        Contributor("Teller", False, Activity.DONE, words=30),
        Contributor("Editor", False, Activity.FAILED, words=10),
    ]
    rows = [row.plain for row in shares(team, 40, 60)]
    assert rows[1].startswith("✔ Teller")
    assert "75%" in rows[1]
    assert rows[1].endswith("30 words")
    assert rows[2].startswith("✖ Editor")


def test_members_keep_their_color_and_never_have_the_leaders() -> None:
    team = [Contributor("Leader", True), *(Contributor(f"m{n}", False) for n in range(9))]
    colors = color_numbers(team)
    assert colors["Leader"] == 0
    assert [colors[f"m{n}"] for n in range(5)] == [1, 2, 3, 4, 5]
    assert all(0 < colors[f"m{n}"] < len(SPEAKER_COLORS) for n in range(9))
    assert color_numbers(team[:3]) == {name: colors[name] for name in ("Leader", "m0", "m1")}


@pytest.mark.parametrize(
    ("usage", "text"),
    [
        (Usage(), None),
        (Usage(10, 10, cost_usd=None), "cost unknown"),
        (Usage(10, 10, cost_usd=0.0), None),
        (Usage(10, 10, cost_usd=0.00123), "$0.0012"),
        (Usage(10, 10, cost_usd=1234.5), "$1,234.50"),
    ],
)
def test_what_it_cost_is_said_when_there_is_something_to_say(usage: Usage, text: str) -> None:
    assert cost_so_far(usage) == text


def test_little_money_is_not_nothing() -> None:
    assert money(0.00001) == "under $0.0001"


@given(st.integers(0, 999_000_000))
@example(999_950)
def test_short_numbers_are_short(number: int) -> None:
    assert len(short(number)) <= 6


@given(st.integers(0, 70), st.integers(0, 12), st.integers(0, 40))
def test_the_side_pane_never_shares_out_more_than_it_has(
    room: int, members: int, calls: int
) -> None:
    share = heights(room, members, calls)
    shown = [rows for rows in share[:-1] if rows]
    assert sum(shown) + share.gap * max(0, len(shown) - 1) <= room
    assert all(rows >= 0 for rows in share)


def test_what_matters_least_gives_way_first() -> None:
    assert heights(3, 3, 4) == (1, 1, 0, 1, 0)
    low, high = heights(12, 3, 4), heights(40, 3, 4)
    assert low.timeline == 0
    assert low.countdown == 2
    assert low.team == 4
    assert high == (5, 7, 9, 4, 1)


def test_every_row_that_there_is_room_for_is_asked_for_once() -> None:
    assert heights(200, 7, 20).team == 1 + 2 * 7
    assert heights(200, 7, 20).timeline == 1 + 2 * 20


@pytest.mark.parametrize("room", [58, 78, 108])
def test_the_strip_leaves_most_of_its_room_to_the_team(room: int) -> None:
    cells = widths(room)
    assert cells.countdown >= len("◷ 9.9 s, cancels soon")
    assert room - sum(cells) >= 18


def test_an_empty_state_has_no_pace() -> None:
    from tui.run.formatting import pace_until, words_per_second

    assert list(pace_until(RunState(), 5.0)) == []
    assert words_per_second(RunState(), 5.0) is None
