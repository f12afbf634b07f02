"""Which sections of an ended run are the story, and what the screen makes of that."""

import pytest

from tests.harness.scripted import EDITOR, LEADER, TELLER
from tests.harness.stage import staged
from tui.run.drafts import superseded
from tui.run.events import ModelRequested, Outcome, RunEnded, Speaker, TextDelta, TextRecalled
from tui.run.state import RunState

STORY = "Once there was a cat who wanted to fly. The end."


def told(*sections: tuple[Speaker, str], outcome: Outcome | None = Outcome.COMPLETED) -> RunState:
    state = RunState("run-1")
    for speaker, text in sections:
        state.apply(ModelRequested(speaker, 0.0))
        state.apply(TextDelta(speaker, text, 0.0))
    if outcome:
        state.apply(RunEnded(outcome, 1.0))
    return state


@pytest.mark.parametrize(
    ("sections", "outcome", "drafts", "asides"),
    [
        ([(TELLER, STORY), (EDITOR, STORY), (LEADER, STORY)], Outcome.COMPLETED, {0, 1}, set()),
        ([(LEADER, "I ask."), (TELLER, STORY), (LEADER, STORY)], Outcome.COMPLETED, {1}, {0}),
        ([(TELLER, STORY), (LEADER, "Enjoy it!")], Outcome.COMPLETED, {0}, set()),
        ([(LEADER, "I ask."), (LEADER, STORY)], Outcome.COMPLETED, set(), {0}),
        ([(LEADER, "I ask."), (TELLER, STORY)], Outcome.COMPLETED, set(), {0}),
        ([(LEADER, "I ask."), (TELLER, STORY)], Outcome.CANCELLED, set(), {0}),
        ([(TELLER, STORY), (LEADER, STORY)], Outcome.CANCELLED, set(), {1}),
        ([(LEADER, STORY)], Outcome.CANCELLED, set(), set()),
        ([(TELLER, STORY), (EDITOR, STORY)], Outcome.COMPLETED, set(), set()),
        ([(TELLER, STORY), (LEADER, STORY)], None, set(), set()),
    ],
)
def test_what_a_closing_text_replaces_was_a_draft(
    sections: list[tuple[Speaker, str]],
    outcome: Outcome | None,
    drafts: set[int],
    asides: set[int],
) -> None:
    assert superseded(told(*sections, outcome=outcome)) == (drafts, asides)


async def test_f_shows_the_story_only_and_everything_again() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("A draft of a dragon story.")
        await stage.shows("StorytellerAgent", "A draft of")
        await stage.pilot.press("f")
        pane = stage.app.main_screen.pane
        assert pane.folded
        await stage.shows("A draft of")
        stage.run.write("A **good** dragon story.", LEADER)
        stage.run.end()
        await stage.shows("Results", "A good dragon story.")
        shown = "\n".join(strip.text for strip in pane.render_lines(pane.outer_size.region))
        assert "draft" not in shown
        assert "(leader)" not in shown
        await stage.pilot.press("f")
        await stage.shows("StorytellerAgent · draft", "A draft of", "Storytelling Team (leader)")


async def test_v_shows_what_was_written_also_while_a_run_lives() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("# A cat\nwho *flies")
        await stage.shows("who flies")
        await stage.pilot.press("v")
        await stage.shows("# A cat", "who *flies")
        await stage.pilot.press("v")
        await stage.shows("who flies")
        stage.run.end()
        await stage.shows("Results", "who *flies")


def test_a_thought_is_an_aside_and_no_draft() -> None:
    state = told((TELLER, "Hm, a cat."), outcome=None)
    for event in (
        TextRecalled(TELLER),
        TextDelta(TELLER, STORY, 0.0),
        RunEnded(Outcome.COMPLETED, 1.0),
    ):
        state.apply(event)
    assert superseded(state) == (set(), {0})
