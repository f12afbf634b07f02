"""The Markdown of a story as rows, whole and while it is written."""

import random
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.screen.story_log.texts import GRAPHEMES, deltas, widths
from tui.screen.prose.blocks import BlockKind
from tui.screen.prose.emphasis import CODE, EMPHASIS, LINK, STRONG, STRUCK
from tui.screen.prose.flow import Flow
from tui.screen.prose.inline import InlineReader

MARKS = (
    *("*", "**", "***", "_", "__", "~~", "~", "`", "``", "[", "](", ")", "]", "!", "\\"),
    *("#", "# ", "## ", "> ", "- ", "* ", "1. ", "---", "***\n", "```\n", "~~~\n", "|", "\t"),
    *("word ", "snake_case", "*x y*", "**b b**", "`c`", "[t](u)", "\n", "\n\n", "12", "http://x"),
)
marked_texts = st.lists(st.sampled_from((*MARKS, *GRAPHEMES)), max_size=60).map("".join)


def flow_of(*pieces: str, width: int = 60, finish: bool = True) -> Flow:
    flow = Flow(width)
    for piece in pieces:
        flow.append(piece)
    if finish:
        flow.finish()
    return flow


def seen(flow: Flow) -> list[str]:
    return [flow.shown(row) for row in range(len(flow.rows))]


def looks(flow: Flow, row: int = 0) -> list[tuple[str, int]]:
    styled = flow.styled_row(row)
    assert styled is not None
    return [(span.text, span.style) for span in styled.spans]


def everything(flow: Flow) -> list[list[object]]:
    styled_rows = [flow.styled_row(row) for row in range(len(flow.rows))]
    looks = [styled and (styled.block, styled.prefix, styled.spans) for styled in styled_rows]
    return [list(flow.rows), list(flow.starts), list(looks)]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a *b* c", [("a ", 0), ("b", EMPHASIS), (" c", 0)]),
        ("_b_ c", [("b", EMPHASIS), (" c", 0)]),
        ("**b** __c__", [("b", STRONG), (" ", 0), ("c", STRONG)]),
        ("***b***", [("b", EMPHASIS | STRONG)]),
        ("***b** c*", [("b", EMPHASIS | STRONG), (" c", EMPHASIS)]),
        ("**b *c***", [("b ", STRONG), ("c", EMPHASIS | STRONG)]),
        ("~~b~~", [("b", STRUCK)]),
        ("`b *c*`", [("b *c*", CODE)]),
        ("``b`c``", [("b`c", CODE)]),
        ("[b](http://x_y_z)", [("b", LINK)]),
        ("[*b* c](u (v))", [("[", 0), ("b", EMPHASIS), (" c](u (v))", 0)]),
        ("[*b* c](u(v))!", [("b", LINK | EMPHASIS), (" c", LINK), ("!", 0)]),
        ("![a cat](cat.png)", [("a cat", LINK)]),
        (r"\*b\*", [("*", 0), ("b", 0), ("*", 0)]),
        (r"*b \* c*", [("b ", EMPHASIS), ("*", EMPHASIS), (" c", EMPHASIS)]),
        ('*"Hi," she said.*', [('"Hi," she said.', EMPHASIS)]),
        ("un**be**lievable **b**c", [("un**be**lievable ", 0), ("b", STRONG), ("c", 0)]),
        ("这是**重要**的", [("这是", 0), ("重要", STRONG), ("的", 0)]),
        ("**「重要」**的", [("「重要」", STRONG), ("的", 0)]),
        ("*e\u0301👩‍👩‍👧*", [("e\u0301👩‍👩‍👧", EMPHASIS)]),
        ("**5*3 is 15**", [("5*3 is 15", STRONG)]),
        ("*a _b* c_", [("a ", EMPHASIS), ("b", EMPHASIS | EMPHASIS), (" c", EMPHASIS)]),
    ],
)
def test_marks_are_hidden_and_their_text_is_styled(text: str, spans: list[tuple[str, int]]) -> None:
    assert looks(flow_of(text)) == spans


@pytest.mark.parametrize(
    "text",
    [
        *("2 * 3", "2*3", "snake_case_name", "f**k and sh*t", "*open", "**", "a ** b", "~5 km"),
        *(
            "[laughs]",
            "[a] (b)",
            "[a](b",
            "`open",
            "a \\ b",
            "#tag",
            "1984",
            "1.5 km",
            "-5",
            "a > b",
        ),
        *("| a | *b* |", "<b>bold</b>", "****b****", "x ~~~~", "x * *b", "&amp;", "a\tb", ""),
    ],
)
def test_what_is_no_markdown_is_shown_as_it_was_written(text: str) -> None:
    assert seen(flow_of(text)) == [text]


