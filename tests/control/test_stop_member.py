"""One member stops, whatever it waits for; its leader is told, and the others lose nothing."""

import asyncio
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from agno.agent import Agent
from agno.team import Team

from tests.harness.running import Played, single_agent_team, team_factory
from tests.harness.user_teams import user_team
from tests.servers import Ask, Call, Fault, FaultKind, ModelServer, Position, Script, Turn, prose
from tests.servers.log import Record
from tui.config.settings import Api, Settings
from tui.run.events import MemberEnded, MemberStopRequested, Outcome
from tui.run.reasons import Reason
from tui.run.records import Activity
from tui.run.summary import Summary
from tui.team.models import make_model

LEASH_SECONDS = 5.0
APIS: list[Api] = ["responses", "chat"]
TELLER, EDITOR = "StorytellerAgent", "EditorAgent"
STALLS = [
    FaultKind.NO_ANSWER,
    FaultKind.STALL_AFTER_HEADERS,
    FaultKind.STALL_MIDSTREAM,
    FaultKind.STALL_WITH_COMMENTS,
    FaultKind.STALL_BEFORE_FINAL,
]
NOTE = "The user stopped {} here."


def status_of(summary: Summary, name: str) -> str:
    (status,) = (m["status"] for m in summary.to_json()["members"] if m["name"] == name)
    assert isinstance(status, str)
    return status


def text_by(summary: Summary, name: str) -> str:
    return "".join(s.text for s in summary.sections if s.speaker.name == name)


def told(record: Record) -> str:
    """All that a request told its model."""
    return json.dumps(record.body, ensure_ascii=False)


def assert_the_leader_goes_on(summary: Summary, server: ModelServer, name: str) -> None:
    assert (summary.outcome, summary.reason, summary.error) == (Outcome.COMPLETED, None, None)
    assert status_of(summary, name) == "stopped"
    assert f"You stopped {name}: its text stays." in summary.notes
    closing = server.at(Position.CLOSING)[-1]
    assert NOTE.format(name) in told(closing)
    assert json.dumps(text_by(summary, name), ensure_ascii=False)[1:-1] in told(closing)
    assert not any("The user stopped" in section.text for section in summary.sections)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("stall", STALLS)
def test_a_stalled_member_stops_and_its_words_are_handed_to_the_leader(
    stall: FaultKind, api: Api
) -> None:
    script = Script(words=20).with_fault(Position.STORYTELLER, Fault(stall))
    with ModelServer(script) as server, Played(team_factory(server, api)) as played:
        record = server.wait_until_stalled(Position.STORYTELLER, timeout=15)
        played.until(lambda state: state.words >= record.words and TELLER in state.contributors)
        assert played.run.stop_member(TELLER)
        server.wait_for(lambda: record.client_closed_at, LEASH_SECONDS)
        summary = played.to_the_end()
    assert_the_leader_goes_on(summary, server, TELLER)
    assert text_by(summary, TELLER) == record.text
    assert text_by(summary, EDITOR) == server.text_of(Position.EDITOR)
    assert status_of(summary, EDITOR) == "completed"


def test_text_that_flows_stops_within_a_quarter_of_a_second() -> None:
    script = Script(words=4, texts={Position.STORYTELLER: prose(4000)}, delay_seconds=0.001)
    with ModelServer(script) as server, Played(team_factory(server)) as played:
        record = server.wait_until_streaming(Position.STORYTELLER, 10, 30)
        played.until(lambda state: state.words > 10)
        asked_at = time.monotonic()
        played.run.stop_member(TELLER)
        closed_at = server.wait_for(lambda: record.client_closed_at, LEASH_SECONDS)
        summary = played.to_the_end()
    assert closed_at - asked_at < 0.25
    assert_the_leader_goes_on(summary, server, TELLER)
    assert not record.completed
    assert record.text.startswith(text_by(summary, TELLER))
    (end,) = (e for e in played.events if isinstance(e, MemberEnded) and e.is_stopped)
    assert (end.speaker.name, end.outcome) == (TELLER, Outcome.CANCELLED)
    (section,) = (s for s in played.state.sections if s.speaker.name == TELLER)
    assert section.is_stopped
    assert played.state.contributors[TELLER].activity is Activity.STOPPED


