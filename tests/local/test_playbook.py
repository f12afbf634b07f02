"""The playbook against a scripted server, through the runner that the program uses."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.harness.running import Played, play
from tests.local.playbook_runs import SCENES, scenes_of, scripted, story_script
from tests.servers import Fault, FaultKind, ModelServer, Position, Script
from tests.servers.incoming import Ask
from tui.run.events import DelegationStarted, Outcome

DELEGATIONS = SCENES + 1
TITLE_OPENING = 'The title of this story is "'


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(story_script()) as server:
        yield server


def test_the_leader_closes_with_the_title_and_all_that_the_members_wrote(
    server: ModelServer,
) -> None:
    summary = play(scripted(server))
    assert summary.outcome is Outcome.COMPLETED, summary.error
    title, *story = summary.content.split("\n\n", 1)
    assert title.startswith("# ")
    assert story == ["\n\n".join(scenes_of(summary))]
    names = [section.speaker.name for section in summary.sections[:-1]]
    assert names == ["StorytellerAgent"] * 4 + ["EditorAgent"] * 2


def test_each_scene_has_its_opening_once_and_ends_with_a_whole_sentence(
    server: ModelServer,
) -> None:
    scenes = scenes_of(play(scripted(server)))
    openings = ["Once upon a time, there was a cat", "One day,", "But then", "Luckily,", "In the"]
    for scene, opening in zip(scenes, openings, strict=True):
        assert scene.startswith(opening)
        assert scene.count(opening) == 1
        assert scene[-1] in ".!?…”"
        assert 40 < len(scene.split()) < 140


def test_a_scene_goes_on_with_the_assistants_turn_and_no_tools(server: ModelServer) -> None:
    scenes = scenes_of(play(scripted(server)))
    asked = [record.body for record in server.at(Position.OTHER)]
    assert len(asked) == DELEGATIONS
    assert all([m["role"] for m in body["messages"]] == ["user", "assistant"] for body in asked)
    assert not any("tools" in body for body in asked)
    assert asked[2]["messages"][1]["content"] == (
        f"{scenes[0]}\n\n{scenes[1]}\n\nBut then something went wrong."
    )
    assert asked[-1]["messages"][1]["content"].endswith(TITLE_OPENING)


def test_a_scene_that_is_long_enough_is_not_generated_to_its_end() -> None:
    with ModelServer(story_script(3000, delay_seconds=0.002)) as server:
        with Played(scripted(server)) as played:
            assert played.to_the_end().outcome is Outcome.COMPLETED
        server.wait_until_quiet()
        assert not any(record.completed for record in server.at(Position.OTHER))


def test_a_task_says_which_scene_it_is_and_for_whom(server: ModelServer) -> None:
    with Played(scripted(server)) as played:
        played.to_the_end()
    handed = [event for event in played.events if isinstance(event, DelegationStarted)]
    assert len(handed) == DELEGATIONS
    assert handed[1].task.startswith("Write scene 2 of 5, which begins “One day,”.")


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.RESET_MIDSTREAM,
        FaultKind.ENDS_WITHOUT_FINAL,
        FaultKind.NO_TEXT,
        FaultKind.HTTP_500,
    ],
)
def test_a_member_that_fails_fails_the_run_and_keeps_the_scenes_before(kind: FaultKind) -> None:
    fault = Fault(kind, after=8, attempts=(3, 4))
    with ModelServer(story_script().with_fault(Position.OTHER, fault)) as server:
        summary = play(scripted(server))
        # Only what failed before the first word is asked once more.
        assert len(server.at(Position.OTHER)) == (4 if kind is FaultKind.HTTP_500 else 3)
    assert summary.outcome in (Outcome.ERROR, Outcome.INCOMPLETE)
    assert summary.error
    assert len(scenes_of(summary)) >= 2


def test_a_cancel_in_the_middle_of_a_scene_is_prompt_and_closes_the_connection() -> None:
    stall = Fault(FaultKind.STALL_MIDSTREAM, after=20, attempts=(2,))
    with (
        ModelServer(story_script().with_fault(Position.OTHER, stall)) as server,
        Played(scripted(server)) as played,
    ):
        record = server.wait_until_stalled(Position.OTHER, attempt=2)
        played.until(lambda state: any("One day, " in part.text for part in state.sections))
        summary = played.cancel()
        server.wait_until_quiet(1)
        assert record.client_closed_at
    assert summary.was_cancelled
    assert summary.cancel_seconds is not None
    assert summary.cancel_seconds < 0.25
    assert scenes_of(summary)[1].startswith("One day, ")


def test_a_scene_that_is_stopped_stays_and_the_plan_goes_on_without_the_note_of_it() -> None:
    stall = Fault(FaultKind.STALL_MIDSTREAM, after=20, attempts=(2,))
    with (
        ModelServer(story_script().with_fault(Position.OTHER, stall)) as server,
        Played(scripted(server)) as played,
    ):
        server.wait_until_stalled(Position.OTHER, attempt=2, timeout=20)
        played.until(lambda state: any("One day, " in part.text for part in state.sections))
        played.run.stop_member("StorytellerAgent")
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    cut = scenes_of(summary)[1]
    assert f"{cut.rstrip()}\n\nBut then something went wrong." in summary.content
    assert "The user stopped" not in summary.content
    assert not any("The user stopped" in str(record.body) for record in server.records)


def test_a_wish_for_more_words_makes_more_delegations(server: ModelServer) -> None:
    with Played(scripted(server), prompt="a cat, 800 words") as played:
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED
    assert len(server.at(Position.OTHER)) > DELEGATIONS
    assert summary.story_words > 700


def test_what_the_model_makes_of_a_title_is_only_ever_a_title() -> None:
    script = Script(texts={Position.OTHER: "word " * 300})
    with ModelServer(script) as server:
        summary = play(scripted(server))
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert len(summary.content.split("\n")[0]) < 80


def test_a_sentence_that_leaks_is_written_again_from_what_stands_and_with_another_seed() -> None:
    said = iter([" a cat slept. The story is short.", " It dreamed of fish. So"])
    script = story_script()
    good = script.texts[Position.OTHER]

    def answer(ask: Ask) -> str:
        return next(said, "") or (good(ask) if callable(good) else good)

    with ModelServer(replace(script, texts={Position.OTHER: answer})) as server:
        summary = play(scripted(server, seed=7))
        first, second = (record.body for record in server.at(Position.OTHER)[:2])
    assert scenes_of(summary)[0].startswith(
        "Once upon a time, there was a cat a cat slept. It dreamed of fish."
    )
    assert "story" not in summary.content
    assert second["messages"][1]["content"] == first["messages"][1]["content"] + " a cat slept."
    assert [body["seed"] for body in (first, second)] == [7, 8]
    assert second["temperature"] > 0


def test_words_that_are_never_fit_to_be_shown_do_not_keep_a_story_from_its_end() -> None:
    script = Script(texts={Position.OTHER: " the story is short. It is a short story."})
    with ModelServer(script) as server:
        summary = play(scripted(server))
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert len(scenes_of(summary)) == SCENES
