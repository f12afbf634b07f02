"""A scene sentence by sentence: what is shown, what is written again, and where it is over."""

from string import ascii_lowercase

from tui.local.plan import LAST, NEW_PARAGRAPH, Task
from tui.local.scene import MOST_WORDS_PER_SENTENCE, TRIES_PER_SENTENCE, Scene

IDEA = "Write a story about a cat."
STORY = "Once upon a time, there was a cat named Tom."
GOOD = (" a dog came by.", " It barked at the moon.")
LEAK = " The story is short."


def scene_of(opening: str = "One day,", story: str = STORY) -> Scene:
    scene = Scene(Task("", opening, IDEA, story))
    scene.begin_try()
    return scene


def shown(scene: Scene, text: str) -> list[str]:
    """Return what is shown for each of the words of a text."""
    pieces = text.replace(" ", "\0 ").split("\0")
    return [piece for word in pieces if word and (piece := scene.take(word))]


def test_the_opening_is_shown_at_once_and_each_sentence_when_it_is_whole() -> None:
    assert shown(scene_of(), "".join(GOOD) + " Then") == ["One day,", *GOOD]


def test_a_sentence_with_a_fault_is_not_shown_and_the_next_try_goes_on_behind_what_stands() -> None:
    scene = scene_of()
    assert shown(scene, GOOD[0] + LEAK) == ["One day,", GOOD[0]]
    assert scene.must_retry
    assert scene.text == GOOD[0]
    scene.begin_try()
    assert shown(scene, GOOD[1] + " So") == [GOOD[1]]


def test_a_leak_is_seen_before_its_sentence_has_ended() -> None:
    scene = scene_of()
    shown(scene, f"{GOOD[0]} The story of")
    assert scene.must_retry


def test_a_sentence_that_is_never_sound_is_left_out_and_ends_the_scene() -> None:
    scene = scene_of()
    shown(scene, GOOD[0] + LEAK)
    for _ in range(TRIES_PER_SENTENCE - 1):
        scene.begin_try()
        shown(scene, LEAK)
    assert scene.is_over
    assert scene.text + scene.finish() == GOOD[0]


def test_of_bad_first_sentences_the_least_bad_one_stands_for_an_opening_cannot_stand_alone() -> (
    None
):
    scene = scene_of()
    tries = [LEAK, " there was a cat named Tom. So", *[LEAK] * TRIES_PER_SENTENCE]
    texts = []
    for said in tries[:TRIES_PER_SENTENCE]:
        scene.begin_try()
        texts += shown(scene, said)
    assert texts == ["One day,", " there was a cat named Tom."]
    assert scene.is_over


def test_the_scene_is_over_with_the_sentence_in_which_it_is_enough() -> None:
    scene = scene_of(LAST)
    sentences = [
        f" {letter.upper()}ora ran{letter} up{letter} hill{letter}." for letter in ascii_lowercase
    ]
    texts = [text for one in sentences for text in shown(scene, one)]
    assert scene.is_over
    assert 50 <= len("".join(texts).split()) < 60
    assert texts[-1].endswith(".")


def test_the_end_of_the_models_text_is_the_end_of_the_scene() -> None:
    scene = scene_of()
    shown(scene, f"{GOOD[0]} It was late")
    assert scene.end_try() == " It was late"
    assert scene.is_over
    assert scene.finish() == "."


def test_a_sentence_without_end_is_written_again() -> None:
    scene = scene_of()
    shown(scene, " ".join(f"w{number}" for number in range(MOST_WORDS_PER_SENTENCE + 2)))
    assert scene.must_retry


def test_what_the_model_is_not_shown_is_not_told_again_either() -> None:
    earlier = "A dog came by and sang."
    scene = Scene(Task("", "One day,", IDEA, STORY, earlier))
    scene.begin_try()
    shown(scene, " a dog came by and sang. He")
    assert scene.must_retry


def test_a_new_paragraph_is_set_off_and_a_story_that_stopped_is_gone_on_with() -> None:
    scene = Scene(Task(f"{NEW_PARAGRAPH}.", "One day,", IDEA, STORY))
    scene.begin_try()
    assert shown(scene, GOOD[0] + " It") == ["\n\nOne day,", GOOD[0]]
    scene = Scene(Task("", "", IDEA, f"{STORY} One day, a do"))
    scene.begin_try()
    assert shown(scene, " dog came by. It") == ["g came by."]
