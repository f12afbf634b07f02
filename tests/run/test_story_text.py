"""The story has one definition: content, preview, results, show, export, copy and fold agree."""

from pathlib import Path

import pytest

from tests.harness.scripted import EDITOR, LEADER, TELLER
from tui.history import History
from tui.plain.narration import results
from tui.run.drafts import superseded
from tui.run.events import Event, ModelRequested, Outcome, RunEnded, RunStarted, Speaker, TextDelta
from tui.run.state import RunState
from tui.run.summary import summarize
from tui.story.export import to_markdown
from tui.text.untrusted import preview

SCENES = ["Once upon a time. ", "One day, a storm. ", "But it rained. ", "In the end, sun."]
WHOLE = "\n\n".join(scene.strip() for scene in SCENES)
BOTH = "Once.\n\nTwice."
Turns = list[tuple[Speaker, str]]


def turn(number: int, speaker: Speaker) -> Speaker:
    """A run of its own, as each delegation to a member is one."""
    return Speaker(f"{speaker.run_id}-{number}", speaker.name, speaker.is_leader)


CASES: list[tuple[Turns, Outcome, str]] = [
    ([(TELLER, scene) for scene in SCENES], Outcome.CANCELLED, WHOLE),
    ([(TELLER, scene) for scene in SCENES], Outcome.INCOMPLETE, WHOLE),
    ([(TELLER, scene) for scene in SCENES], Outcome.ERROR, WHOLE),
    ([(LEADER, "I ask."), (TELLER, "Once."), (EDITOR, "Twice.")], Outcome.ERROR, BOTH),
    ([(LEADER, "I ask."), (LEADER, "A tale.")], Outcome.CANCELLED, "I ask.\n\nA tale."),
    ([(TELLER, "A draft."), (LEADER, "A whole tale.")], Outcome.COMPLETED, "A whole tale."),
    ([(LEADER, "I ask."), (TELLER, "Once.")], Outcome.COMPLETED, "Once."),
    ([(TELLER, WHOLE), (LEADER, "Enjoy it!")], Outcome.COMPLETED, "Enjoy it!"),
    ([(TELLER, "Once."), (EDITOR, "Twice.")], Outcome.COMPLETED, "Once.\n\nTwice."),
    ([(TELLER, " \n"), (EDITOR, "Twice.")], Outcome.CANCELLED, "Twice."),
    ([], Outcome.CANCELLED, ""),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "outcome", "story"), CASES)
def test_everything_that_gives_the_story_gives_the_same(
    turns: Turns, outcome: Outcome, story: str, tmp_path: Path
) -> None:
    history = History(tmp_path / "stories.db")
    recorder = history.record("a cat", model="test-model")
    state = RunState("run-1", "test-model", recorder.story_id)
    events: list[Event] = [RunStarted("run-1", "test-model", 0.0)]
    for number, (speaker, text) in enumerate(turns):
        who = turn(number, speaker)
        events += [ModelRequested(who, 0.0), TextDelta(who, text, 0.0)]
    for event in [*events, RunEnded(outcome, 1.0)]:
        recorder.put(event)
        state.apply(event)
    history.flush(10)
    saved = history.story(recorder.story_id)
    history.close()
    summary = summarize(state)
    assert summary.content == story
    assert summary.to_json()["preview"] == summary.preview == preview(story)
    assert f"Content Preview: {preview(story)}" in results(summary)
    assert state.story == story
    shown = [
        section.text.strip()
        for number, section in enumerate(state.sections)
        if section.words and number not in set().union(*superseded(state))
    ]
    assert "\n\n".join(shown) == story
    assert saved is not None
    assert saved.text == story
    assert to_markdown(saved).rstrip().endswith(story)


def test_what_is_copied_of_a_living_run_is_the_story_so_far() -> None:
    state = RunState("run-1")
    for speaker, text in ((LEADER, "I ask."), (TELLER, "Once upon")):
        state.apply(TextDelta(speaker, text, 0.0))
    assert state.story == "Once upon"
