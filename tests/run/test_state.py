"""The reducer and the summary: events in, what a front end shows out."""

import pytest

from tui.run.events import (
    CancelRequested,
    DelegationEnded,
    DelegationStarted,
    Event,
    MemberEnded,
    MemberStarted,
    ModelRequested,
    Noticed,
    Outcome,
    Preparing,
    RunEnded,
    RunStarted,
    Speaker,
    TextDelta,
    TextRecalled,
    ToolEnded,
    ToolStarted,
    UsageReported,
)
from tui.run.reasons import Reason
from tui.run.records import Activity, Phase
from tui.run.state import RunState
from tui.run.summary import exit_code, summarize

LEADER = Speaker("run", "Storytelling Team", is_leader=True)
TELLER = Speaker("m1", "StorytellerAgent")
EDITOR = Speaker("m2", "EditorAgent")


def state_after(*events: Event) -> RunState:
    state = RunState("run", "test-model")
    for event in (RunStarted("run", "test-model", 100.0), *events):
        state.apply(event)
    return state


def text(speaker: Speaker, words: str, at: float = 101.0) -> TextDelta:
    return TextDelta(speaker, words, at)


def ended(outcome: Outcome = Outcome.COMPLETED, at: float = 110.0) -> RunEnded:
    return RunEnded(outcome, at)


def test_phases_follow_the_run() -> None:
    state = RunState()
    steps: list[tuple[Event, Phase]] = [
        (Preparing("Fetching", 0.5), Phase.PREPARING),
        (RunStarted("run", "test-model", 100.0), Phase.WAITING),
        (text(TELLER, "Once"), Phase.WRITING),
        (ModelRequested(LEADER, 102), Phase.WAITING),
        (CancelRequested(Reason.USER, 103), Phase.CANCELLING),
        (ended(Outcome.CANCELLED), Phase.ENDED),
    ]
    for event, phase in steps:
        state.apply(event)
        assert state.phase is phase


def test_a_section_is_the_text_of_one_speaker_in_one_turn() -> None:
    state = state_after(
        text(LEADER, "I ask."),
        ModelRequested(TELLER, 1),
        text(TELLER, "Once "),
        text(TELLER, "upon"),
        ModelRequested(LEADER, 2),
        text(LEADER, "Done."),
    )
    assert [(s.speaker.name, s.text) for s in state.sections] == [
        ("Storytelling Team", "I ask."),
        ("StorytellerAgent", "Once upon"),
        ("Storytelling Team", "Done."),
    ]
    assert [s.is_closed for s in state.sections] == [True, False, False]


def test_parallel_members_keep_their_texts_apart() -> None:
    state = state_after(
        text(TELLER, "a "), text(EDITOR, "x "), text(TELLER, "b"), text(EDITOR, "y")
    )
    assert [s.text for s in state.sections] == ["a b", "x y"]


def test_a_word_cut_in_two_counts_once() -> None:
    state = state_after(text(TELLER, "Once upon a ti"), text(TELLER, "me"))
    assert state.words == 4


def test_words_add_up_over_the_contributors() -> None:
    state = state_after(text(LEADER, "one two"), text(TELLER, "three"), text(EDITOR, "four five"))
    assert state.words == sum(c.words for c in state.contributors.values()) == 5


def test_nothing_changes_after_the_end() -> None:
    state = state_after(ended(), text(TELLER, "late"), CancelRequested(Reason.USER, 200))
    assert not state.words
    assert state.cancel is None
    state.apply(RunEnded(Outcome.ERROR, 300))
    assert state.ended == ended()


def test_only_the_first_cancel_counts() -> None:
    state = state_after(CancelRequested(Reason.USER, 103), CancelRequested(Reason.COUNTDOWN, 104))
    assert state.cancel == CancelRequested(Reason.USER, 103)


def test_a_member_that_failed_shows_as_such_even_when_the_team_goes_on() -> None:
    state = state_after(
        MemberStarted(TELLER, 1),
        MemberEnded(TELLER, Outcome.ERROR, "The connection broke."),
        text(LEADER, "All is well."),
        ended(),
    )
    assert state.contributors["StorytellerAgent"].activity is Activity.FAILED
    assert "StorytellerAgent: The connection broke." in summarize(state).notes


def test_members_still_at_work_are_cancelled_by_the_end() -> None:
    state = state_after(MemberStarted(TELLER, 1), text(TELLER, "Once"), ended(Outcome.CANCELLED))
    assert state.contributors["StorytellerAgent"].activity is Activity.CANCELLED


def test_delegations_and_tools_are_open_until_they_return() -> None:
    state = state_after(
        DelegationStarted("d", "editoragent", "Edit it"), ToolStarted("t", TELLER, "look_up")
    )
    assert state.calls["d"].is_delegation
    assert state.calls["d"].ended_at is None
    assert not state.calls["t"].is_delegation
    state.apply(DelegationEnded("d", failed=True, at=2.0))
    state.apply(ToolEnded("t", result="found it", at=3.0))
    assert state.calls["d"].failed
    assert (state.calls["t"].result, state.calls["t"].ended_at) == ("found it", 3.0)


