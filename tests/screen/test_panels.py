"""What each panel of the main screen says, to somebody who sees no colours."""

import pytest

from tests.harness.scripted import LEADER, TELLER, words
from tui.run.events import (
    CancelRequested,
    DeadlineChanged,
    DelegationEnded,
    DelegationStarted,
    Event,
    MemberEnded,
    MemberStarted,
    ModelRequested,
    Noticed,
    Outcome,
    Paused,
    Preparing,
    Question,
    QuestionKind,
    ReasoningDelta,
    RunEnded,
    RunStarted,
    Speaker,
    TextDelta,
    ToolEnded,
    ToolStarted,
    UsageReported,
)
from tui.run.limits import Limits
from tui.run.reasons import Reason
from tui.run.records import Activity
from tui.run.state import RunState
from tui.screen.widgets.countdown import Countdown, large
from tui.screen.widgets.notice import Notice
from tui.screen.widgets.pace import Pace
from tui.screen.widgets.panel import Panel
from tui.screen.widgets.team_pane import TeamPane, most_telling
from tui.screen.widgets.timeline import Timeline

WIDTH = 36
CROWD = tuple(Speaker(f"m{n}", f"Member number {n} of a large team") for n in range(7))


def state_after(*events: Event) -> RunState:
    state = RunState()
    for event in (RunStarted("run-1", "test-model", 100.0), *events):
        state.apply(event)
    return state


def said(panel: Panel, state: RunState, now: float, height: int = 12, width: int = WIDTH) -> str:
    """What a panel says to somebody who sees no colours."""
    rows = panel.describe(state, now, width, height)
    return "\n".join(row.plain for row in rows)


# The countdown


def test_the_countdown_is_large_and_says_the_same_in_words() -> None:
    text = said(Countdown(), state_after(DeadlineChanged(190.0)), 125.0, height=5)
    assert text.splitlines()[:3] == list(large("1:05"))
    assert "◷ 1:05 left" in text
    assert "of 1:30" in text
    assert "━" in text


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ((DeadlineChanged(132.0),), "◷ 7.0 s, cancels soon"),
        ((DeadlineChanged(None, held_seconds=42),), "‖ 0:42 held"),
        ((DeadlineChanged(None),), "◷ 0:25 no limit"),
        ((CancelRequested(Reason.USER, 125.0),), "■ 0:25 stopping"),
        ((RunEnded(Outcome.CANCELLED, 125.0),), "■ 0:25 stopped"),
        ((RunEnded(Outcome.COMPLETED, 125.0),), "✔ 0:25 in all"),
        ((RunEnded(Outcome.ERROR, 125.0, "No."),), "✖ 0:25 failed"),
        ((RunEnded(Outcome.INCOMPLETE, 125.0),), "◐ 0:25 broke off"),
    ],
)
@pytest.mark.parametrize("height", [1, 2, 5])
def test_every_state_of_the_countdown_has_a_word(
    events: tuple[Event, ...], words: str, height: int
) -> None:
    assert words in said(Countdown(), state_after(*events), 125.0, height)


def test_holding_the_countdown_keeps_its_bar_and_the_next_run_has_its_own() -> None:
    countdown = Countdown()
    state = state_after(DeadlineChanged(200.0))
    bar = said(countdown, state, 150.0).splitlines()[-1]
    state.apply(DeadlineChanged(None, held_seconds=50.0))
    assert said(countdown, state, 170.0).splitlines()[-1] == bar
    fresh = said(countdown, state_after(DeadlineChanged(110.0)), 100.0).splitlines()[-1]
    assert "─" not in fresh


# The team


def test_a_member_is_named_with_its_state_its_words_and_its_tokens() -> None:
    state = state_after(MemberStarted(TELLER, 101.0), *words(TELLER, 3, start=102.0))
    state.apply(UsageReported(TELLER, 10, 1234))
    text = said(TeamPane(), state, 104.0)
    assert "● StorytellerAgent" in text
    assert "3 words" in text
    assert "writing" in text
    assert "1,234 tokens" in text