def test_a_member_that_waits_to_retry_stops() -> None:
    script = Script(words=20).with_fault(
        Position.STORYTELLER, Fault(FaultKind.HTTP_429, seconds=60)
    )
    with ModelServer(script) as server, Played(team_factory(server)) as played:
        server.wait_for(lambda: any(r.finished_at for r in server.at(Position.STORYTELLER)), 15)
        played.until(lambda state: state.notice)
        played.run.stop_member(TELLER)
        summary = played.to_the_end()
        assert len(server.at(Position.STORYTELLER)) == 1
    assert summary.outcome is Outcome.COMPLETED
    assert status_of(summary, TELLER) == "stopped"
    assert NOTE.format(TELLER) in told(server.at(Position.CLOSING)[-1])


# In a tool

TOOLS: dict[str, str] = {Position.STORYTELLER: "look_up_dragons"}


def with_tool(tool: Callable[..., object]) -> Callable[[Settings], Team]:
    """A team of two, of whom the storyteller has a tool."""

    def build(settings: Settings) -> Team:
        team = single_agent_team(settings, tool)
        editor = Agent(
            name=EDITOR,
            model=make_model(settings),
            description="An agent that reviews and improves stories",
        )
        assert isinstance(team.members, list)
        team.members.append(editor)
        return team

    return build


def test_a_member_in_a_tool_leaves_it_and_asks_no_more() -> None:
    called, left = threading.Event(), threading.Event()

    async def look_up_dragons() -> str:
        """Look up dragons."""
        called.set()
        try:
            await asyncio.Event().wait()
        finally:
            left.set()
        return "never"

    script = Script(words=20, tools=TOOLS)
    build = with_tool(look_up_dragons)
    with ModelServer(script) as server, Played(team_factory(server, build=build)) as played:
        assert called.wait(15)
        played.until(lambda state: any(call.caller == TELLER for call in state.calls.values()))
        played.run.stop_member(TELLER)
        summary = played.to_the_end()
        assert len(server.at(Position.STORYTELLER)) == 1
    assert left.is_set()
    assert_the_leader_goes_on(summary, server, TELLER)


def test_a_tool_that_cannot_be_interrupted_is_left_behind_and_said() -> None:
    called, release = threading.Event(), threading.Event()

    def look_up_dragons() -> str:
        """Look up dragons."""
        called.set()
        release.wait(30)
        return "late"

    script = Script(words=20, tools=TOOLS)
    build = with_tool(look_up_dragons)
    with ModelServer(script) as server, Played(team_factory(server, build=build)) as played:
        assert called.wait(15)
        played.until(lambda state: any(call.caller == TELLER for call in state.calls.values()))
        played.run.stop_member(TELLER)
        summary = played.to_the_end()
        release.set()
    assert_the_leader_goes_on(summary, server, TELLER)
    assert any("look_up_dragons could not be interrupted" in note for note in summary.notes)


def test_a_tool_that_holds_the_loop_holds_the_run_which_says_so_until_it_lets_go() -> None:
    called, release = threading.Event(), threading.Event()

    async def look_up_dragons() -> str:
        """Look up dragons."""
        called.set()
        release.wait(30)
        return "late"

    script = Script(words=20, tools=TOOLS)
    build = with_tool(look_up_dragons)
    with ModelServer(script) as server, Played(team_factory(server, build=build)) as played:
        assert called.wait(15)
        played.until(lambda state: any(call.caller == TELLER for call in state.calls.values()))
        played.run.stop_member(TELLER)
        played.until(lambda state: state.contributors[TELLER].activity is Activity.STOPPING)
        release.set()
        summary = played.to_the_end()
        assert len(server.at(Position.STORYTELLER)) == 1
    assert_the_leader_goes_on(summary, server, TELLER)


def test_a_model_that_a_tool_asks_is_disconnected_as_well() -> None:
    script = Script(words=20, tools=TOOLS).with_fault(
        Position.OTHER, Fault(FaultKind.STALL_MIDSTREAM)
    )
    settings: list[Settings] = []

    def look_up_dragons() -> str:
        """Look up dragons."""
        scholar = Agent(name="Scholar", model=make_model(settings[0]))
        return str(scholar.run("Dragons?").content)

    def build(given: Settings) -> Team:
        settings.append(given)
        return with_tool(look_up_dragons)(given)

    with ModelServer(script) as server, Played(team_factory(server, build=build)) as played:
        record = server.wait_until_stalled(Position.OTHER, timeout=15)
        played.until(lambda state: any(call.caller == TELLER for call in state.calls.values()))
        played.run.stop_member(TELLER)
        server.wait_for(lambda: record.client_closed_at, LEASH_SECONDS)
        assert_the_leader_goes_on(played.to_the_end(), server, TELLER)


# Several at work


