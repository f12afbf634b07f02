import pytest

from tui.local.sentences import SentenceGate


def shown(gate: SentenceGate, deltas: list[str]) -> str:
    return "".join(gate.take(delta) for delta in deltas) + gate.finish()


def test_everything_goes_through_until_it_is_enough() -> None:
    gate = SentenceGate("One day,", enough_words=100, most_words=200)
    assert [gate.take(delta) for delta in [" a", " cat.", " It"]] == [" a", " cat.", " It"]
    assert not gate.is_closed


def test_the_gate_closes_after_the_sentence_in_which_it_became_enough() -> None:
    gate = SentenceGate("One day,", enough_words=5, most_words=200)
    assert shown(gate, [" a", " cat", " sat", " down", ".", " It", " purred", "."]) == (
        " a cat sat down."
    )
    assert gate.is_closed


def test_nothing_is_shown_behind_a_closed_gate() -> None:
    gate = SentenceGate("One day", enough_words=1, most_words=200)
    gate.take(" it rained.")
    assert gate.take(" Then") == ""
    assert gate.take(" it stopped.") == ""


@pytest.mark.parametrize(
    ("deltas", "expected"),
    [
        ([' "Hello', "!", '"', " said", " Mia", ".", " So"], ' "Hello!" said Mia.'),
        ([' "Hello', ".", " Bye", ".", '"', " She"], ' "Hello. Bye."'),
        ([" “Hello", ".", " Bye", ".”", " She"], " “Hello. Bye.”"),
        ([" Mr", ".", " Fox", " ran", ".", " He"], " Mr. Fox ran."),
        ([" 3", ".", "5", " miles", ".", "\n\n", "Then"], " 3.5 miles."),
        ([" end", "…", "\n", "Then"], " end…"),
    ],
)
def test_a_sentence_is_whole(deltas: list[str], expected: str) -> None:
    assert shown(SentenceGate("It", enough_words=0, most_words=200), deltas) == expected


def test_no_white_space_is_left_at_the_end() -> None:
    gate = SentenceGate("One day,", enough_words=100, most_words=200)
    assert shown(gate, [" it rained.", "\n", "\n"]) == " it rained."


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        (" a cat", "."),
        (" a cat,", "…"),
        (" a cat.", ""),
        (' a "cat', '."'),
        (' "A cat!', '"'),
        (" “A cat!", "”"),
    ],
)
def test_an_unfinished_sentence_is_rounded_off_and_nothing_taken_back(said: str, rest: str) -> None:
    gate = SentenceGate("There was", enough_words=100, most_words=200)
    assert shown(gate, [said]) == said + rest


def test_a_sentence_without_end_is_cut_between_two_words() -> None:
    gate = SentenceGate("And", enough_words=2, most_words=6)
    assert shown(gate, [" on"] * 4 + [" wa", "lk", "ing", " on"]) == " on on on on walking."
