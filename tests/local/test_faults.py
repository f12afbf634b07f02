"""What is a fault of a sentence, and what is none."""

import pytest

from tui.local.faults import Fault, fault_in

BEFORE = (
    "Once upon a time, there was a fox named Finch. Finch lived in a small house by the river. "
    '"I like you," he said to the moon. One day, he found a golden key under the old bridge.\n\n'
)


@pytest.mark.parametrize(
    "sentence",
    [
        "The story uses simple sentences and it has a happy ending.",
        "This tale has taught children about kindness.",
        "And they lived happily ever after.",
        "Here is a bedtime story for your child.",
        "You should never go there alone.",
        "In this chapter, Finch met the owl.",
        "**Finch** walked home.",
        "Title: The Golden Key.",
    ],
)
def test_a_sentence_about_the_text_or_to_the_reader_leaks(sentence: str) -> None:
    assert fault_in(sentence, BEFORE) is Fault.LEAKS


@pytest.mark.parametrize(
    "sentence",
    [
        '"You must follow me," said the owl.',
        "The owl opened the door of her library.",
        "He had had a very, very long day.",
        "He remembered that the key was cold.",
        "Finch smiled, and the owl smiled back at him.",
    ],
)
def test_a_plain_sentence_has_no_fault(sentence: str) -> None:
    assert fault_in(sentence, BEFORE) is Fault.NONE


def test_what_the_reader_asked_for_or_wrote_is_no_leak() -> None:
    sentence = "The writer of the story was asleep."
    assert fault_in(sentence, BEFORE) is Fault.LEAKS
    assert fault_in(sentence, BEFORE, "a writer who forgets her story") is Fault.NONE
    assert fault_in("I walked on.", "I was a fox. My house was small.") is Fault.NONE


@pytest.mark.parametrize(
    "sentence",
    [
        "His friend was called Finch Finch.",
        "Then he met met the owl.",
        "Finch looked at Finch.",
        "There he saw a bird named Finch.",
        "Mira and her sister Mira came in.",
    ],
)
def test_a_name_that_stands_twice_is_doubled(sentence: str) -> None:
    assert fault_in(sentence, BEFORE) is Fault.DOUBLES


@pytest.mark.parametrize(
    "sentence",
    [
        "One day, he found a golden key under the old bridge.",
        "One morning, he found a golden key under the bridge.",
        "Under the old bridge, he found a golden key.",
        "He lived in a small house by the sea.",
    ],
)
def test_what_was_told_before_is_repeated(sentence: str) -> None:
    assert fault_in(sentence, BEFORE) is Fault.REPEATS


def test_a_sentence_dwells_on_a_word_unless_the_story_is_about_it() -> None:
    assert fault_in("The magic of magic was made of magic.", BEFORE) is Fault.DWELLS
    before = "Mia was singing. All birds were singing. The frogs were singing below."
    assert fault_in("Even stones began singing.", before) is Fault.DWELLS
    assert fault_in("Even stones began singing.", before, "a girl who loves singing") is Fault.NONE


def test_a_tale_of_the_past_is_not_told_in_the_present() -> None:
    assert fault_in("The fox is now a brown bear.", BEFORE) is Fault.SHIFTS
    assert fault_in("The fox is now a brown bear.", "There is a fox. He has a key.") is Fault.NONE