def parallel(**faults: Fault) -> Script:
    script = Script(words=400, delay_seconds=0.002).parallel()
    for position, fault in faults.items():
        script = script.with_fault(Position(position), fault)
    return script


def test_a_parallel_member_loses_nothing() -> None:
    script = parallel(storyteller=Fault(FaultKind.STALL_MIDSTREAM))
    with ModelServer(script) as server, Played(team_factory(server)) as played:
        record = server.wait_until_stalled(Position.STORYTELLER, timeout=15)
        played.until(
            lambda state: state.words > 20 and {TELLER, EDITOR} <= state.contributors.keys()
        )
        played.run.stop_member(TELLER)
        server.wait_for(lambda: record.client_closed_at, LEASH_SECONDS)
        summary = played.to_the_end()
    assert_the_leader_goes_on(summary, server, TELLER)
    assert text_by(summary, EDITOR) == server.text_of(Position.EDITOR)
    assert server.at(Position.EDITOR)[0].completed
    assert NOTE.format(EDITOR) not in told(server.at(Position.CLOSING)[-1])


def three(settings: Settings) -> Team:
    """The team of the story, and one more who could be asked."""
    build = with_tool(lambda: "nothing")
    team = build(settings)
    assert isinstance(team.members, list)
    team.members.append(Agent(name="Critic", model=make_model(settings)))
    return team


def test_two_members_are_stopped_at_once_and_the_leader_goes_on_with_both_texts() -> None:
    stall = Fault(FaultKind.STALL_MIDSTREAM)
    script = parallel(storyteller=stall, editor=stall)
    with ModelServer(script) as server, Played(team_factory(server, build=three)) as played:
        records = [
            server.wait_until_stalled(position, timeout=15)
            for position in (Position.STORYTELLER, Position.EDITOR)
        ]
        played.until(lambda state: state.words >= sum(record.words for record in records))
        for name in (TELLER, EDITOR):
            assert played.run.stop_member(name)
        server.wait_for(lambda: all(r.client_closed_at for r in records), LEASH_SECONDS)
        summary = played.to_the_end()
    for name in (TELLER, EDITOR):
        assert_the_leader_goes_on(summary, server, name)


def test_when_all_members_were_stopped_it_is_a_cancel_with_every_word_kept() -> None:
    stall = Fault(FaultKind.STALL_MIDSTREAM)
    script = parallel(storyteller=stall, editor=stall)
    with ModelServer(script) as server, Played(team_factory(server)) as played:
        for position in (Position.STORYTELLER, Position.EDITOR):
            server.wait_until_stalled(position, timeout=15)
        sent = sum(record.words for record in server.records)
        played.until(lambda state: state.words >= sent)
        for name in (TELLER, EDITOR):
            played.run.stop_member(name)
        summary = played.to_the_end()
        assert not server.at(Position.CLOSING)
    assert (summary.outcome, summary.reason) == (Outcome.CANCELLED, Reason.USER)
    assert summary.words == sent
    assert [status_of(summary, name) for name in (TELLER, EDITOR)] == ["stopped", "stopped"]


def test_stopping_the_leader_is_a_cancel() -> None:
    script = Script(words=20).with_fault(Position.STORYTELLER, Fault(FaultKind.STALL_MIDSTREAM))
    with ModelServer(script) as server, Played(team_factory(server)) as played:
        server.wait_until_stalled(Position.STORYTELLER, timeout=15)
        state = played.until(lambda state: state.words)
        (leader,) = (c.name for c in state.contributors.values() if c.is_leader)
        played.run.stop_member(leader)
        summary = played.to_the_end()
    assert (summary.outcome, summary.reason) == (Outcome.CANCELLED, Reason.USER)
    assert not any(isinstance(event, MemberStopRequested) for event in played.events)


# Nested teams

NEWSROOM = {"Newsroom": ("research-team", "writer"), "Research Team": ("searcher", "checker")}


def in_the_newsroom(ask: Ask) -> Turn:
    """Leaders hand over to all whom they have; members write for a second."""
    if ask.delegate_tool and not ask.outputs:
        members = NEWSROOM["Newsroom" if 'id="writer"' in ask.instructions else "Research Team"]
        tasks = [json.dumps({"member_id": each, "task": f"Be {each}"}) for each in members]
        return Turn(calls=tuple(Call(ask.delegate_tool, task) for task in tasks))
    if ask.delegate_tool:
        return Turn((f"{ask.outputs} texts.",))
    return Turn(tuple(f"{word} " for word in prose(300, ask.prompt).split()))


