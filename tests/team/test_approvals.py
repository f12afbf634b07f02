"""Tools that are approved in the team's database: allowed, denied, expired, decided elsewhere."""

import json
import sys
from types import ModuleType

import pytest

from tests.harness.running import Played
from tests.harness.user_teams import answering, playing, user_team
from tests.servers import Ask, Call, ModelServer, Script, Turn
from tui.run.events import Outcome
from tui.run.state import RunState
from tui.run.summary import Summary

PAY = answering("pay", {"whom": "Ann"})


def team_module() -> ModuleType:
    """The module that the run has loaded."""
    return sys.modules["approving"]


def heard(summary: Summary) -> str:
    return "".join(section.text for section in summary.sections)


def is_asked(state: RunState) -> object:
    return state.questions or state.ended


def statuses() -> list[str]:
    return [record["status"] for record in team_module().db.records.values()]


@pytest.mark.parametrize("team", ["make_team", "leader_pays", "without_records"])
@pytest.mark.parametrize(
    ("allowed", "said", "status"),
    [(True, "Ann is paid", "approved"), (False, "The user rejected", "rejected")],
)
def test_an_approval_is_given_or_denied(
    team: str, allowed: bool, said: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with playing(f"approving.py:{team}", PAY, monkeypatch) as (played, _):
        state = played.until(is_asked)
        played.run.answer(next(iter(state.questions)), allowed)
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert said in heard(summary)
    assert team_module().paid == (["Ann"] if allowed else [])
    assert statuses() == ([] if team == "without_records" else [status])


@pytest.mark.parametrize(
    ("status", "said", "is_paid"),
    [
        ("approved", "Ann is paid", True),
        ("rejected", "The approval of this call was rejected", False),
        ("expired", "The approval of this call was expired", False),
        ("cancelled", "The approval of this call was cancelled", False),
    ],
)
def test_what_others_decide_meanwhile_counts_and_the_question_is_gone(
    status: str, said: str, is_paid: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with playing("approving.py:make_team", PAY, monkeypatch) as (played, _):
        played.until(is_asked)
        team_module().db.decide_all(status)
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert said in heard(summary)
    assert bool(team_module().paid) is is_paid


def test_a_yes_that_comes_after_another_s_no_is_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    with playing("approving.py:make_team", PAY, monkeypatch) as (played, _):
        state = played.until(is_asked)
        team_module().db.decide_all("rejected")
        played.run.answer(next(iter(state.questions)), True)
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert not team_module().paid


def test_a_yes_that_comes_after_the_time_is_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    with playing("approving.py:make_team", PAY, monkeypatch) as (played, _):
        state = played.until(is_asked)
        team_module().db.expire_all()
        played.run.answer(next(iter(state.questions)), True)
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert not team_module().paid
    assert statuses() == ["expired"]


@pytest.mark.parametrize("team", ["make_team", "leader_pays"])
def test_calls_of_one_pause_are_decided_each_by_itself(
    team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(ask: Ask) -> Turn:
        if "pay" in ask.tools and not ask.outputs:
            people = ("Ann", "Bob")
            return Turn(calls=tuple(Call("pay", json.dumps({"whom": name})) for name in people))
        return answering().answer(ask)  # type: ignore[misc]

    with playing(f"approving.py:{team}", Script(answer=answer), monkeypatch) as (played, _):
        for _ in range(2):
            state = played.until(is_asked)
            (question_id, question) = next(iter(state.questions.items()))
            played.run.answer(question_id, "Bob" in question.text)
            played.until(lambda state, asked=question_id: asked not in state.questions)  # type: ignore[misc]
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert team_module().paid == ["Bob"]
    assert sorted(statuses()) == ["approved", "rejected"]


@pytest.mark.parametrize(("answer", "booked"), [("mine", ["mine"]), (False, [])])
def test_a_value_that_is_wanted_with_an_approval_is_given_or_refused(
    answer: str | bool, booked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with playing("approving.py:make_team", answering("book"), monkeypatch) as (played, _):
        state = played.until(is_asked)
        played.run.answer(next(iter(state.questions)), answer)
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert team_module().paid == booked


def test_a_run_that_waits_for_an_approval_is_cancelled_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ModelServer(PAY) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        with Played(user_team("approving.py:make_team")) as played:
            played.until(is_asked)
            summary = played.cancel()
    assert summary.outcome is Outcome.CANCELLED
    assert summary.cancel_seconds is not None
    assert summary.cancel_seconds < 0.14, "it was not interrupted but given up"
