"""Stop stops: in every phase of a run, at once, with every word kept and one end."""

import asyncio
import random
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from agno.agent import Agent
from agno.run.cancel import get_active_runs
from agno.run.team import TeamRunEvent
from agno.team import Team

from tests.harness.running import Played, single_agent_team, story_threads, team_factory
from tests.harness.waiting import wait_until
from tests.servers import Fault, FaultKind, ModelServer, Position, Script, prose
from tui.config.settings import Api, Settings
from tui.control.execution import Preparation, Task
from tui.errors import PreparationCancelled
from tui.run.events import MemberEnded, Outcome
from tui.run.reasons import Reason
from tui.run.summary import Summary
from tui.team.models import make_model
from tui.team.runner import PreparedTeam, TeamRunner

LEASH_SECONDS = 5.0
"""Far above the promise, which the benchmark measures: here a hang must not pass for slowness."""

STALLS = [
    FaultKind.NO_ANSWER,
    FaultKind.STALL_AFTER_HEADERS,
    FaultKind.STALL_MIDSTREAM,
    FaultKind.STALL_WITH_COMMENTS,
    FaultKind.STALL_BEFORE_FINAL,
]
POSITIONS = [Position.LEADER, Position.STORYTELLER, Position.EDITOR, Position.CLOSING]
APIS: list[Api] = ["responses", "chat"]


TOOLS: dict[str, str] = {Position.STORYTELLER: "look_up_dragons"}


def assert_cancelled(summary: Summary, reason: Reason = Reason.USER) -> None:
    assert summary.outcome is Outcome.CANCELLED
    assert summary.reason is reason
    assert summary.error is None
    assert summary.cancel_seconds is not None
    assert summary.cancel_seconds < LEASH_SECONDS


def assert_kept(summary: Summary, server: ModelServer) -> None:
    """What is kept is what was sent, up to what was still on its way."""
    assert summary.sections
    for section in summary.sections:
        assert any(record.text.startswith(section.text) for record in server.records)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("stall", STALLS)
def test_cancel_ends_a_stall_closes_its_connection_and_keeps_the_words(
    stall: FaultKind, position: Position, api: Api
) -> None:
    script = Script(words=20).with_fault(position, Fault(stall))
    with ModelServer(script) as server, Played(team_factory(server, api)) as played:
        record = server.wait_until_stalled(position)
        sent = sum(record.words for record in server.records)
        played.until(lambda state: state.words >= sent)
        summary = played.cancel()
        assert_cancelled(summary)
        assert summary.words == sent
        server.wait_for(lambda: record.client_closed_at, LEASH_SECONDS)
        assert played.ends == 1


@pytest.mark.parametrize("position", POSITIONS)
def test_cancel_stops_text_that_flows(position: Position) -> None:
    script = Script(words=4, closing_words=4, texts={position: prose(4000)}, delay_seconds=0.001)
    with ModelServer(script) as server, Played(team_factory(server)) as played:
        record = server.wait_until_streaming(position, 10)
        # The first answer of a process comes late: the client makes its types for it.
        played.until(lambda state: state.sections)
        summary = played.cancel()
        assert_cancelled(summary)
        server.wait_for(lambda: record.client_closed_at, LEASH_SECONDS)
        assert not record.completed
        assert_kept(summary, server)


def test_every_word_that_arrived_is_kept_even_when_text_comes_flat_out() -> None:
    with (
        ModelServer(Script(words=20_000)) as server,
        Played(team_factory(server)) as played,
    ):
        played.until(lambda state: state.words > 200)
        summary = played.cancel()
        assert_cancelled(summary)
        (section,) = [s for s in summary.sections if s.speaker.name == "StorytellerAgent"]
        sent = server.text_of(Position.STORYTELLER)
        assert sent.startswith(section.text)
        assert played.runner._guard is not None
        arrived = played.runner._guard.calls[section.speaker.run_id].output_characters
        assert len(section.text) == arrived


def unused(_: Task) -> PreparedTeam:
    raise AssertionError("the run was cancelled before it needed a team")


def test_cancel_before_the_start_ends_at_once() -> None:
    started = threading.Event()

    def prepare(preparation: Preparation) -> Task:
        started.set()
        preparation.report("Fetching", 0.5)
        assert preparation.cancelled.wait(LEASH_SECONDS)
        raise PreparationCancelled

    with Played(unused, prepare=prepare) as played:
        assert started.wait(LEASH_SECONDS)
        assert_cancelled(played.cancel())
        assert played.ends == 1


