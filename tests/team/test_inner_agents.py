"""Agents inside of tools and hooks are stopped and counted like the team's own."""

import pytest

from tests.harness.running import Played
from tests.harness.user_teams import playing, user_team, words
from tests.servers import Ask, Call, Fault, FaultKind, ModelServer, Position, Script, Turn
from tui.run.events import Outcome, UsageReported
from tui.run.reasons import Reason

TOOLS = ("blocking", "streaming", "waiting", "on_the_loop", "on_a_loop", "in_a_thread")
HOOKS = ("hook", "hook_later")
EVERY = (*TOOLS, "with_a_shared_model", *HOOKS)


def answer(ask: Ask) -> Turn:
    """Whoever has a tool calls it once, leaders delegate once, and then everybody speaks."""
    tools = [tool for tool in ask.tools if tool.startswith("ask")]
    if tools and not ask.outputs:
        return Turn(calls=(Call(tools[0], "{}"),))
    if ask.delegate_tool and not ask.outputs:
        arguments = f'{{"member_id": "{ask.member_id("")}", "task": "Tell it"}}'
        return Turn(calls=(Call(ask.delegate_tool, arguments),))
    if ask.prompt.endswith("What?"):
        return Turn(words("The helper's secret words."))
    return Turn(words("It is told."))


SCRIPT = Script(answer=answer, hints={Position.STORYTELLER: ("you are the helper",)})
"""The helper stands where a storyteller would."""


@pytest.mark.parametrize("team", EVERY)
def test_what_an_inner_agent_costs_is_counted_and_its_connection_closed(
    team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with playing(f"inner.py:{team}", SCRIPT, monkeypatch) as (played, server):
        summary = played.to_the_end()
        assert played.run.join(10)
        reports = [event for event in played.events if isinstance(event, UsageReported)]
        for record in server.records:
            server.wait_for(lambda record=record: record.connection_closed_at)  # type: ignore[misc]
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert any("What?" in str(record.body) for record in server.records)
    assert len(reports) == len(server.records)
    assert sum(report.output_tokens for report in reports) == summary.usage.output_tokens
    assert not any(report.estimated for report in reports)
    assert "secret" not in "".join(section.text for section in summary.sections)


@pytest.mark.parametrize("team", EVERY)
def test_a_stop_closes_the_connection_of_an_inner_agent(
    team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = SCRIPT.with_fault(Position.STORYTELLER, Fault(FaultKind.NO_ANSWER))
    with playing(f"inner.py:{team}", script, monkeypatch) as (played, server):
        record = server.wait_until_stalled(Position.STORYTELLER)
        summary = played.cancel()
        server.wait_for(lambda: record.client_closed_at)
        assert played.ends == 1
    assert summary.outcome is Outcome.CANCELLED
    assert summary.cancel_seconds is not None
    assert summary.cancel_seconds < 2


@pytest.mark.parametrize("team", ["blocking", "waiting", "hook"])
def test_a_limit_of_cost_sees_what_an_inner_agent_costs(
    team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui.team import model_calls

    monkeypatch.setattr(model_calls, "rate_of", lambda _: None)
    monkeypatch.setattr(model_calls, "cost_of", lambda *_: 1.0)
    monkeypatch.setattr("tui.team.model_guard.check_price", lambda _: None)
    limit = {"blocking": 2.5, "waiting": 2.5, "hook": 0.5}[team]
    with ModelServer(SCRIPT) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        with Played(user_team(f"inner.py:{team}"), max_cost=limit) as played:
            summary = played.to_the_end()
        asked = ["What?" in str(record.body["messages"][-1]) for record in server.records]
    assert (summary.outcome, summary.reason) == (Outcome.CANCELLED, Reason.COST)
    assert asked[-1], "it was not the inner agent's request that was too much"