def test_blocks_have_their_kinds_and_their_beginnings() -> None:
    text = (
        "# One\n###### Six ##\n- item\n  * below\n12) twelve\n> quoted\n> > deeper\n> - item\n"
        "---\n* * *\n___\n```py\n*x* = `1`\n```\nprose\n---\n"
    )
    flow = flow_of(text, width=20)
    kinds = [(styled.block.kind if (styled := flow.styled_row(row)) else None) for row in range(16)]
    assert seen(flow) == [
        *("One", "Six", "• item", "  • below", "12) twelve"),
        *("▎ quoted", "▎ ▎ deeper", "▎ • item"),
        *("     ──────────",) * 3,
        *("", "  *x* = `1`", "", "prose", "     ──────────", ""),
    ]
    assert kinds[8:14] == [BlockKind.RULE] * 3 + [BlockKind.FENCE, BlockKind.CODE, BlockKind.FENCE]
    levels = [styled.block.level for row in (0, 1) if (styled := flow.styled_row(row))]
    assert levels == [1, 6]


def test_wrapped_rows_hang_below_the_text_of_their_item_or_quote() -> None:
    flow = flow_of("- one two three\n> four five six\n1. seven eight\n", width=11)
    assert [row.rstrip() for row in seen(flow)] == [
        *("• one two", "  three"),
        *("▎ four five", "▎ six"),
        *("1. seven", "   eight", ""),
    ]


def test_code_is_cut_where_the_row_ends_and_keeps_its_spaces() -> None:
    flow = flow_of("```\nif  a  and  b\n```\n", width=9)
    assert seen(flow) == ["", "  if  a  ", "  and  b", "", ""]


def test_code_that_is_never_closed_stays_code() -> None:
    flow = flow_of("~~~\n*a*\n```\n# b")
    assert seen(flow) == ["", "  *a*", "  ```", "  # b"]


def test_code_in_a_quote_is_no_code_outside_of_it() -> None:
    flow = flow_of("> ```\n> *a*\n*b*")
    assert seen(flow) == ["▎ ```", "▎ a", "b"]


def test_words_wrap_by_what_is_shown_of_them() -> None:
    flow = flow_of("aa **bb** cc **dd** ee", width=8)
    assert [row.rstrip() for row in seen(flow)] == ["aa bb cc", "dd ee"]
    assert flow.rows == ["aa **bb** cc **", "dd** ee"]


# While it is written.


@pytest.mark.parametrize("finish", [False, True])
@example(pieces=["**[t](u)", ""], width=1, other=1)
@example(pieces=list("word [é>>`> !~\t\\\\a(a|12](`code x`http://x(~~~- ``# _"), width=10, other=9)
@given(pieces=deltas(marked_texts), width=widths, other=widths)
def test_rows_do_not_depend_on_deltas_or_on_resizes(
    finish: bool, pieces: list[str], width: int, other: int
) -> None:
    text = "".join(pieces)
    whole = everything(flow_of(text, width=width, finish=finish))
    in_deltas = flow_of(*pieces, width=width, finish=finish)
    assert everything(in_deltas) == whole
    assert everything(flow_of(*text, width=width, finish=finish)) == whole
    in_deltas.reflow(other)
    in_deltas.reflow(width)
    assert everything(in_deltas) == whole
    assert "".join(in_deltas.rows) == text


@given(marked_texts, marked_texts.filter(bool), widths)
def test_text_after_an_end_is_as_if_there_was_none(first: str, second: str, width: int) -> None:
    flow = flow_of(first, width=width)
    flow.append(second)
    assert everything(flow) == everything(flow_of(first + second, width=width, finish=False))


