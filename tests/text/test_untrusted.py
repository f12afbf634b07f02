"""Untrusted text becomes harmless, and words are counted alike however a stream is cut."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text.untrusted import (
    clean,
    clean_delta,
    clean_line,
    count_words,
    preview,
    to_json,
    without_surrogates,
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("plain “text” — 日本語 👩‍👩‍👧", "plain “text” — 日本語 👩‍👩‍👧"),
        ("a\x1b[31mred\x1b[0m", "a␛[31mred␛[0m"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("nul\x00 del\x7f csi\x9b", "nul␀ del␡ csi\ufffd"),
        ("dos\r\nmac\rlast", "dos\nmac\nlast"),
        ("line\u2028paragraph\u2029form\x0c", "line\nparagraph\nform\n"),
        ("abc\u202eevil\u2066x", "abcevilx"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("tab\tnewline\n", "tab\tnewline\n"),
        ("hid\U000e0068\U000e0069den \ufeffmark \ufff9a\ufffab\ufffb\u206a", "hidden mark ab"),
        (
            "नम\u200cस् ab\u200bc נו\u200f! ❤\ufe0f co\xadop",
            "नम\u200cस् ab\u200bc נו\u200f! ❤\ufe0f co\xadop",
        ),
    ],
)
def test_clean_leaves_nothing_a_terminal_would_obey(said: str, shown: str) -> None:
    assert clean(said) == shown


@given(st.text(alphabet=st.characters(codec=None)))
def test_cleaned_text_has_no_controls_and_can_be_encoded(said: str) -> None:
    shown = clean(said)
    shown.encode()
    controls = {c for c in shown if unicodedata.category(c) == "Cc"}
    assert controls <= {"\n", "\t"}
    assert clean(shown) == shown


def test_a_carriage_return_at_the_end_of_a_delta_waits_for_what_comes_next() -> None:
    assert clean_delta("\x1bone\r") == "␛one\r"
    assert clean_delta("one\rtwo\r\n") == "one\ntwo\n"
    assert clean_delta("\r\none") == "\r\none"
    assert clean_delta("\r") == "\r"


@given(st.text(alphabet=st.characters(codec=None)))
def test_json_says_everything_and_holds_nothing_a_terminal_would_obey(said: str) -> None:
    shown = to_json({"text": said})
    assert json.loads(shown) == {"text": said}
    assert clean(shown) == shown


def test_clean_line_is_one_short_line() -> None:
    assert clean_line("a\n b\x1b") == "a b␛"
    assert len(clean_line("x" * 1000, limit=10)) == 10


def test_without_surrogates_can_be_sent() -> None:
    assert without_surrogates("a\ud800b") == "a\ufffdb"
    assert without_surrogates("\ud83d\ude00") == "😀"


@given(st.text(), st.data())
def test_words_are_counted_alike_however_the_stream_is_cut(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    first, in_word = count_words(text[:cut])
    second, _ = count_words(text[cut:], in_word)
    assert first + second == len(text.split())


def test_preview_says_that_there_is_more() -> None:
    assert preview("x" * 200) == "x" * 200
    assert preview("x" * 201) == "x" * 200 + "..."
