"""What an editor is given of a passage, and what is kept of what it leaves."""

import pytest

from tui.errors import StoryteamError
from tui.story.editing import LONGEST_BYTES, edited_text, text_to_edit

PASSAGE = "\n\n The dragon woke. "


def test_the_editor_is_given_whole_lines() -> None:
    assert text_to_edit(PASSAGE) == "The dragon woke.\n"


@pytest.mark.parametrize(
    ("left", "kept"),
    [
        ("The dragon woke.\n", None),
        ("The dragon woke.", None),
        ("\ufeffThe dragon woke.\r\n", None),
        ("It *slept*, \x1b[1m twice.\n", "\n\n It *slept*, \x1b[1m twice. "),
        ("One.\r\n\r\nTwo.\r\n", "\n\n One.\n\nTwo. "),
        ("\n\n\nA new paragraph.\n\n\n", "\n\n\nA new paragraph.\n\n"),
    ],
)
def test_words_are_taken_as_they_are_and_the_ends_stay_where_they_were(
    left: str, kept: str | None
) -> None:
    assert edited_text(PASSAGE, left.encode()) == kept


def test_a_passage_that_stops_in_a_word_still_does() -> None:
    assert edited_text("on it sat a drag", b"on it slept a drag\n") == "on it slept a drag"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x7fELF\x00\x01", "not text"),
        (b"caf\xe9", "not text"),
        (b"x" * (LONGEST_BYTES + 1), "too large"),
    ],
)
def test_what_is_no_text_changes_nothing(left: bytes, said: str) -> None:
    with pytest.raises(StoryteamError, match=f"{said}.*Nothing was changed"):
        edited_text(PASSAGE, left)
