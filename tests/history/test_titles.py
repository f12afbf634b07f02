"""What a story is called, and under which id it is found."""

import re

import pytest

from tui.config.settings import DEFAULT_PROMPT
from tui.history.titles import new_id, title_from_prompt, title_in


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The Lamp\n\nOnce.", "The Lamp"),
        ("Here is the story:\n\n## The *Dark* Lamp ##\n\nOnce.", "The Dark Lamp"),
        ("# Chapter 1: Dawn\n\nOnce.", None),
        ("# Untitled\n\nOnce.", None),
        ("# Prologue\n\n# The Lamp\n", "The Lamp"),
        ("# Title: The Lamp\n\nOnce.", "The Lamp"),
        ("# Title\n\n# The Lamp", "The Lamp"),
        ('# "The Lamp"\n\nOnce.', "The Lamp"),
        ("**The Lamp**\n\nOnce.", "The Lamp"),
        ("Title: The Lamp\n\nOnce.", "The Lamp"),
        ("**Title:** The Lamp\n\nOnce.", "The Lamp"),
        ("# Part of Me\n\nOnce.", "Part of Me"),
        ("Once upon a time.\n\nThen.", None),
        ("**Bang!** went the door.\n\nThen.", None),
        ("#hashtag\n\nOnce.", None),
        ("", None),
        ("# \x1b[31mRed\n\n", "␛[31mRed"),
        ("# " + "word " * 100, "word " * 14 + "word…"),
    ],
)
def test_a_story_may_name_itself(text: str, title: str | None) -> None:
    assert title_in(text) == title


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        (DEFAULT_PROMPT, "A dragon who learns to code"),
        ("a keeper who is afraid of the dark", "A keeper who is afraid of the dark"),
        ("Please write me a short story about two geese.", "Two geese"),
        ("Tell a tale of woe! And more.", "Woe!"),
        ("write a story", "Write a story"),
        ("une  histoire\nd'amour", "Une histoire d'amour"),
        ("", "Untitled"),
        ("x" * 100, "X" + "x" * 58 + "…"),
        ("a very long idea that goes on and on and on until nobody remembers how it began",
         "A very long idea that goes on and on and on until nobody…"),
    ],
)  # fmt: skip
def test_a_prompt_makes_a_title(prompt: str, title: str) -> None:
    assert title_from_prompt(prompt) == title


@pytest.mark.parametrize(
    ("title", "word"),
    [("A dragon who learns", "dragon"), ("L'été", "ete"), ("龙", "story"), ("1984", "story"),
     ("Donaudampfschifffahrt", "donaudampfsc")],
)  # fmt: skip
def test_an_id_is_a_word_and_five_letters(title: str, word: str) -> None:
    assert re.fullmatch(rf"{word}-[2-9a-z]{{5}}", new_id(title))
    assert len({new_id(title) for _ in range(100)}) == 100
