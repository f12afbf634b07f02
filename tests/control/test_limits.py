"""Limits of words and of cost stop a run the way the countdown does, with their own reason."""

import json
from pathlib import Path

import pytest
from agno.agent import Agent
from agno.models.openai import OpenAIChat
from agno.team import Team
from hypothesis import given
from hypothesis import strategies as st

from tests.harness.command import environment, run
from tests.harness.running import Played, settings_for, story_team
from tests.harness.scripted import TELLER
from tests.harness.user_teams import user_team
from tests.servers import ModelServer, Position, Script
from tui.config.backend import EMBEDDED, USER_TEAM
from tui.config.endpoint import OPENAI_URL, Endpoint
from tui.config.prices import FREE, cost_of, rate_of
from tui.control.progress import WordCount
from tui.errors import UsageError
from tui.run.events import Outcome, TextDelta
from tui.run.limits import Limits
from tui.run.reasons import Reason
from tui.team.model_calls import RunGuard
from tui.team.model_guard import guard_team
from tui.team.runner import MakeTeam, PreparedTeam

PRICED = Endpoint("gpt-4o-mini", OPENAI_URL)


def priced(server: ModelServer) -> MakeTeam:
    """A team at the test's server, whose model has a price all the same."""
    return lambda task: PreparedTeam(story_team(settings_for(server)), PRICED)


@given(st.text(alphabet="ab \n", max_size=60), st.integers(1, 8), st.data())
def test_words_are_counted_alike_however_the_stream_is_cut(
    text: str, limit: int, data: st.DataObject
) -> None:
    count = WordCount(limit)
    reached_at = None
    position = 0
    while position < len(text):
        end = data.draw(st.integers(position + 1, len(text)))
        if count.add(TextDelta(TELLER, text[position:end], 0.0)) and reached_at is None:
            reached_at = end
        position = end
    assert count.words == len(text.split())
    assert (reached_at is not None) == (
        len(text.rstrip().split()) - (text[-1:].strip() != "") >= limit
    )


def test_the_limit_of_words_stops_the_run_and_keeps_what_came() -> None:
    script = Script(words=2000, words_per_delta=1, delay_seconds=0.002)
    with ModelServer(script) as server:
        with Played(priced(server), max_words=50) as played:
            summary = played.to_the_end()
        record = server.records[-1]
        server.wait_for(lambda: record.client_closed_at)
    assert (summary.outcome, summary.reason) == (Outcome.CANCELLED, Reason.WORDS)
    assert 50 <= summary.words < 400


def test_the_limit_of_cost_stops_a_request_that_is_still_open() -> None:
    script = Script(words=2000, words_per_delta=1, delay_seconds=0.002)
    rate = rate_of(PRICED)
    assert rate is not None
    with ModelServer(script) as server:
        with Played(priced(server), max_cost=rate.output_usd * 500) as played:
            summary = played.to_the_end()
        assert server.wait_for(lambda: server.records[-1].client_closed_at)
    assert (summary.outcome, summary.reason) == (Outcome.CANCELLED, Reason.COST)
    assert summary.words > 50
    assert summary.cost_usd is not None
    assert summary.cost_usd >= rate.output_usd * 500
    assert summary.usage.estimated


def test_the_cost_of_a_whole_run_is_the_sum_of_its_requests() -> None:
    with ModelServer(Script(words=30)) as server, Played(priced(server)) as played:
        summary = played.to_the_end()
    usage = summary.usage
    assert not usage.estimated
    assert summary.cost_usd == pytest.approx(
        cost_of(PRICED, usage.input_tokens, usage.output_tokens)
    )


def test_a_price_depends_on_who_serves_the_model() -> None:
    assert cost_of(PRICED, 1000, 1000) == pytest.approx(0.00075)
    assert cost_of(PRICED, 1000, 1000, cached_tokens=1000) < 0.00075  # type: ignore[operator]
    assert cost_of(Endpoint("gpt-4o-mini", "http://localhost:11434/v1"), 1000, 1000) is None
    assert cost_of(Endpoint("no-such-model", OPENAI_URL), 1000, 1000) is None
    assert rate_of(Endpoint("claude-sonnet-4-5", "", provider="Anthropic")) is not None
    assert rate_of(Endpoint("parrot", "", provider="The pet shop")) is None
    assert rate_of(Endpoint("any", "http://127.0.0.1:1", backend=EMBEDDED)) == FREE


def test_the_limits_of_the_command_stop_it_with_their_reason(tmp_path: Path) -> None:
    with ModelServer(Script(words=3000, delay_seconds=0.001)) as server:
        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        done = run("--json", "--max-words", "40", env=env)
    report = json.loads(done.stdout)
    assert done.returncode == 124
    assert (report["status"], report["reason"]) == ("cancelled", "words")
    assert report["cost_usd"] is None


def test_a_limit_of_cost_holds_for_members_that_are_made_during_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    late = Agent(name="Late", model=OpenAIChat(id="nobody-knows"))
    team = Team(model=OpenAIChat(id="gpt-4o-mini", api_key="none"), members=lambda: [late])
    own = Endpoint("", "", backend=USER_TEAM)
    guard = RunGuard("1", own, lambda event: None, lambda: 0.0, limits=Limits(cost_usd=1.0))
    guard_team(team, guard)
    with pytest.raises(UsageError, match=r"the price of nobody-knows at .* is not known"):
        team.members()  # type: ignore[operator]


def test_a_limit_of_cost_that_cannot_be_kept_for_a_team_is_refused_before_anything_is_spent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ModelServer(Script()) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        with Played(user_team("modes.py:coordinate"), max_cost=0.5) as played:
            summary = played.to_the_end()
    assert summary.outcome is Outcome.ERROR
    assert (summary.error or "").startswith("--max-cost: the price of test-chat at ")
    assert "is not known" in (summary.error or "")
    assert not server.records


def test_a_limit_of_cost_that_cannot_be_kept_is_refused_before_anything_is_spent(
    tmp_path: Path,
) -> None:
    with ModelServer(Script()) as server:
        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        done = run("--json", "--max-cost", "0.5", env=env)
        assert not [r for r in server.records if r.position is not Position.MODELS]
    assert done.returncode == 2
    assert not done.stdout
    assert "--max-cost: the price of gpt-5.2-mini at " in done.stderr
