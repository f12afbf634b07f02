"""Who is shown as doing what: names, delegations that fail, members that wait for a human."""

import json
from pathlib import Path
from typing import Any

import pytest
from agno.agent import Agent
from agno.team import Team
from agno.tools import tool

from tests import ROOT
from tests.harness.command import environment, run
from tests.harness.running import Played
from tests.harness.user_teams import answering, made, playing
from tests.servers import ModelServer
from tests.teams.scripted_model import EVERYONE, Line, delegates, says, text
from tests.teams.sunday import forbid
from tui.run.events import MemberStarted, Outcome
from tui.run.records import Activity
from tui.run.summary import Summary, summarize


def run_of(team: Team) -> tuple[Played, Summary]:
    with Played(made(team)) as played:
        return played, played.to_the_end()


# Names


def test_everyone_without_a_name_has_one_of_their_own() -> None:
    members: list[Agent | Team] = [Agent(model=says(text(f"I am {n}."))) for n in range(2)]
    members.append(Agent(name="Writer", model=says(text("I am Writer."))))
    team = Team(members=members, model=says(EVERYONE, text("Over.")), delegate_to_all_members=True)
    played, summary = run_of(team)
    assert {s.speaker.name: s.text for s in summary.sections} == {
        "Member 1": "I am 0.",
        "Member 2": "I am 1.",
        "Writer": "I am Writer.",
        "The leader": "Over.",
    }
    started = [event for event in played.events if isinstance(event, MemberStarted)]
    assert len(started) == 3


def test_namesakes_are_told_apart() -> None:
    members: list[Agent | Team] = [
        Agent(id=f"writer-{n}", name="Writer", model=says(text(f"I am {n}."))) for n in range(2)
    ]
    team = Team(
        name="Writer",
        members=members,
        model=says(EVERYONE, text("Over.")),
        delegate_to_all_members=True,
    )
    _, summary = run_of(team)
    names = {section.text: section.speaker.name for section in summary.sections}
    assert names == {"I am 0.": "Writer 2", "I am 1.": "Writer 3", "Over.": "Writer"}


# Delegations that fail


async def forbid_later(function_name: str, function_call: Any, arguments: dict[str, Any]) -> Any:
    return forbid(function_name, function_call, arguments)


@pytest.mark.parametrize("hook", [forbid, forbid_later])
@pytest.mark.parametrize("to_all", [False, True])
def test_a_delegation_that_a_hook_refuses_says_why(hook: Any, to_all: bool) -> None:
    team = Team(
        name="Team",
        members=[Agent(name="Writer", model=says(text("Never.")))],
        model=says(EVERYONE if to_all else delegates("writer"), text("So be it.")),
        delegate_to_all_members=to_all,
        tool_hooks=[hook],
    )
    played, summary = run_of(team)
    (call,) = played.state.calls.values()
    assert (call.is_delegation, call.failed) == (True, True)
    assert call.result == "nothing may be delegated on a Sunday"
    whom = "everyone" if to_all else "Writer"
    why = f"The delegation to {whom} failed: nothing may be delegated on a Sunday"
    assert why in summary.to_json()["notes"]


def test_a_delegation_to_a_member_that_is_not_there_says_so() -> None:
    team = Team(
        name="Team",
        members=[Agent(name="Writer", model=says(text("Never.")))],
        model=says(delegates("poet"), text("So be it.")),
    )
    played, summary = run_of(team)
    (call,) = played.state.calls.values()
    assert call.failed
    assert call.result == "Member with ID poet not found in the team or any subteams."
    assert summary.outcome is Outcome.COMPLETED


def test_a_failed_delegation_is_told_in_plain_mode_and_in_json(tmp_path: Path) -> None:
    env = environment(tmp_path, PYTHONPATH=str(ROOT))
    done = run("--json", "--team", "tests.teams.sunday:team", "a cat", env=env)
    sentence = "The delegation to Writer failed: nothing may be delegated on a Sunday"
    assert f"[{sentence}]" in done.stderr
    assert sentence in json.loads(done.stdout)["notes"]


# Members that wait


def test_a_member_that_waits_for_an_approval_is_shown_as_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = answering("book_hotel", {"city": "Rome"})
    with playing("weather.py:team", script, monkeypatch) as (played, _):
        state = played.until(lambda state: state.questions)
        agent, leader = (state.contributors[n] for n in ("Weather Agent", "Travel Team"))
        (delegation,) = (call for call in state.calls.values() if call.is_delegation)
        assert (agent.activity, delegation.ended_at) == (Activity.PAUSED, None)
        assert leader.activity is not Activity.PAUSED
        played.run.answer(next(iter(state.questions)), True)
        played.to_the_end()
        (delegation,) = (call for call in played.state.calls.values() if call.is_delegation)
        assert (delegation.ended_at is not None, delegation.failed) == (True, False)
        assert played.state.contributors["Weather Agent"].activity is Activity.DONE
        starts = [event for event in played.events if isinstance(event, MemberStarted)]
    assert len(starts) == 1


