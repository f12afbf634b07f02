import pytest

from tui.local.sentences import is_whole, rounding_of, sentence_end, unfinished_sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It rained. Then", "It rained."),
        ('"Hello!" said Mia. So', '"Hello!" said Mia.'),
        ('"Hello. Bye." She', '"Hello. Bye."'),
        ("“Hello. Bye.” She", "“Hello. Bye.”"),
        ("Mr. Fox ran. He", "Mr. Fox ran."),
        ("3.5 miles.\n\nThen", "3.5 miles."),
        ("\n\nThe end…\nThen", "\n\nThe end…"),
        ("She said:\n\n“Hello”", "She said:"),
        ("雨が降った。それから", "雨が降った。"),
    ],
)
def test_a_sentence_is_whole(text: str, sentence: str) -> None:
    end = sentence_end(text)
    assert end is not None
    assert text[:end] == sentence


@pytest.mark.parametrize("text", ["It rained", "It rained.", 'He said "No. Not now.', "Mr. F"])
def test_what_follows_tells_whether_a_sentence_has_ended(text: str) -> None:
    assert sentence_end(text) is None


@pytest.mark.parametrize(
    ("text", "unfinished"),
    [
        ("One day,", "One day,"),
        ("There was a cat. The cat's name was", "The cat's name was"),
        ("He fell.\n\nShe said “Com", "She said “Com"),
        ("But then something went wrong.", ""),
        ("", ""),
    ],
)
def test_the_sentence_in_which_a_text_stops(text: str, unfinished: str) -> None:
    assert unfinished_sentence(text) == unfinished


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("There was a cat", "."),
        ("There was a cat,", "…"),
        ("There was a cat.", ""),
        ('There was a "cat', '."'),
        ('There was "A cat!', '"'),
        ("There was “A cat!", "”"),
    ],
)
def test_an_unfinished_sentence_is_rounded_off(text: str, rest: str) -> None:
    assert rounding_of(text) == rest
    assert is_whole(text + rest)