@given(marked_texts, widths)
def test_finished_lines_never_change_and_changed_rows_are_told(text: str, width: int) -> None:
    flow = Flow(width)
    for character in text:
        before = everything(flow)
        line = max((row + 1 for row, t in enumerate(flow.rows) if t.endswith("\n")), default=0)
        first = flow.append(character)
        assert first >= line
        after = everything(flow)
        assert [part[:first] for part in after] == [part[:first] for part in before]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** x", ["", "", "b", "bo", "bol", "bold", "bold", "bold", "bold ", "bold x"]),
        ("a *b* c", ["a", "a ", "a ", "a b", "a b", "a b ", "a b c"]),
        ("2 * 3", ["2", "2 ", "2 ", "2 * ", "2 * 3"]),
        ("## Hi", ["", "", "", "H", "Hi"]),
        ("- x", ["", "", "• x"]),
        ("12. x", ["1", "12", "12.", "12. ", "12. x"]),
        ("> x", ["▎ ", "▎ ", "▎ x"]),
        ("[a](u) b", ["[", "[a", "[a]", "[a]", "[a]", "a", "a ", "a b"]),
        ("[a] b", ["[", "[a", "[a]", "[a] ", "[a] b"]),
        ("`a` b", ["", "a", "a", "a ", "a b"]),
        ("a_b", ["a", "a", "a_b"]),
        ("---x", ["", "", "", "---x"]),
        (r"\*x", ["", "*", "*x"]),
    ],
)
def test_what_is_shown_while_every_character_comes(text: str, shown: list[str]) -> None:
    flow = Flow(60)
    states = []
    for character in text:
        flow.append(character)
        states.append(flow.shown(0))
    assert states == shown


def test_an_opener_counts_at_once_and_is_shown_when_its_line_ends_without_a_closer() -> None:
    flow = flow_of("a *b c", finish=False)
    assert looks(flow) == [("a ", 0), ("b c", EMPHASIS)]
    flow.append("\nd")
    assert seen(flow) == ["a *b c", "d"]
    assert flow.styled_row(0) is None


def test_a_last_line_that_waits_for_more_is_settled_at_the_end() -> None:
    for text, shown in (("***", "─" * 24), ("a *b*", "a b"), ("a *b", "a *b"), ("-", "• ")):
        assert seen(flow_of(text))[0].lstrip() == shown
    assert seen(flow_of("***", finish=False)) == [""]


def test_raw_text_is_shown_with_every_mark() -> None:
    flow = Flow(60, is_raw=True)
    for character in (text := "# a\n- *b*\n***\n```\n> c"):
        flow.append(character)
    assert seen(flow) == text.split("\n")
    flow.reflow(60)
    assert seen(flow)[:2] == ["a", "• b"]


def test_text_before_the_prose_is_no_markdown() -> None:
    flow = Flow(60, prose_from=6)
    flow.append("# _a_\n# _a_")
    assert seen(flow) == ["# _a_", "a"]


# What it costs.


def counted_rows(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have the lengths written down of all text that is read."""
    lengths: list[int] = []
    read = Flow._grow

    def spy(self: Flow, text: str, newline: str = "", *, is_whole: bool = False) -> int:
        lengths.append(sum(map(len, self.rows[self._first_stale_row() :])) + len(text))
        return read(self, text, newline, is_whole=is_whole)

    monkeypatch.setattr(Flow, "_grow", spy)
    return lengths


@pytest.mark.parametrize(
    "opening", ["", "*open ", "**a *b ", "[a ", "`a ", "# ", "> ", "- ", "```\n", "\\", "    "]
)
def test_the_price_of_a_token_does_not_grow_with_its_paragraph(
    opening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = Flow(80)
    flow.append(opening + "word " * 20_000)
    lengths = counted_rows(monkeypatch)
    for token in ("a ", "*b* ", "[c ", "](d", ") ", "`e ", "f` ", "**", "# ", "~~g") * 3:
        flow.append(token)
    assert max(lengths) < 1_000


@pytest.mark.parametrize(
    "unit",
    ["*a ", "`", "[a", "[a](", "*", "_a_", "``a` ", "\\*", "# ", "- ", ">", "***a* ", "~", "!["],
)
def test_text_that_is_made_to_be_slow_is_not(unit: str) -> None:
    """Twenty times the text may not take much more than twenty times the time."""

    def seconds(count: int) -> float:
        before = time.process_time()
        flow_of(unit * count)
        return time.process_time() - before

    little = min(seconds(1_000) for _ in range(3))
    assert seconds(20_000) < 100 * little + 0.05


def test_a_story_of_any_kind_ends_the_same_in_deltas_of_any_size() -> None:
    chance = random.Random(7)
    text = "".join(chance.choices(MARKS, k=6_000))
    whole = flow_of(text, width=40)
    flow = Flow(40)
    at = 0
    while at < len(text):
        size = chance.choice((1, 2, 7, 300))
        flow.append(text[at : at + size])
        at += size
    flow.finish()
    assert everything(flow) == everything(whole)


@given(marked_texts, widths)
def test_the_quick_way_to_read_emphasis_ends_like_the_long_one(text: str, width: int) -> None:
    quick = everything(flow_of(text, width=width))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InlineReader, "_pair", lambda *_: 0)
        assert everything(flow_of(text, width=width)) == quick