@contextmanager
def newsroom(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ModelServer, Played]]:
    """The newsroom, of which the three who write have begun."""
    with ModelServer(Script(answer=in_the_newsroom, delay_seconds=0.004)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        with Played(user_team("newsroom.py:make_team")) as played:
            writers = ("Searcher", "Checker", "Writer")
            played.until(
                lambda state: all(
                    name in state.contributors and state.contributors[name].words > 3
                    for name in writers
                )
            )
            yield server, played


def asked_to_be(member: str, server: ModelServer) -> list[Record]:
    return [r for r in server.records if f"Be {member}" in told(r) and r.calls == ()]


def last_of(leader_of: str, server: ModelServer) -> Record:
    """The request in which a leader was given what its members wrote."""
    return [r for r in server.records if f'id=\\"{leader_of}\\"' in told(r) and not r.calls][-1]


def test_a_member_of_an_inner_team_stops_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with newsroom(monkeypatch) as (server, played):
        played.run.stop_member("Searcher")
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED
    assert {m["name"]: m["status"] for m in summary.to_json()["members"]} == {
        "Research Team": "completed",
        "Searcher": "stopped",
        "Checker": "completed",
        "Writer": "completed",
    }
    for name in ("Checker", "Writer"):
        assert any(record.text == text_by(summary, name) for record in server.records)
    assert NOTE.format("Searcher") in told(last_of("searcher", server))


def test_an_inner_team_stops_with_all_that_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with newsroom(monkeypatch) as (server, played):
        asked_before = len(server.records)
        asked_at = time.monotonic()
        played.run.stop_member("Research Team")
        closed = server.wait_for(
            lambda: [r for r in server.records if r.client_closed_at][1:], LEASH_SECONDS
        )
        summary = played.to_the_end()
        # Its leader is not asked again: only that of the newsroom is.
        assert len(server.records) == asked_before + 1
    assert max(r.client_closed_at or 0 for r in closed) - asked_at < 0.25
    assert summary.outcome is Outcome.COMPLETED
    assert {m["name"]: m["status"] for m in summary.to_json()["members"]} == {
        "Research Team": "stopped",
        "Searcher": "stopped",
        "Checker": "stopped",
        "Writer": "completed",
    }
    assert any(record.text == text_by(summary, "Writer") for record in server.records)
    assert NOTE.format("Research Team") in told(server.records[-1])


# Input that means nothing


def test_a_stop_is_nothing_for_whom_there_is_nothing_to_stop() -> None:
    script = Script(words=5, delay_seconds=0.001)
    with ModelServer(script) as server, Played(team_factory(server)) as played:
        played.run.stop_member("Nobody")
        played.until(lambda state: any(isinstance(e, MemberEnded) for e in played.events))
        # It has just ended, and was asked to stop twice.
        played.run.stop_member(TELLER)
        played.run.stop_member(TELLER)
        summary = played.to_the_end()
        assert not played.run.stop_member(TELLER)
    assert summary.outcome is Outcome.COMPLETED
    assert status_of(summary, TELLER) == "completed"
    assert text_by(summary, TELLER) == server.text_of(Position.STORYTELLER)
    assert not [note for note in summary.notes if "stopped" in note]


def test_a_cancel_behind_a_stop_is_a_cancel() -> None:
    script = Script(words=20).with_fault(Position.STORYTELLER, Fault(FaultKind.STALL_MIDSTREAM))
    with ModelServer(script) as server, Played(team_factory(server)) as played:
        server.wait_until_stalled(Position.STORYTELLER, timeout=15)
        played.run.stop_member(TELLER)
        summary = played.cancel()
        assert not played.run.stop_member(TELLER)
    assert (summary.outcome, summary.reason) == (Outcome.CANCELLED, Reason.USER)


def test_random_moments_of_stopping_leave_honest_endings() -> None:
    chance = random.Random(11)
    seen: Counter[str] = Counter()
    with ModelServer(Script(words=12, closing_words=3, delay_seconds=0.001)) as server:
        make_team = team_factory(server)
        for _ in range(60):
            with Played(make_team) as played:
                played.take_for(chance.random() * 0.25)
                name = chance.choice((TELLER, EDITOR))
                played.run.stop_member(name)
                summary = played.to_the_end()
                assert summary.outcome is Outcome.COMPLETED, summary.error
                status = status_of(summary, name)
                whole = text_by(summary, name) in {r.text for r in server.records}
                assert status == "stopped" or (status == "completed" and whole)
                seen[status] += 1
    assert set(seen) == {"stopped", "completed"}