def test_a_leader_that_waits_itself_is_shown_as_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    script = answering("book_hotel", {"city": "Rome"})
    with playing("weather.py:leader_with_tools", script, monkeypatch) as (played, _):
        state = played.until(lambda state: state.questions)
        assert state.contributors["Travel Desk"].activity is Activity.PAUSED
        assert played.cancel().outcome is Outcome.CANCELLED


@tool(requires_confirmation=True)
def sign(name: str) -> str:
    """Sign."""
    return f"signed by {name}"


def test_an_unnamed_member_inside_of_a_team_that_waits_is_the_one_who_asks() -> None:
    clerk = Agent(
        model=says(Line((), (("sign", '{"name": "Ann"}'),)), text("Signed.")), tools=[sign]
    )
    office = Team(id="office", name="Office", members=[clerk], model=says(text("Passed on.")))
    team = Team(name="Firm", members=[office], model=says(delegates("office"), text("Over.")))
    office.model = says(EVERYONE, text("Passed on."))
    office.delegate_to_all_members = True
    with Played(made(team)) as played:
        state = played.until(lambda state: state.questions or state.ended)
        (question,) = state.questions.values()
        assert question.asker == "Member 1"
        assert state.contributors["Member 1"].activity is Activity.PAUSED
        assert [call.ended_at for call in state.calls.values()] == [None, None]
        played.run.answer(question.id, True)
        played.to_the_end()
        assert summarize(played.state).outcome is Outcome.COMPLETED, played.state.ended
        assert all(c.ended_at is not None for c in played.state.calls.values() if c.is_delegation)


# What a team wants to be given

STRICT = """
from pydantic import BaseModel
from agno.agent import Agent
from agno.team import Team
from tests.teams.scripted_model import says, text

class Brief(BaseModel):
    topic: str
    words: int
    style: str = "plain"

team = Team(name="T", members=[Agent(name="A", model=says())], model=says(text("Over.")),
    input_schema=Brief)
"""


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("a cat", "wants its prompt as a JSON object with topic, words"),
        ('{"topic": "a cat"}', "words"),
        ('{"topic": "a cat", "words": "many"}', "words"),
    ],
)
def test_a_team_that_wants_fields_names_them(prompt: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "strict.py").write_text(STRICT)
    env = environment(tmp_path, PYTHONPATH=str(ROOT))
    done = run("--json", "--team", f"{tmp_path}/strict.py:team", prompt, env=env)
    report = json.loads(done.stdout)
    assert report["status"] == "error"
    assert said in report["error"]
    assert "\n" not in report["error"]


def test_a_prompt_with_the_fields_is_taken(tmp_path: Path) -> None:
    (tmp_path / "strict.py").write_text(STRICT)
    env = environment(tmp_path, PYTHONPATH=str(ROOT))
    prompt = '{"topic": "a cat", "words": 5}'
    done = run("--json", "--team", f"{tmp_path}/strict.py:team", prompt, env=env)
    report = json.loads(done.stdout)
    assert (report["status"], report["content"]) == ("completed", "Over."), report["error"]


# Modules that run their team by themselves

AT_IMPORT = """
from agno.agent import Agent
from agno.team import Team
from tests.teams.models import chat

team = Team(name="T", members=[Agent(name="A", model=chat())], model=chat())
{call}
"""


@pytest.mark.parametrize(
    "call",
    [
        'team.print_response("a cat", stream=True)',
        'team.run("a cat")',
        'import asyncio; asyncio.run(team.aprint_response("a cat"))',
        'Agent(name="B", model=chat()).run("a cat")',
        'import asyncio; asyncio.run(Agent(name="B", model=chat()).arun("a cat"))',
        'team.cli_app(input="a cat")',
    ],
)
def test_a_module_that_runs_its_team_while_it_is_imported_is_refused_with_the_line(
    call: str, tmp_path: Path
) -> None:
    file = tmp_path / "eager.py"
    file.write_text(AT_IMPORT.format(call=call))
    with ModelServer(answering()) as server:
        root = str(ROOT)
        env = environment(tmp_path, PYTHONPATH=root, OPENAI_BASE_URL=server.base_url)
        done = run("--json", "--team", f"{file}:team", "a cat", env=env)
        assert not server.records
    report = json.loads(done.stdout)
    assert report["status"] == "error"
    assert "eager.py, line 7" in report["error"]
    assert 'if __name__ == "__main__"' in report["error"]
