import pytest

from tui.local.plan import (
    FEWEST_SCENES,
    MOST_SCENES,
    parse_task,
    request_for,
    scenes_wanted,
    steps_for,
    title_in,
)
from tui.local.prompt_hints import IDEA_CHARACTERS, idea_of, opening_about, words_wished

DEFAULT_PROMPT = (
    "Write a very long story about a dragon who learns to code. Make it at least 2000 words with "
    "detailed descriptions and dialogue. Take your time and be very thorough."
)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a cat", 0),
        (DEFAULT_PROMPT, 2000),
        ("a 1,500-word story", 1500),
        ("300 words, no, 500 words", 500),
        ("Schreibe 800 Wörter über Füchse", 800),
        ("a cat with 9 lives in 1999", 0),
    ],
)
def test_a_wish_for_words_is_understood(prompt: str, words: int) -> None:
    assert words_wished(prompt) == words


def test_longer_stories_have_more_scenes_up_to_a_limit() -> None:
    assert scenes_wanted("a cat") == FEWEST_SCENES
    assert scenes_wanted("a cat in 100 words") == FEWEST_SCENES
    assert FEWEST_SCENES < scenes_wanted(DEFAULT_PROMPT) < MOST_SCENES
    assert scenes_wanted("a cat in 999999 words") == MOST_SCENES


@pytest.mark.parametrize(
    ("prompt", "idea"),
    [
        ("a cat", "Write a story about a cat."),
        ("Tell me of\n a cat!", "Tell me of a cat!"),
        (DEFAULT_PROMPT, "Write a very long story about a dragon who learns to code."),
        ("Make it 500 words.", "Make it 500 words."),
    ],
)
def test_the_idea_is_a_request_on_one_line(prompt: str, idea: str) -> None:
    assert idea_of(prompt) == idea


def test_a_long_prompt_is_cut_between_two_words() -> None:
    idea = idea_of("clockmaker " * 3000)
    assert len(idea) < IDEA_CHARACTERS + 30
    assert idea.endswith("clockmaker.")


@pytest.mark.parametrize(
    ("prompt", "opening"),
    [
        ("x", "Once upon a time, there was"),
        ("A robot gardener.", "Once upon a time, there was a robot gardener"),
        (
            DEFAULT_PROMPT,
            "Once upon a time, there was a dragon who learned to code. The dragon's name was",
        ),
        (
            "a lighthouse keeper who is afraid of the dark",
            "Once upon a time, there was a lighthouse keeper who was afraid of the dark. "
            "The lighthouse keeper's name was",
        ),
        ("a girl that carries water", "Once upon a time, there was a girl that carried water. "
         "The girl's name was"),
        ("Two friends build a boat", "Once upon a time, there was"),
        ("a " + "very " * 40 + "old cat", "Once upon a time, there was"),
    ],
)  # fmt: skip
def test_the_story_opens_with_whom_it_is_about(prompt: str, opening: str) -> None:
    assert opening_about(prompt) == opening


def test_the_storyteller_writes_the_scenes_and_the_editor_the_ending_and_the_title() -> None:
    steps = steps_for("a cat")
    assert [step.is_for_editor for step in steps] == [False] * 4 + [True] * 2
    assert [step.opening for step in steps[1:5]] == [
        "One day,",
        "But then something went wrong.",
        "Luckily,",
        "In the end,",
    ]


def test_a_task_is_read_back_whatever_the_texts_are() -> None:
    step = steps_for("a cat")[1]
    nasty = "First.\n\nOpening: nonsense\nIdea: none\nThe story so far:\nno"
    task = step.task("a\ncat\nThe story so far:\nnothing", [nasty])
    read = parse_task(task.text)
    assert (read.opening, read.idea, read.story) == (task.opening, task.idea, nasty)


def test_a_foreign_task_is_the_idea_for_a_story() -> None:
    task = parse_task("Write about a cat")
    assert task.opening == "Once upon a time, there was"
    assert task.idea == "Write about a cat."


def test_a_scene_goes_on_with_the_assistants_own_turn() -> None:
    told, begun = request_for(steps_for("a cat")[2].task("a cat", ["First.", "Second."]))
    assert told.startswith("Write a story about a cat. ")
    assert begun == "First.\n\nSecond.\n\nBut then something went wrong."


def test_a_long_story_is_shown_by_its_beginning_and_its_chapter() -> None:
    steps = steps_for(DEFAULT_PROMPT)
    scenes = [f"Scene {number}." for number in range(1, len(steps))]
    assert steps[6].task("", scenes[:6]).story == "Scene 1.\n\nScene 6."
    last = len(steps) - 1
    assert steps[last].task("", scenes).story == f"Scene 1.\n\nScene {last}."
    longest = max(len(s.task("", scenes[:n]).story.split("\n\n")) for n, s in enumerate(steps))
    assert longest <= 5


def test_the_whole_of_a_short_story_is_shown_for_its_ending() -> None:
    scenes = ["One.", "Two.", "Three.", "Four."]
    assert steps_for("x")[4].task("x", scenes).story.split("\n\n") == scenes


def test_the_title_is_what_stands_between_the_quotes() -> None:
    assert title_in('The title of this story is "Mia and Tom".') == "Mia and Tom"
    assert title_in("no title") == ""