def test_what_takes_long_has_a_clock() -> None:
    state = state_after(MemberStarted(TELLER, 101.0))
    assert "0:03" not in said(TeamPane(), state, 104.0)
    assert "thinking 0:29" in said(TeamPane(), state, 130.0)


def test_a_leader_that_handed_over_waits_for_the_member() -> None:
    delegation = DelegationStarted("d", TELLER.name, "Write", 101.0, LEADER.name)
    state = state_after(ModelRequested(LEADER, 100.0), delegation, MemberStarted(TELLER, 101.0))
    assert "waits for StorytellerAgent" in said(TeamPane(), state, 102.0, width=50)
    state.apply(DelegationEnded("d", at=103.0))
    assert "waits for" not in said(TeamPane(), state, 104.0, width=50)


def test_a_member_whose_tool_runs_says_which() -> None:
    state = state_after(MemberStarted(TELLER, 101.0), ToolStarted("t", TELLER, "look_up", "", 102))
    assert "ƒ StorytellerAgent\n  calls look_up" in "\n".join(
        line.rstrip("0 words").rstrip() for line in said(TeamPane(), state, 103.0).splitlines()
    )


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Outcome.ERROR, "✖ StorytellerAgent|failed: It broke."),
        (Outcome.CANCELLED, "■ StorytellerAgent|cancelled"),
        (Outcome.INCOMPLETE, "◐ StorytellerAgent|incomplete"),
        (Outcome.COMPLETED, "✔ StorytellerAgent|done"),
    ],
)
def test_how_a_member_ended_can_be_read(outcome: Outcome, word: str) -> None:
    error = "It broke." if outcome is Outcome.ERROR else None
    state = state_after(MemberStarted(TELLER, 101.0), MemberEnded(TELLER, outcome, error))
    text = said(TeamPane(), state, 104.0)
    assert all(part in text for part in word.split("|"))


@pytest.mark.parametrize("height", range(1, 17))
def test_a_large_team_says_how_many_are_not_to_be_seen(height: int) -> None:
    state = state_after(*(MemberStarted(member, 101.0) for member in CROWD))
    state.apply(TextDelta(CROWD[5], "Once", 102.0))
    text = said(TeamPane(), state, 104.0, height)
    assert len(text.splitlines()) <= height
    assert "writing" in text
    shown = text.count("Member n")
    assert shown == 7 or height == 1 or f"+{7 - shown} more" in text


def test_who_is_at_work_is_shown_before_who_is_done() -> None:
    state = state_after(*(MemberStarted(member, 101.0) for member in CROWD))
    for member in CROWD[:6]:
        state.apply(MemberEnded(member, Outcome.COMPLETED))
    team = list(state.contributors.values())
    assert most_telling(team, 1) == [team[6]]
    assert [each.activity for each in most_telling(team, 3)].count(Activity.DONE) == 2


@pytest.mark.parametrize("width", range(12, 120, 7))
def test_the_team_in_one_row_keeps_to_it_and_counts_everybody(width: int) -> None:
    state = state_after(*(MemberStarted(member, 101.0) for member in CROWD))
    (row,) = TeamPane().describe(state, 102.0, width, 1)
    assert row.cell_length <= max(width, 3)
    assert "7 thinking" in row.plain or row.plain in ("+7", "") or row.plain.count("◔") == 7


# The calls


def test_delegations_and_tools_are_a_timeline() -> None:
    state = state_after(
        MemberStarted(TELLER, 103.0),
        DelegationStarted("d", TELLER.name, "Write the first scene", 103.0, LEADER.name),
        ToolStarted("t", TELLER, "look_up", "city='Rome'", 105.0),
        ToolEnded("t", result="12 °C", at=107.0),
        ToolStarted("u", TELLER, "fetch", "", 108.0),
        ToolEnded("u", failed=True, result="no such host", at=109.0),
    )
    rows = said(Timeline(), state, 110.0).splitlines()
    assert rows[0].endswith("3, 1 failed")
    assert rows[1].startswith("0:03 → StorytellerAgent")
    assert rows[1].endswith("◔ 7 s")
    assert rows[2].strip() == "Write the first scene"
    assert rows[3].startswith("0:05 ƒ look_up(city='Rome')")
    assert rows[3].endswith("✔ 2 s")
    assert rows[4].strip() == "12 °C"
    assert rows[5].endswith("✖ failed")
    assert rows[6].strip() == "no such host"


