"""The way from one style to the next."""

import pytest

from tests.screen.drawing.emulator import Emulator
from tui.screen.drawing.style_codes import PLAIN, cell_style, change, of_blank

CODES = ["", "1", "1;2", "3;4;9", "7", "31", "1;31;44", "97;100", "38;5;12;48;5;7", "2;38;5;12",
         "38;2;1;2;3", "1;38;2;1;2;3;48;2;4;5;6", "38;2;1;2;3;48;2;4;5;6", "48;2;4;5;6", "39;49",
         "21;31", "53"]  # fmt: skip


@pytest.mark.parametrize("before", CODES)
def test_a_look_is_the_same_however_it_was_reached(before: str) -> None:
    for after in CODES:
        changed, straight = Emulator(2, 1), Emulator(2, 1)
        changed.write(
            f"{change(PLAIN, cell_style(before))}{change(cell_style(before), cell_style(after))}x"
        )
        straight.write(f"\x1b[0;{after}mx" if after else "x")
        assert changed.picture == straight.picture, after


def test_only_what_differs_is_said() -> None:
    bold = cell_style("1;38;2;1;2;3;48;2;4;5;6")
    thin = cell_style("38;2;1;2;3;48;2;4;5;6")
    assert change(thin, bold) == "\x1b[1m"
    assert change(bold, thin) == "\x1b[22m"
    assert change(bold, PLAIN) == "\x1b[m"
    assert change(bold, bold) == ""


def test_an_attribute_without_an_end_of_its_own_is_reset() -> None:
    assert change(cell_style("53;31"), cell_style("31")) == "\x1b[0;31m"


def test_a_link_is_opened_and_closed() -> None:
    link = cell_style("1", "id=7;https://example.org")
    assert change(PLAIN, link) == "\x1b[1m\x1b]8;id=7;https://example.org\x1b\\"
    assert change(link, cell_style("1")) == "\x1b]8;;\x1b\\"


def test_of_a_blank_only_the_background_counts_unless_more_is_seen() -> None:
    assert of_blank(cell_style("1;3;38;2;1;2;3;48;2;4;5;6")) is cell_style("48;2;4;5;6")
    assert of_blank(cell_style("1;31")) is PLAIN
    assert of_blank(cell_style("4;31")) is cell_style("4;31")
    assert of_blank(cell_style("31", ";https://example.org")).link
