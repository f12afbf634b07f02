"""What is repeated at a seam, what joins it, and that nothing is lost there."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.run.events import (
    CancelRequested,
    Event,
    MemberEnded,
    ModelRequested,
    Outcome,
    Paused,
    ReasoningDelta,
    RunEnded,
    Speaker,
    TextDelta,
    UsageReported,
)
from tui.run.reasons import Reason
from tui.story.seam import clean_seam

TELLER = Speaker("1", "StorytellerAgent")
OTHER = Speaker("2", "EditorAgent")
LEADER = Speaker("0", "Team", is_leader=True)
END = RunEnded(Outcome.COMPLETED, 1.0)
TAIL = "A dragon sat by the sea. “Not today,” it said. The old dragon flew over the cas"


def said(speaker: Speaker, text: str) -> TextDelta:
    return TextDelta(speaker, text, 0.0)


def text_of(events: list[Event], speaker: Speaker = TELLER) -> str:
    return "".join(e.text for e in events if isinstance(e, TextDelta) and e.speaker == speaker)


def after(tail: str, *deltas: str, is_exact: bool = False) -> str:
    events: list[Event] = []
    publish = clean_seam(tail, events.append, is_exact=is_exact)
    for delta in deltas:
        publish(said(TELLER, delta))
    publish(END)
    assert events[-1] is END
    return text_of(events)


@pytest.mark.parametrize(
    ("tail", "text", "expected"),
    [
        ("He fell into the sea.", "He fell into the sea. Then", " Then"),
        ("He fell into the sea.", "…fell into the sea. Then", " Then"),
        ("He fell into the sea", "“He fell into\nthe  sea and swam", " and swam"),
        ("The dragon flew over the cas", "The dragon flew over the castle.", "tle."),
        ("One.\n\nHe fell into the sea.\n\n", "He fell into the sea.\n\nThen", "Then"),
        ("the brave drag", "dragon sang", "on sang"),
        ("he went to the", "the castle", " castle"),
        ("“Come in,” she said.", "“Come in,” she said. He", " He"),
    ],
)
def test_what_repeats_the_end_is_left_out(tail: str, text: str, expected: str) -> None:
    assert after(tail, text) == expected


@pytest.mark.parametrize(
    ("tail", "text", "expected"),
    [
        ("He fell.", "He fell. Again.", " He fell. Again."),
        ("He fell into the sea.", "he fell into the sea. Then", " he fell into the sea. Then"),
        ("He fell into the sea.", "He fell into the lake.", " He fell into the lake."),
        ("He fell into the sea.", "He fell into", " He fell into"),
        ("It was a", "an", " an"),
    ],
)
def test_what_is_not_the_end_again_stays(tail: str, text: str, expected: str) -> None:
    assert after(tail, text) == expected


@pytest.mark.parametrize(
    ("tail", "text", "expected"),
    [
        ("he went to the", "castle", " castle"),
        ("he went to the", " castle", " castle"),
        ("he went to the ", " castle", "castle"),
        ("he went to the", "\n\ncastle", " castle"),
        ("he went to the sea", ", then", ", then"),
        ("A dragon met a drag", "on and", "on and"),
        ("I walk", "ing home", "ing home"),
        ("he didn", "'t go", "'t go"),
        ('He said "come', '" and', '" and'),
        ("a well-", "known man", "known man"),
        ("He fell.", "Then", " Then"),
        ("He fell.", "“Help!”", "\n\n“Help!”"),
        ("He fell.\n\n", "\n\nThen", "Then"),
        ("He fell.\n", "\n\nThen", "\nThen"),
        ("# The Sea", "Once", "\n\nOnce"),
        ("老龙飞过城", "堡", "堡"),
    ],
)
def test_two_texts_are_joined_as_they_would_be_printed(tail: str, text: str, expected: str) -> None:
    assert after(tail, text) == expected


def test_a_model_that_goes_on_with_the_text_itself_completes_any_word() -> None:
    assert after("the xylo", "phone rang", is_exact=True) == "phone rang"
    assert after("the xylo", "phone rang") == " phone rang"


@given(
    skipped=st.integers(0, len(TAIL)),
    noise=st.sampled_from(["", "…", '"', "... ", "\n\n", "“"]),
    rest=st.text(alphabet="abc.,\n “”'", max_size=30),
    cuts=st.lists(st.integers(0, 150), max_size=12),
)
def test_the_text_does_not_depend_on_how_the_stream_was_cut(
    skipped: int, noise: str, rest: str, cuts: list[int]
) -> None:
    text = noise + TAIL[skipped:] + rest
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    assert after(TAIL, *(text[a:b] for a, b in pairwise(places))) == after(TAIL, text)
    assert after(TAIL, *text) == after(TAIL, text)


@given(text=st.text(max_size=60), tail=st.text(max_size=80))
def test_nothing_but_the_end_of_the_story_is_ever_left_out(text: str, tail: str) -> None:
    shown = "".join(after(tail, *text).split())
    whole = "".join(text.split())
    assert whole.endswith(shown)
    left_out = whole[: len(whole) - len(shown)].lstrip("….-—\"“”'\u2018\u2019«»*_")
    assert "".join(tail.split()).endswith(left_out)


def test_text_is_held_no_longer_than_it_may_be_a_repetition() -> None:
    events: list[Event] = []
    publish = clean_seam(TAIL, events.append)
    for delta in ("The", " old", " dragon"):
        publish(said(TELLER, delta))
    assert text_of(events) == ""
    publish(said(TELLER, " slept"))
    assert text_of(events) == " The old dragon slept"
    publish(said(TELLER, " The old"))
    assert text_of(events).endswith(" The old")


def test_each_delta_of_another_text_passes_at_once() -> None:
    events: list[Event] = []
    publish = clean_seam("He fell into the sea.", events.append)
    for count, delta in enumerate((" Then", " the", " sun", " rose"), 1):
        publish(said(TELLER, delta))
        assert len(events) == count


def test_parallel_speakers_do_not_disturb_each_other() -> None:
    events: list[Event] = []
    publish = clean_seam("He fell into the sea.", events.append)
    for delta in ("He", " fell", " into", " the", " sea.", " Then"):
        publish(said(TELLER, delta))
        publish(said(OTHER, delta.replace("sea", "lake")))
    publish(END)
    assert text_of(events) == " Then"
    assert text_of(events, OTHER) == " He fell into the lake. Then"


@pytest.mark.parametrize(
    "event",
    [
        MemberEnded(TELLER, Outcome.CANCELLED),
        ModelRequested(TELLER, 0.0),
        CancelRequested(Reason.USER, 0.0),
        Paused((), 0.0),
        ReasoningDelta(TELLER, "Hm.", 0.0),
        END,
    ],
)
def test_what_is_held_comes_before_the_end_of_its_section(event: Event) -> None:
    events: list[Event] = []
    publish = clean_seam("He fell into the sea.", events.append)
    publish(said(TELLER, "He fell"))
    assert events == []
    publish(event)
    assert events == [said(TELLER, " He fell"), event]


def test_what_a_speaker_does_stays_in_order() -> None:
    events: list[Event] = []
    publish = clean_seam("He fell into the sea.", events.append)
    usage, others = UsageReported(TELLER, 1, 1), UsageReported(OTHER, 1, 1)
    for event in (said(TELLER, "He"), usage, others, said(TELLER, " slept")):
        publish(event)
    assert events == [others, said(TELLER, " He slept"), usage]


def test_later_sections_of_a_member_are_parts_of_their_own_but_the_leaders_are_the_whole() -> None:
    events: list[Event] = []
    publish = clean_seam("he went to the", events.append)
    publish(said(TELLER, "castle."))
    publish(MemberEnded(TELLER, Outcome.COMPLETED))
    again = Speaker("3", TELLER.name)
    publish(said(again, "Then"))
    for _ in range(2):
        publish(ModelRequested(LEADER, 0.0))
        publish(said(LEADER, "castle."))
    publish(END)
    assert text_of(events, again) == "Then"
    assert text_of(events, LEADER) == " castle. castle."