def test_the_latest_calls_are_to_be_seen_and_an_ended_run_has_none_running() -> None:
    state = state_after(
        *(DelegationStarted(f"d{n}", f"member{n}", "", 100.0 + n, LEADER.name) for n in range(20)),
        RunEnded(Outcome.CANCELLED, 130.0),
    )
    text = said(Timeline(), state, 130.0, height=5)
    assert "member19" in text
    assert "member17" not in text
    assert "■ stopped" in text
    assert " 20" in text.splitlines()[0]


def test_what_a_model_says_to_a_tool_is_only_text() -> None:
    hostile = "[bold red]x[/] \x1b[2J\nnext"
    state = state_after(
        MemberStarted(Speaker("m", hostile), 100.0),
        ToolStarted("t", Speaker("m", hostile), hostile, hostile, 101.0),
        ToolEnded("t", failed=True, result=hostile, at=102.0),
    )
    for panel in (Timeline(), TeamPane()):
        text = said(panel, state, 103.0, width=100)
        assert "[bold red]x[/] ␛[2J next" in text
        assert "\x1b" not in text


# The pace


def test_the_limits_of_words_and_cost_stand_beside_what_was_used() -> None:
    state = state_after(
        RunStarted("run-1", "test-model", 100.0, Limits(words=500, cost_usd=0.05)),
        TextDelta(TELLER, "one two three", 101.0),
        UsageReported(TELLER, 1000, 500, cost_usd=0.0125),
    )
    assert "3 of 500 words" in said(Pace(), state, 103.0)
    assert "$0.0125 of $0.0500" in said(Pace(), state, 103.0)


def test_the_pace_is_that_of_the_last_seconds_and_falls_in_a_stall() -> None:
    state = state_after(*words(TELLER, 10, 10, 10))
    assert "10.0 words/s" in said(Pace(), state, 103.5)
    stalled = said(Pace(), state, 120.5)
    assert "0.0 words/s" in stalled
    assert stalled.splitlines()[1].endswith("▁" * 10)


def test_tokens_and_cost_are_said_when_they_are_known() -> None:
    state = state_after(*words(TELLER, 3))
    assert "tokens" not in said(Pace(), state, 103.0)
    state.apply(UsageReported(TELLER, 1000, 500, estimated=True, cost_usd=0.0125))
    assert "about 1,500 tokens" in said(Pace(), state, 103.0)
    assert "$0.0125" in said(Pace(), state, 103.0)
    state.apply(UsageReported(TELLER, 1000, 500))
    assert "cost unknown" in said(Pace(), state, 103.0)


# The notice


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        ((ModelRequested(TELLER, 100.0),), "0:30 Waiting for test-model: StorytellerAgent is"),
        ((ReasoningDelta(TELLER, "I think", 101.0),), "StorytellerAgent thinks, 2 words of"),
        ((ModelRequested(TELLER, 100.0), Noticed("It limits…", 100.0)), "0:30 It limits…"),
        ((*words(TELLER, 3),), "0:29 Nothing new from test-model"),
        (
            (ToolStarted("t", TELLER, "look_up", "", 110.0),),
            "0:20 StorytellerAgent waits for look_up",
        ),
    ],
)
def test_whatever_is_waited_for_is_said(events: tuple[Event, ...], sentence: str) -> None:
    assert sentence in Notice()._describe(state_after(*events), 130.0).plain


def test_a_question_is_left_to_the_question_bar() -> None:
    question = Question("q", QuestionKind.CONFIRMATION, "EditorAgent", "publish()?")
    assert not Notice()._describe(state_after(Paused((question,), 101.0)), 130.0)


def test_preparing_has_a_clock_of_its_own() -> None:
    state, notice = RunState(), Notice()
    state.apply(Preparing("Fetching the story model"))
    notice._describe(state, 100.0)
    assert "0:09 Fetching the story model…" in notice._describe(state, 109.0).plain
    state.apply(Preparing("Starting the engine"))
    assert ":" not in notice._describe(state, 110.0).plain
