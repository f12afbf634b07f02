"""What is asked for when a story goes on, or when a passage is written again."""

from dataclasses import replace

import pytest

from tests.harness.stories import passage, story
from tui.errors import StoryteamError
from tui.run.protocol import RunRequest
from tui.story.next_passage import NOTE_LENGTH, another_version, go_on, tidy_note

FIRST = replace(passage("The dragon woke."), run_id="one")
SECOND = replace(passage(" It flew", direction="let it fly"), run_id="two", version=1, versions=2)
STORY = replace(story(FIRST, SECOND), note="No adverbs.")


def test_going_on_has_the_whole_path_before_it() -> None:
    assert go_on(STORY, "now let it fall") == RunRequest(
        "a dragon",
        "now let it fall",
        "lamp-23456",
        "The dragon woke. It flew",
        after="two",
        note="No adverbs.",
    )


def test_another_version_has_the_same_direction_and_place() -> None:
    assert another_version(STORY) == RunRequest(
        "a dragon",
        "let it fly",
        "lamp-23456",
        "The dragon woke.",
        after="one",
        version=3,
        note="No adverbs.",
    )


def test_another_version_of_the_beginning_has_nothing_before_it() -> None:
    request = another_version(story(FIRST))
    assert (request.story_so_far, request.after, request.version) == ("", "", 2)


def test_what_is_being_written_is_not_written_again() -> None:
    with pytest.raises(StoryteamError, match="being written"):
        another_version(story(FIRST, passage("It", outcome=None)))


def test_a_note_is_one_line_that_is_not_too_long() -> None:
    assert tidy_note("  no\n adverbs\x1b ") == "no adverbs␛"
    with pytest.raises(StoryteamError, match="at most 500 characters; this has 1,000,000"):
        tidy_note("x" * 1_000_000)
    assert len(tidy_note("x" * NOTE_LENGTH)) == NOTE_LENGTH
