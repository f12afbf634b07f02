"""The shadow of the terminal: whatever was drawn before, the picture is that of a full repaint."""

import io
import textwrap

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.screen.drawing.emulator import Emulator
from tests.servers import prose
from tui.screen.drawing.cells import Cells, cells_of
from tui.screen.drawing.scrolling import Piece, find_shift
from tui.screen.drawing.shadow import Shadow

WIDTH, HEIGHT = 24, 12
CONSOLE = Console(file=io.StringIO(), color_system="truecolor", force_terminal=True, width=WIDTH)
STYLES = [
    None,
    *map(
        Style.parse,
        ("#102030 on #a0b0c0", "bold #102030 on #a0b0c0", "bold dim italic red on blue",
         "underline #102030", "reverse", "strike on color(88)", "not bold white on #000000"),
    ),
]  # fmt: skip
WORDS = ["a", " ", "the lamp ", "——", "猫", "e\u0301", "x" * 9, "  ", "→ ", "✔", "한글"]


def strip_of(segments: list[tuple[str, Style | None]], width: int = WIDTH) -> Strip:
    strip = Strip([Segment(text, style) for text, style in segments])
    return strip.adjust_cell_length(width, Style.parse("on #112233"))


def row(text: str, style: str = "#eeeeee on #112233") -> Cells:
    return cells_of(strip_of([(text, Style.parse(style))]), CONSOLE)


segments = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(STYLES)), max_size=8)
strips = st.builds(strip_of, segments)
screens = st.lists(strips, min_size=HEIGHT, max_size=HEIGHT)
story_rows = st.lists(strips, min_size=HEIGHT + 9, max_size=HEIGHT + 9)


@st.composite
def frames(draw: st.DrawFn) -> list[list[Piece]]:
    """Screens, parts of rows, and windows that move over a longer text."""
    story = [cells_of(strip, CONSOLE) for strip in draw(story_rows)]
    drawn: list[list[Piece]] = []
    for _ in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            top, first = draw(st.integers(0, 9)), draw(st.integers(0, 4))
            rows = range(first, draw(st.integers(first + 1, HEIGHT)))
            drawn.append([Piece(0, y, story[top + y]) for y in rows])
            continue
        x, y = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
        part = strip_of(draw(segments), draw(st.integers(1, WIDTH - x)))
        drawn.append([Piece(x, y, cells_of(part, CONSOLE))])
    return drawn


@settings(deadline=None, max_examples=100)
@given(screens, frames())
def test_every_frame_is_a_full_repaint(start: list[Strip], drawn: list[list[Piece]]) -> None:
    terminal, shadow = Emulator(WIDTH, HEIGHT), Shadow()
    rows = [cells_of(strip, CONSOLE) for strip in start]
    first = [Piece(0, y, cells) for y, cells in enumerate(rows)]
    terminal.write(shadow.draw(WIDTH, HEIGHT, first, whole=True))
    for pieces in drawn:
        for x, y, cells in pieces:
            rows[y] = rows[y].with_part(x, cells)
        terminal.write(shadow.draw(WIDTH, HEIGHT, pieces, whole=False))
        fresh = Emulator(WIDTH, HEIGHT)
        everything = [Piece(0, y, cells) for y, cells in enumerate(rows)]
        fresh.write(Shadow().draw(WIDTH, HEIGHT, everything, whole=True))
        assert terminal.picture == fresh.picture


@settings(deadline=None)
@given(screens)
def test_a_full_repaint_looks_as_textual_would_write_it(rows: list[Strip]) -> None:
    ours, theirs = Emulator(WIDTH, HEIGHT), Emulator(WIDTH, HEIGHT)
    pieces = [Piece(0, y, cells_of(strip, CONSOLE)) for y, strip in enumerate(rows)]
    ours.write(Shadow().draw(WIDTH, HEIGHT, pieces, whole=True))
    for y, strip in enumerate(rows):
        theirs.write(f"\x1b[{y + 1}H{strip.render(CONSOLE)}")
    assert ours.picture == theirs.picture


def drawn_twice(before: Cells, after: Cells) -> str:
    shadow = Shadow()
    shadow.draw(WIDTH, 1, [Piece(0, 0, before)], whole=True)
    return shadow.draw(WIDTH, 1, [Piece(0, 0, after)], whole=False)


def test_what_is_on_the_screen_already_is_not_written() -> None:
    assert drawn_twice(row("Once upon"), row("Once upon")) == ""


def test_a_word_that_was_added_is_all_that_is_written() -> None:
    codes = drawn_twice(row("Once upon"), row("Once upon a time"))
    assert codes == "\x1b[1;11H\x1b[38;2;238;238;238;48;2;17;34;51ma time\x1b[m"


def test_the_colour_of_blanks_is_no_difference() -> None:
    assert drawn_twice(row("a", "#ff0000 on #112233"), row("a", "#ff0000 on #112233")) == ""
    assert drawn_twice(row("  ", "#ff0000 on #112233"), row("  ")) == ""
    assert drawn_twice(row("  ", "underline on #112233"), row("  ")) != ""


def test_what_a_terminal_may_draw_wider_is_written_with_its_neighbour() -> None:
    codes = drawn_twice(row("✔ written"), row("✔!written"))
    assert "✔" in codes
    assert codes.index("✔") < codes.index("\x1b[1;2H") < codes.index("!")


def test_a_terminal_that_was_cleared_gets_everything_again() -> None:
    shadow = Shadow()
    pieces = [Piece(0, 0, row("Once upon"))]
    everything = shadow.draw(WIDTH, 1, pieces, whole=True)
    shadow.forget()
    assert shadow.draw(WIDTH, 1, pieces, whole=False) == everything


STORY = textwrap.wrap(prose(200), WIDTH)


def lines(first: int, count: int = HEIGHT) -> list[Piece]:
    return [Piece(0, y, row(STORY[first + y])) for y in range(count)]


def test_text_that_moved_up_is_moved_by_the_terminal() -> None:
    shadow = Shadow()
    shadow.draw(WIDTH, HEIGHT, lines(10), whole=True)
    codes = shadow.draw(WIDTH, HEIGHT, lines(12), whole=False)
    assert [text in codes for text in STORY[20:24]] == [False, False, True, True]


def test_text_that_moved_down_is_moved_too() -> None:
    shadow = Shadow()
    shadow.draw(WIDTH, HEIGHT, lines(10), whole=True)
    codes = shadow.draw(WIDTH, HEIGHT, lines(9), whole=False)
    assert [text in codes for text in STORY[9:12]] == [True, False, False]


def test_nothing_is_moved_when_it_is_not_known_what_there_is() -> None:
    shadow = Shadow()
    shadow.draw(WIDTH, HEIGHT, lines(10), whole=True)
    shadow.forget()
    shadow.draw(WIDTH, HEIGHT, lines(10)[:8], whole=False)
    assert "unknown" not in shadow.draw(WIDTH, HEIGHT, lines(11)[:8], whole=False)


def test_a_few_alike_rows_are_no_movement() -> None:
    rows = [piece.cells for piece in lines(10)]
    assert find_shift(rows, lines(10)) is None
    assert find_shift(rows, lines(11)[:3]) is None
    assert find_shift(rows, lines(11)) == (0, HEIGHT, 1)
