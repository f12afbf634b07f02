"""What the models say is shown once and in order, however Agno hands it on."""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from agno.agent import Agent
from agno.models.base import Model
from agno.team import Team
from agno.team.mode import TeamMode
from agno.tools import tool
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness.running import Played
from tests.harness.user_teams import made
from tests.teams.scripted_model import Line, ScriptedModel
from tui.run.events import Outcome
from tui.run.summary import Summary
from tui.team.undelivered import Undelivered

EVERYONE = ("delegate_task_to_members", json.dumps({"task": "Tell it"}))


def run(team: Team) -> Summary:
    with Played(made(team)) as played:
        return played.to_the_end()


def said(summary: Summary) -> dict[str, str]:
    """All that each speaker said."""
    texts: dict[str, str] = defaultdict(str)
    for section in summary.sections:
        texts[section.speaker.name] += section.text
    return texts


def numbered(name: str, sizes: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """Bursts of these sizes, every delta of which is different."""
    return tuple(tuple(f"{name}{burst}.{n} " for n in range(s)) for burst, s in enumerate(sizes))


async def look() -> str:
    """Return at once."""
    return "seen"


def member(name: str, lines: list[Line]) -> Agent:
    return Agent(name=name, model=ScriptedModel(id=name, lines=lines), tools=[look])


def texts_of(lines: list[Line]) -> str:
    return "".join("".join(burst) for line in lines for burst in line.bursts)


def test_a_member_s_instant_tools_do_not_show_the_words_of_the_others_twice() -> None:
    calling = [Line((), (("look", "{}"),)) for _ in range(8)] + [Line((("I looked.",),))]
    writing = [Line(numbered("w", [20] * 100))]
    team = Team(
        name="Chorus",
        model=ScriptedModel(lines=[Line((), (EVERYONE,))]),
        members=[member("Caller", list(calling)), member("Writer", list(writing))],
        mode=TeamMode.broadcast,
    )
    summary = run(team)
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert said(summary)["Writer"] == texts_of(writing)
    assert said(summary)["Caller"] == "I looked."


a_turn = st.builds(
    lambda sizes, calls: (tuple(sizes), calls),
    st.lists(st.integers(1, 12), max_size=4),
    st.integers(0, 2),
)
turns = st.lists(a_turn, min_size=1, max_size=4)


def lines_of(name: str, script: list[tuple[tuple[int, ...], int]]) -> list[Line]:
    lines = [
        Line(numbered(f"{name}{turn}-", sizes), (("look", "{}"),) * calls)
        for turn, (sizes, calls) in enumerate(script)
    ]
    # A turn without a call is the last one that is asked for.
    last = next((n for n, line in enumerate(lines) if not line.calls), None)
    if last is None:
        return [*lines, Line((("end",),))]
    ended = lines[: last + 1]
    return ended if ended[-1].bursts else [*ended[:-1], Line((("end",),))]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=turns, second=turns, inner=turns, rounds=st.integers(1, 2), shown=st.booleans())
def test_any_mixture_of_members_tools_and_delegations_shows_each_word_once(
    first: list[tuple[tuple[int, ...], int]],
    second: list[tuple[tuple[int, ...], int]],
    inner: list[tuple[tuple[int, ...], int]],
    rounds: int,
    shown: bool,
) -> None:
    script = {
        "A": lines_of("a", first) * rounds,
        "B": lines_of("b", second) * rounds,
        "C": lines_of("c", inner) * rounds,
        "Inner": [Line((("I ask. ",),), (EVERYONE,)), Line((("Heard. ",),))] * rounds,
        "Outer": [Line((("Go. ",),), (EVERYONE,)) for _ in range(rounds)] + [Line((("Over.",),))],
    }
    desk = Team(
        name="Inner",
        model=ScriptedModel(id="Inner", lines=list(script["Inner"])),
        members=[member("C", list(script["C"]))],
        mode=TeamMode.broadcast,
        stream_member_events=shown,
    )
    members: list[Agent | Team] = [member(name, list(script[name])) for name in ("A", "B")]
    team = Team(
        name="Outer",
        model=ScriptedModel(id="Outer", lines=list(script["Outer"])),
        members=[*members, desk],
        mode=TeamMode.broadcast,
    )
    summary = run(team)
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert said(summary) == {name: texts_of(lines) for name, lines in script.items()}


def test_what_an_output_model_replaces_is_shown_and_kept() -> None:
    team = Team(
        name="Polishers",
        model=ScriptedModel(lines=[Line((("A rough ", "draft."),))]),
        output_model=ScriptedModel(lines=[Line((("A polished ", "text."),))]),
        members=[member("Idle", [])],
    )
    summary = run(team)
    assert [section.text for section in summary.sections] == ["A rough draft.", "A polished text."]
    assert summary.content == "A polished text."


def test_what_a_member_s_output_model_replaces_is_shown_and_kept() -> None:
    writer = member("Writer", [Line((("rough",),))])
    writer.output_model = ScriptedModel(lines=[Line((("polished",),))])
    delegation = (
        "delegate_task_to_member",
        json.dumps({"member_id": "writer", "task": "Tell it"}),
    )
    team = Team(
        name="Team",
        model=ScriptedModel(lines=[Line((), (delegation,)), Line((("Over.",),))]),
        members=[writer],
    )
    texts = [(s.speaker.name, s.text) for s in run(team).sections]
    assert texts == [("Writer", "rough"), ("Writer", "polished"), ("Team", "Over.")]


@tool(show_result=True)
def announce() -> str:
    """Say a result that is part of the answer."""
    return "It is announced. "


def test_what_no_model_said_is_shown_when_agno_brings_it() -> None:
    team = Team(
        name="Herald",
        model=ScriptedModel(lines=[Line((), (("announce", "{}"),)), Line((("Over.",),))]),
        members=[member("Idle", [])],
        tools=[announce],
    )
    assert said(run(team))["Herald"] == "It is announced. Over."


def test_an_answer_out_of_a_cache_is_shown(tmp_path: Path) -> None:
    def cached() -> Model:
        model = ScriptedModel(lines=[Line((("Once ", "upon ", "a time."),))])
        model.cache_response, model.cache_dir = True, str(tmp_path)
        return model

    def team() -> Team:
        return Team(id="t", name="Cached", model=cached(), members=[Agent(name="Idle")])

    assert [said(run(team()))["Cached"] for _ in range(2)] == ["Once upon a time."] * 2


def test_an_agent_inside_of_a_tool_writes_no_part_of_the_story() -> None:
    helper = Agent(name="Helper", model=ScriptedModel(id="h", lines=[Line((("secret",),))]))

    async def ask_helper() -> str:
        """Ask another agent."""
        return str((await helper.arun("What?")).content)

    team = Team(
        name="Askers",
        model=ScriptedModel(lines=[Line((), (("ask_helper", "{}"),)), Line((("Over.",),))]),
        members=[member("Idle", [])],
        tools=[ask_helper],
    )
    summary = run(team)
    assert said(summary) == {"Askers": "Over."}
    assert "Helper" not in [c.name for c in summary.contributors]


@pytest.mark.parametrize("size", [1, 3])
def test_what_is_handed_on_twice_or_left_out_is_no_news(size: int) -> None:
    undelivered = Undelivered()
    deltas = [f"{n} " * size for n in range(9)]
    for delta in deltas:
        undelivered.wrote("member", delta)
    # Agno left out the first three, and hands the others on as the leader's.
    assert not undelivered.is_new("member", deltas[3])
    assert [undelivered.is_new("leader", delta) for delta in deltas[4:]] == [False] * 5
    assert undelivered.is_new("leader", deltas[3])
