"""Passages that go on with a story: the plan, scripted runs, and the real model."""

import pytest

from tests.harness.running import Played
from tests.local.playbook_runs import distinct_share, local_team, scripted, story_script
from tests.servers import Fault, FaultKind, ModelServer, Position, Script
from tui.local.address import EngineAddress
from tui.local.beginning import grammar_for, without_open_word
from tui.local.going_on import SHOWN_CHARACTERS, ContinuedPlan
from tui.local.plan import MOST_SCENES, REST, StoryPlan, parse_task, request_for
from tui.run.events import Outcome
from tui.run.summary import Summary
from tui.story.continuing import Continuation, continuation_prompt

START = "# Zephyr\n\nOnce upon a time, there was a dragon. The dragon's name was Zephyr.\n\n"
INSIDE = f"{START}One day, a girl named Mia clim"
SENTENCE = f"{START}One day, a girl named Mia climbed the mountain."
SCRIPT = story_script()


def openings(tail: str, direction: str | None = None) -> list[str]:
    plan = ContinuedPlan(Continuation("a dragon", tail, direction))
    return [step.opening for step in plan.steps]


def members(summary: Summary) -> list[str]:
    return [section.text for section in summary.sections if not section.speaker.is_leader]


def test_a_passage_is_a_few_scenes_with_an_ending_by_the_editor_and_no_title() -> None:
    plan = ContinuedPlan(Continuation("a dragon", SENTENCE, None))
    assert [step.is_for_editor for step in plan.steps] == [False] * 3 + [True]
    assert [step.opening for step in plan.steps] == [
        "The next morning,",
        "But it was not so easy.",
        "At last,",
        "In the end,",
    ]


def test_the_first_scene_goes_on_inside_a_sentence() -> None:
    assert openings(INSIDE)[0] == ""
    assert openings(INSIDE, "let the dragon fail")[:2] == [REST, "Then the dragon failed."]
    assert openings(SENTENCE, "let the dragon fail")[0] == "Then the dragon failed."


def test_a_story_that_had_an_ending_gets_another() -> None:
    assert openings(f"{SENTENCE}\n\nIn the end, they slept.")[-1] == "At long last,"


def test_a_wish_for_words_in_the_direction_makes_more_scenes() -> None:
    assert len(openings(SENTENCE, "500 words")) == 6
    assert len(openings(SENTENCE, "let it fail, 99999 words")) == MOST_SCENES
    assert len(openings(SENTENCE, "20 words")) == 4


def test_the_model_is_shown_the_end_of_the_story_the_idea_and_the_direction() -> None:
    plan = ContinuedPlan(
        Continuation("a dragon", f"{'Long ago. ' * 500}\n\n{INSIDE}", "let it fail")
    )
    task = parse_task(plan.task([]).text)
    told, begun = request_for(task)
    assert told.startswith("Write a story about a dragon. Let it fail. ")
    assert begun.endswith("a girl named Mia clim")
    assert "#" not in begun
    assert len(begun) <= SHOWN_CHARACTERS
    later = request_for(parse_task(plan.task(["bed up.", "Then it failed. He cried."]).text))[1]
    assert later.endswith("Mia climbed up.\n\nThen it failed. He cried.\n\nBut it was not so easy.")


def test_the_model_is_given_the_authors_note_with_every_passage() -> None:
    continued = Continuation("a dragon", INSIDE, "let it fail", "no magic")
    for plan in (StoryPlan("a dragon", "no magic"), ContinuedPlan(continued)):
        told = request_for(parse_task(plan.task([]).text))[0]
        assert told.startswith("Write a story about a dragon. No magic. ")


@pytest.mark.parametrize(
    ("story", "before", "start"),
    [
        ("Mia clim", "Mia", " clim"),
        ("He fell.\n\nTh", "He fell.\n\n", "Th"),
        ("She said “Com", "She said “", "Com"),
        ("He fell, ", "He fell,", ""),
    ],
)
def test_a_word_that_may_be_cut_off_is_written_anew(story: str, before: str, start: str) -> None:
    assert without_open_word(story) == (before, start)
    assert grammar_for(" clim") == r'root ::= " clim" [^\x00]*'


def test_the_leader_closes_with_the_new_passage_alone() -> None:
    prompt = continuation_prompt("a dragon", SENTENCE, "let the dragon fail")
    with ModelServer(SCRIPT) as server, Played(scripted(server), prompt=prompt) as played:
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert summary.content == "\n\n".join(members(summary))
    assert summary.content.startswith("\n\nThen the dragon failed.")
    assert "Zephyr" not in summary.content
    assert members(summary)[1].startswith("But it was not so easy.")


@pytest.mark.parametrize(
    ("story", "said", "passage"),
    [
        (INSIDE, " climbed up the hill. She sang.", "bed up the hill."),
        (INSIDE, "bananas for all.", " bananas for all."),
        (f"{START}He went to the ", " the sea. He swam.", "the sea."),
        (f"{START}He fell, ", " and cried. He swam.", "and cried."),
    ],
)
def test_a_sentence_is_brought_to_its_end(story: str, said: str, passage: str) -> None:
    prompt = continuation_prompt("a dragon", story, "let the dragon fail")
    script = Script(texts={Position.OTHER: said})
    with ModelServer(script) as server, Played(scripted(server), prompt=prompt) as played:
        summary = played.to_the_end()
    assert members(summary)[0] == passage
    assert members(summary)[1].startswith("Then the dragon failed.")


def test_a_direction_stands_even_if_the_model_has_nothing_to_add() -> None:
    prompt = continuation_prompt("a dragon", SENTENCE, "let the dragon fail")
    script = SCRIPT.with_fault(Position.OTHER, Fault(FaultKind.NO_TEXT, attempts=(1,)))
    with ModelServer(script) as server, Played(scripted(server), prompt=prompt) as played:
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert members(summary)[0] == "\n\nThen the dragon failed."


def test_the_real_model_completes_the_word_and_goes_on(address: EngineAddress) -> None:
    prompt = continuation_prompt("a dragon", INSIDE, "let the dragon lose the key")
    with Played(local_team(address), prompt=prompt) as played:
        played.until(lambda state: state.ended or len(state.sections) > 2, timeout=90)
        summary = played.cancel()
    assert summary.outcome is Outcome.CANCELLED, summary.error
    rest, directed, *_ = members(summary)
    assert rest[0].isalpha()
    assert rest[-1] in '.!?…"”'
    assert directed.startswith("Then the dragon lost the key.")
    assert distinct_share(summary.content) > 0.7
    assert "Once upon a time, there was a dragon" not in summary.content