def test_cancel_during_a_preparation_that_does_not_listen_ends_at_once() -> None:
    release = threading.Event()

    def make_team(_: Task) -> PreparedTeam:
        assert release.wait(30)
        raise RuntimeError("too late to matter")

    with Played(make_team) as played:
        assert_cancelled(played.cancel())
        release.set()
        assert played.run.join(LEASH_SECONDS)
        assert played.ends == 1


def test_cancel_ends_the_clients_wait_before_its_retry() -> None:
    script = Script().with_fault(Position.LEADER, Fault(FaultKind.HTTP_429, seconds=60))
    with ModelServer(script) as server, Played(team_factory(server)) as played:
        server.wait_for(lambda: any(r.finished_at for r in server.at(Position.LEADER)))
        assert_cancelled(played.cancel())
        assert len(server.at(Position.LEADER)) == 1


def test_cancel_ends_parallel_members_together() -> None:
    script = Script(words=400, delay_seconds=0.002).parallel()
    with ModelServer(script) as server, Played(team_factory(server)) as played:
        played.until(
            lambda state: len([c for c in state.contributors.values() if c.words > 5]) == 2
        )
        summary = played.cancel()
        assert_cancelled(summary)
        wait_until(lambda: not server.streams_open, LEASH_SECONDS)
        assert_kept(summary, server)


def test_a_slow_tool_does_not_keep_the_user_waiting() -> None:
    called = threading.Event()

    async def look_up_dragons() -> str:
        """Look up dragons."""
        called.set()
        await asyncio.Event().wait()
        return "never"

    def build(settings: Settings) -> Team:
        return single_agent_team(settings, look_up_dragons)

    script = Script(steps=((Position.STORYTELLER,),), tools=TOOLS)
    with ModelServer(script) as server, Played(team_factory(server, build=build)) as played:
        assert called.wait(15)
        played.until(lambda state: any(call.caller for call in state.calls.values()))
        summary = played.cancel()
        assert_cancelled(summary)
        assert any("look_up_dragons was still running" in note for note in summary.notes)


def test_a_tool_that_blocks_the_loop_does_not_keep_the_user_waiting() -> None:
    called, release = threading.Event(), threading.Event()

    def look_up_dragons() -> str:
        """Look up dragons."""
        called.set()
        release.wait(30)
        return "late"

    def build(settings: Settings) -> Team:
        return single_agent_team(settings, look_up_dragons)

    script = Script(steps=((Position.STORYTELLER,),), tools=TOOLS)
    with ModelServer(script) as server, Played(team_factory(server, build=build)) as played:
        assert called.wait(15)
        summary = played.cancel()
        release.set()
        assert_cancelled(summary)
        assert played.run.join(LEASH_SECONDS)
        assert played.ends == 1


class StubbornTeam(Team):
    """Swallows whatever would stop it, until the test has seen enough."""

    seen_enough: threading.Event

    async def arun(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:  # type: ignore[override]
        async for chunk in super().arun(*args, **kwargs):
            if chunk.event not in (TeamRunEvent.run_cancelled, TeamRunEvent.run_completed):
                yield chunk
        while not self.seen_enough.is_set():
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0)


def test_a_team_that_swallows_its_cancel_is_ended_all_the_same() -> None:
    seen_enough = threading.Event()

    def build(settings: Settings) -> Team:
        agent = Agent(name="StorytellerAgent", model=make_model(settings))
        team = StubbornTeam(name="Stubborn", members=[agent], model=make_model(settings))
        team.seen_enough = seen_enough
        return team

    script = Script(words=20, closing_words=20).single()
    script = script.with_fault(Position.CLOSING, Fault(FaultKind.STALL_MIDSTREAM))
    with (
        ModelServer(script) as server,
        Played(team_factory(server, build=build)) as played,
    ):
        played.until(lambda state: state.words > 3)
        assert_cancelled(played.cancel())
        seen_enough.set()
        assert played.run.join(LEASH_SECONDS)
        assert played.ends == 1


def test_the_countdown_cancels_with_its_own_reason() -> None:
    script = Script().with_fault(Position.LEADER, Fault(FaultKind.NO_ANSWER))
    with (
        ModelServer(script) as server,
        Played(team_factory(server), auto_cancel=0.05) as played,
    ):
        assert_cancelled(played.to_the_end(), Reason.COUNTDOWN)


