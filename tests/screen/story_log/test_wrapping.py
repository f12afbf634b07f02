import sys
from itertools import pairwise

import pytest
from hypothesis import example, given
from wcwidth import wcswidth, wcwidth

from tests.screen.story_log.texts import deltas, odd_texts, stories, widths
from tui.screen.prose.flow import Flow
from tui.screen.prose.wrapping import (
    TAB_COLUMNS,
    _wrap_clusters,
    cell_width,
    clusters,
    cut,
    is_plain,
    printable,
    wrap,
)


@given(odd_texts, widths)
def test_rows_joined_are_the_text(text: str, width: int) -> None:
    flow = Flow(width)
    flow.append(text)
    assert "".join(flow.rows) == text
    assert flow.length == len(text)


@given(deltas(), widths)
@example(["🇩", "🇪", " b"], 3)
@example(["a1", "\ufe0f", "\u20e3b"], 2)
def test_rows_do_not_depend_on_how_the_text_was_cut(pieces: list[str], width: int) -> None:
    grown, whole = Flow(width), Flow(width)
    for piece in pieces:
        grown.append(piece)
    whole.append("".join(pieces))
    assert grown.rows == whole.rows
    assert grown.starts == whole.starts


@given(stories, widths)
def test_no_row_is_wider_than_the_pane_by_an_independent_measure(text: str, width: int) -> None:
    """Measured by wcwidth, over characters that every measure knows.

    Broken sequences are left out: half a flag, a skin tone on nothing, a joiner between letters.
    Terminals, wcwidth and Rich (which Textual lays out by) each take another width for those.
    """
    for paragraph in text.split("\n"):
        for row in wrap(paragraph, width):
            shown = row.rstrip(" \u3000")
            assert wcswidth(shown) <= max(width, 2)


@given(odd_texts, widths)
def test_no_row_is_wider_than_the_pane_by_what_is_drawn(text: str, width: int) -> None:
    for paragraph in text.split("\n"):
        for row in wrap(paragraph, width):
            shown = row.rstrip(" \t\u1680\u2000\u3000")
            is_one_character = len(list(clusters(shown))) == 1
            assert cell_width(shown) <= width or is_one_character or row[0].isspace()


@given(odd_texts, widths)
def test_the_quick_path_cuts_where_the_careful_one_does(text: str, width: int) -> None:
    plain = "".join(character for character in text if is_plain(character))
    rows: list[str] = []
    rest: str | None = plain
    while rest is not None:
        more, rest = _wrap_clusters(rest, width, 8 * width + 64)
        rows += more
    assert wrap(plain, width) == rows


@given(odd_texts)
def test_clusters_cover_the_text_without_gaps(text: str) -> None:
    edges = [(start, end) for start, end, _cells in clusters(text)]
    assert "".join(text[start:end] for start, end in edges) == text


def test_every_character_of_the_quick_path_takes_one_cell() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if is_plain(character):
            assert wcwidth(character) == 1, hex(code)
            assert cell_width(character) == 1


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("the quick fox", 9, ["the quick ", "fox"]),
        ("the quick    fox", 9, ["the quick    ", "fox"]),
        ("  indented words", 10, ["  indented ", "words"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a abcdefgh", 4, ["a ", "abcd", "efgh"]),
        ("exact fit ", 9, ["exact fit "]),
        ("龍は椅子。", 4, ["龍は", "椅", "子。"]),
        ("「龍」", 2, ["「", "龍", "」"]),
        ("한국어 문장", 6, ["한국어 ", "문장"]),
        ("👩‍👩‍👧👩‍👩‍👧", 3, ["👩‍👩‍👧", "👩‍👩‍👧"]),
        ("🇩🇪🇫🇷", 3, ["🇩🇪", "🇫🇷"]),
        ("a\tb", 3, ["a\t", "b"]),
        ("", 5, [""]),
    ],
)
def test_where_rows_end(text: str, width: int, rows: list[str]) -> None:
    assert wrap(text, width) == rows


@given(stories, widths)
def test_rows_of_code_are_full_whatever_the_words(text: str, width: int) -> None:
    line = text.replace("\n", "")
    rows = cut(line, width)
    assert "".join(rows) == line
    assert all(cell_width(row) <= max(width, 2) for row in rows)
    for row, following in pairwise(rows):
        start, end, _cells = next(clusters(following))
        assert cell_width(row + following[start:end]) > width


@pytest.mark.parametrize(
    "unit", ["\u0301", "a\u0301\u0302", "\u200b", " ", "\t", "\U0001f469\u200d", "\u732b"]
)
@pytest.mark.parametrize("block", ["", "```\n"], ids=["prose", "code"])
def test_a_row_of_what_takes_no_cells_ends_where_it_ends_however_the_text_was_cut(
    unit: str, block: str
) -> None:
    text = f"{block}word {unit * 5_000} word"
    whole, streamed = Flow(40), Flow(40)
    whole.append(text)
    for start in range(0, len(text), 7):
        streamed.append(text[start : start + 7])
    assert streamed.rows == whole.rows
    assert max(map(len, whole.rows)) <= 8 * 40 + 64


def test_a_tab_reaches_the_next_stop() -> None:
    assert cell_width("ab\tc") == TAB_COLUMNS + 1


def test_what_no_terminal_should_be_sent_becomes_a_mark() -> None:
    assert printable("a\x1b[31m\ud800\u202eb") == "a\ufffd[31m\ufffd\ufffdb"