def test_usage_adds_up_and_one_estimate_makes_it_estimated() -> None:
    state = state_after(UsageReported(LEADER, 10, 5), UsageReported(TELLER, 1, 2, estimated=True))
    assert (state.usage.total_tokens, state.usage.estimated) == (18, True)
    assert state.contributors["StorytellerAgent"].output_tokens == 2


def test_the_content_of_a_completed_run_is_the_leaders_closing_text() -> None:
    state = state_after(text(TELLER, "draft"), text(LEADER, "The end, all of it."), ended())
    assert summarize(state).content == "The end, all of it."


def test_the_content_of_a_cancelled_run_is_its_latest_prose() -> None:
    state = state_after(
        text(LEADER, "I ask."),
        text(TELLER, "Once upon"),
        text(EDITOR, "  "),
        ended(Outcome.CANCELLED),
    )
    assert summarize(state).content == "Once upon"


def test_the_summary_measures_from_the_start_of_the_run() -> None:
    state = state_after(
        text(TELLER, "Once", at=101.5),
        CancelRequested(Reason.COUNTDOWN, 108),
        ended(Outcome.CANCELLED, at=108.25),
    )
    summary = summarize(state)
    assert summary.elapsed_seconds == 8.25
    assert summary.first_text_seconds == 1.5
    assert summary.cancel_seconds == 0.25
    assert summary.cancelled_after_seconds == 8


def test_json_has_the_fields_of_the_contract() -> None:
    state = state_after(
        text(TELLER, "Once"), CancelRequested(Reason.USER, 105), ended(Outcome.CANCELLED)
    )
    report = summarize(state).to_json()
    assert list(report) == [
        "status", "reason", "run_id", "cancelled", "error", "content", "content_object",
        "sections", "attachments", "preview",
        "words", "elapsed_seconds", "first_text_seconds", "cancel_seconds", "usage",
        "cost_usd", "notes",        "members", "model", "story_id",
    ]  # fmt: skip
    assert report["status"] == "cancelled"
    assert report["reason"] == "user"
    assert report["sections"] == [{"speaker": "StorytellerAgent", "text": "Once"}]
    assert report["members"] == [
        {
            "name": "StorytellerAgent",
            "status": "cancelled",
            "words": 1,
            "runs": 0,
            "output_tokens": 0,
        }
    ]
    assert set(report["usage"]) == {"input_tokens", "output_tokens", "total_tokens", "estimated"}


@pytest.mark.parametrize(
    ("outcome", "reason", "verdict", "code"),
    [
        (Outcome.COMPLETED, None, None, 0),
        (Outcome.COMPLETED, Reason.USER, "WARNING: Team run completed before cancellation", 0),
        (Outcome.CANCELLED, Reason.USER, "SUCCESS: Team run was successfully cancelled!", 130),
        (Outcome.CANCELLED, Reason.COUNTDOWN, "SUCCESS: Team run was successfully cancelled!", 124),
        (Outcome.CANCELLED, Reason.SIGNAL, "SUCCESS: Team run was successfully cancelled!", 130),
        (Outcome.ERROR, None, None, 1),
        (Outcome.INCOMPLETE, None, None, 1),
    ],
)
def test_every_ending_has_its_verdict_and_exit_code(
    outcome: Outcome, reason: Reason | None, verdict: str | None, code: int
) -> None:
    events: list[Event] = [CancelRequested(reason, 105)] if reason else []
    summary = summarize(state_after(*events, ended(outcome)))
    assert summary.verdict == verdict
    assert exit_code(summary) == code
    assert summary.to_json()["cancelled"] is (outcome is Outcome.CANCELLED)


def test_a_run_that_has_not_ended_has_no_summary() -> None:
    with pytest.raises(ValueError, match="not ended"):
        summarize(state_after())


def test_a_text_that_was_a_thought_counts_nowhere() -> None:
    state = state_after(
        text(TELLER, "Hm, a cat. "),
        TextRecalled(TELLER),
        text(TELLER, "Once upon a time."),
        RunEnded(Outcome.COMPLETED, 102.0),
    )
    summary = summarize(state)
    assert (summary.content, summary.words) == ("Once upon a time.", 4)
    assert [section.text for section in summary.sections] == ["Once upon a time."]
    assert [c.words for c in summary.contributors] == [4]


def test_a_thought_is_taken_back_from_its_speaker_alone() -> None:
    state = state_after(text(TELLER, "One two."), text(EDITOR, "Three."), TextRecalled(EDITOR))
    assert state.words == 2
    assert [section.is_thought for section in state.sections] == [False, True]


def test_a_notice_holds_until_the_model_answers() -> None:
    state = state_after(ModelRequested(TELLER, 100.0), Noticed("Wait.", 100.0))
    assert (state.notice, state.phase) == ("Wait.", Phase.WAITING)
    state.apply(text(TELLER, "Once"))
    assert state.notice == ""