def test_the_countdown_runs_on_the_given_clock_and_not_before_the_start() -> None:
    now = [1000.0]
    ready = threading.Event()
    script = Script().with_fault(Position.LEADER, Fault(FaultKind.NO_ANSWER))
    with ModelServer(script) as server:
        make_team = team_factory(server)

        def make_late(task: Task) -> PreparedTeam:
            assert ready.wait(LEASH_SECONDS)
            return make_team(task)

        with Played(make_late, auto_cancel=30, clock=lambda: now[0]) as played:
            now[0] += 1000
            ready.set()
            state = played.until(lambda state: state.deadline.deadline)
            assert state.deadline.deadline == 2030
            assert state.cancel is None
            played.run.move_deadline(-10)
            played.until(lambda state: state.deadline.deadline == 2020)
            played.run.toggle_hold()
            played.until(lambda state: state.deadline.held_seconds == 20)
            now[0] += 100
            played.run.toggle_hold()
            played.until(lambda state: state.deadline.deadline == 2120)
            now[0] += 20
            played.run.move_deadline(0)
            assert_cancelled(played.to_the_end(), Reason.COUNTDOWN)


def test_a_countdown_that_ends_just_behind_a_cancel_does_not_cut_its_grace_short() -> None:
    script = Script(words=20).with_fault(Position.STORYTELLER, Fault(FaultKind.STALL_MIDSTREAM))
    with ModelServer(script) as server, Played(team_factory(server), clock=lambda: 50.0) as played:
        server.wait_until_stalled(Position.STORYTELLER)
        played.run.cancel(Reason.USER)
        # What its thread does when the two come at the same time.
        played.run._alarm._ring()
        summary = played.to_the_end()
        members = [event for event in played.events if isinstance(event, MemberEnded)]
    assert_cancelled(summary)
    assert [member.outcome for member in members] == [Outcome.CANCELLED]


def test_a_cancel_does_not_raise_while_the_loop_of_a_broken_run_closes() -> None:
    with ModelServer(Script()) as server:
        runner = TeamRunner(team_factory(server))
    runner._loop = asyncio.new_event_loop()
    runner._loop.close()
    runner.cancel()


def test_only_the_first_of_many_cancels_is_heard() -> None:
    script = Script().with_fault(Position.LEADER, Fault(FaultKind.NO_ANSWER))
    with ModelServer(script) as server, Played(team_factory(server)) as played:
        server.wait_for_request(Position.LEADER)
        heard: list[Reason] = []
        gate = threading.Barrier(len(Reason))

        def press(reason: Reason) -> None:
            gate.wait()
            if played.run.cancel(reason):
                heard.append(reason)

        presses = [threading.Thread(target=press, args=(reason,)) for reason in Reason]
        for thread in presses:
            thread.start()
        for thread in presses:
            thread.join()
        summary = played.to_the_end()
        assert len(heard) == 1
        assert_cancelled(summary, heard[0])
        assert played.ends == 1
        assert not played.run.cancel(Reason.USER)


def test_cancelling_one_run_leaves_the_next_alone() -> None:
    with ModelServer(Script(words=20)) as server:
        first = Played(team_factory(server))
        with first:
            assert_cancelled(first.cancel())
        with Played(team_factory(server)) as second:
            first.run.cancel(Reason.USER)
            assert second.to_the_end().outcome is Outcome.COMPLETED


def test_a_cancel_after_the_end_is_nothing() -> None:
    with ModelServer(Script(words=10)) as server, Played(team_factory(server)) as played:
        summary = played.to_the_end()
        assert summary.outcome is Outcome.COMPLETED
        assert not played.run.cancel(Reason.USER)
        assert summary.verdict is None
        played.run.join(LEASH_SECONDS)
        assert not get_active_runs()


def test_a_hundred_random_moments_leave_nothing_behind() -> None:
    chance = random.Random(7)
    seen: dict[Outcome, int] = {}
    with ModelServer(Script(words=3, closing_words=3, delay_seconds=0.0005)) as server:
        make_team = team_factory(server)
        for _ in range(100):
            with Played(make_team) as played:
                played.take_for(chance.random() * 0.2)
                played.run.cancel(Reason.USER)
                summary = played.to_the_end()
                seen[summary.outcome] = seen.get(summary.outcome, 0) + 1
                assert summary.outcome in (Outcome.CANCELLED, Outcome.COMPLETED), summary.error
                assert played.ends == 1
        wait_until(lambda: not server.open_connections, LEASH_SECONDS)
    assert set(seen) == {Outcome.CANCELLED, Outcome.COMPLETED}
    assert not story_threads()
    assert not get_active_runs()
