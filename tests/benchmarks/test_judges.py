"""The judges of the embedded model's stories, on sentences that its gate was not made for."""

import pytest

from benchmarks.judges import (
    distinct_share,
    doubled_names_in,
    hero_share,
    judge,
    leaks_in,
    names_in,
    renamed_in,
    repeated_in,
    sentences_of,
    slips_in,
)

OPENING = "Once upon a time, there was a fox named Finch. "


@pytest.mark.parametrize(
    "sentence",
    [
        "The story uses simple sentences and it has a happy ending.",
        "It teaches children to share.",
        "The theme of all this is courage.",
        "- Finch found a key.",
        "Moral: be kind.",
        "He said it in a bedtime story.",
        "“This is a fine tale,” said the owl.",
        "Remember to be kind to foxes.",
        "This shows us what a friend is.",
        "I hope you liked it.",
        "As an AI, it could not go on.",
    ],
)
def test_a_leak_is_seen_whatever_its_words(sentence: str) -> None:
    assert leaks_in(OPENING + sentence, "a fox") == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "In the end, he went home.",
        "He stood at the end of the pier.",
        "He remembered the key.",
        "She used a spoon that shone.",
        "He had a talent for plotless days.",
    ],
)
def test_prose_is_no_leak(sentence: str) -> None:
    assert leaks_in(OPENING + sentence, "a fox") == []


def test_what_the_prompt_speaks_of_is_no_leak() -> None:
    told = OPENING + "He wrote a poem about rain."
    assert leaks_in(told, "a fox who writes a poem") == []
    assert leaks_in(told, "a fox")


def test_who_speaks_to_the_reader_slips_and_who_is_quoted_does_not() -> None:
    assert slips_in('He ran. "I see you," she said. You never know.') == ["You never know."]


@pytest.mark.parametrize(
    "story",
    [
        "He met Finch Finch.",
        "They saw Mira, Mira and a dog.",
        "There was Luna. So Luna looked at Luna.",
        "There was Mia. In came Mia and her friend Mia.",
        "A fox named Finch met a wolf. Soon a bird named Finch came.",
        "He ran to the the house.",
        "It was Tom's Tom.",
    ],
)
def test_a_doubled_name_is_seen_in_any_guise(story: str) -> None:
    assert doubled_names_in(story)


@pytest.mark.parametrize(
    "story",
    [
        "“No, no!” cried Mia. Mia ran.",
        "“I told you, you can,” said the owl. Mia's mother thought that Mia slept.",
        "There was Mia. Mia laughed, and the dog laughed with Mia.",
        "He had had enough of that very, very long day.",
    ],
)
def test_a_name_may_be_said_again(story: str) -> None:
    assert doubled_names_in(story) == []


def test_a_sentence_repeats_an_earlier_one_though_a_word_is_another() -> None:
    told = "The old fox found a golden key. It rained. The old fox found a silver key. It rained."
    assert repeated_in(told) == ["The old fox found a silver key."]


def test_a_quotation_belongs_to_its_sentence_and_ends_with_its_paragraph() -> None:
    assert sentences_of('He said "No. Not now." So\n\nShe "cried. A lot.\n\nBut he left.') == [
        'He said "No. Not now."',
        "So",
        'She "cried. A lot.',
        "But he left.",
    ]


def test_shares() -> None:
    assert distinct_share("a b c d") == 1.0
    assert distinct_share("a b c a b c") == 0.75
    story = "There was Mia.\n\nOne day, Mia ran.\n\nIt rained."
    assert hero_share(story) == 0.5
    assert names_in(story) == {"Mia": 2}


def test_a_being_with_two_names_is_renamed() -> None:
    assert renamed_in("a fox named Finch. A fox named Robin. The owl's name was Ida.") == ["fox"]


def test_a_verdict_has_it_all() -> None:
    verdict = judge(OPENING + "This story is short.", "a fox")
    assert verdict.leaks == ["This story is short."]
    assert verdict.words == 14
    assert not verdict.is_renamed
