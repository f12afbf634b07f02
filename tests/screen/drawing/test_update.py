"""Textual's updates, written with the shadow."""

import io

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tests.screen.drawing.emulator import Emulator
from tui.screen.drawing.shadow import Shadow
from tui.screen.drawing.update import MinimalUpdate, minimal

CONSOLE = Console(file=io.StringIO(), color_system="truecolor", force_terminal=True)
STYLE = Style.parse("#eeeeee on #112233")


def strip(text: str) -> Strip:
    return Strip([Segment(text, STYLE)])


def whole(*rows: str) -> LayoutUpdate:
    return LayoutUpdate([[strip(row)] for row in rows], Region(0, 0, len(rows[0]), len(rows)))


def write(update: LayoutUpdate | ChopsUpdate, shadow: Shadow) -> str:
    return MinimalUpdate(update, shadow).render_segments(CONSOLE)


def test_a_part_of_a_screen_is_cut_as_textual_cuts_it() -> None:
    shadow = Shadow()
    ours, theirs = Emulator(8, 2), Emulator(8, 2)
    for update in (
        whole("aaaaaaaa", "bbbbbbbb"),
        ChopsUpdate([{0: strip("cccc"), 4: strip("dddd")}, {0: None}], [(0, 0, 6)], [[4, 8], [8]]),
        ChopsUpdate([{0: None}, {0: strip("eeee"), 4: None}], [(1, 0, 4)], [[8], [4, 8]]),
    ):
        ours.write(write(update, shadow))
        theirs.write(update.render_segments(CONSOLE))
        assert ours.picture == theirs.picture


@pytest.mark.parametrize("odd", ["a\tbc", "\u0301abc"])
def test_what_takes_no_certain_cells_is_left_to_textual_and_the_rest_drawn_again(odd: str) -> None:
    shadow = Shadow()
    write(whole("abcd"), shadow)
    update = ChopsUpdate([{0: strip(odd)}], [(0, 0, 4)], [[4]])
    assert write(update, shadow) == update.render_segments(CONSOLE)
    again = ChopsUpdate([{0: strip("abcd")}], [(0, 0, 4)], [[4]])
    assert "abcd" in write(again, shadow)


def test_what_is_no_update_of_the_screen_is_left_alone() -> None:
    text = Text("a")
    assert minimal(text, Shadow()) is text
    assert minimal(None, Shadow()) is None
