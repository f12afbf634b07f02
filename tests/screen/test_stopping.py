"""Stopping one member with a key: who is meant, what is shown, and what a press does not do."""

import time

from tests.harness.scripted import EDITOR, LEADER, TELLER
from tests.harness.stage import Stage, staged
from tests.harness.waiting import until
from tui.run.events import MemberEnded, MemberStarted, ModelRequested, Outcome, ToolStarted
from tui.run.reasons import Reason
from tui.screen.app import STOP_PAUSE_SECONDS
from tui.screen.screens.menu import Menu


def two_at_work(stage: Stage) -> None:
    stage.run.begin()
    now = time.monotonic()
    stage.run.tell(MemberStarted(EDITOR, now), ModelRequested(EDITOR, now))
    stage.run.write("A cat.", EDITOR)


def stopped(stage: Stage) -> None:
    stage.run.tell(MemberEnded(TELLER, Outcome.CANCELLED, is_stopped=True))


async def test_the_only_member_at_work_is_stopped_without_a_question() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("Once upon a time")
        await stage.shows("Once upon a time", "x Stop one")
        await stage.pilot.press("x")
        assert stage.run.stopped == [TELLER.name]
        await stage.shows("stopping", f"Stopping {TELLER.name}…")
        stopped(stage)
        await stage.shows("stopped by you", f"■ You stopped {TELLER.name} here.")
        stage.run.write("The end.", LEADER)
        stage.run.end()
        await stage.shows("✔ completed", f"You stopped {TELLER.name}: its text stays.")
        assert not stage.run.reasons


async def test_with_several_at_work_it_asks_which() -> None:
    async with staged() as stage:
        two_at_work(stage)
        await stage.shows("A cat.")
        await stage.pilot.press("x")
        await stage.shows("Who shall stop?", EDITOR.name, "cancel the whole run")
        await stage.pilot.press("down", "enter")
        assert stage.run.stopped == [EDITOR.name]
        assert not stage.run.reasons


async def test_the_leader_is_stopped_only_when_it_is_chosen_and_takes_the_run_along() -> None:
    async with staged() as stage:
        stage.run.begin()
        stopped(stage)
        await stage.shows("stopped by you")
        await stage.pilot.press("x")
        await stage.shows("Who shall stop?", "cancel the whole run")
        assert not stage.run.reasons
        await stage.pilot.press("enter")
        await until(lambda: stage.run.reasons == [Reason.USER])
        assert not stage.run.stopped


async def test_pressed_twice_it_stops_neither_the_next_member_nor_the_run() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.shows("x Stop one")
        stage.app._clock = lambda: 100.0
        await stage.pilot.press("x")
        stopped(stage)
        two_at_work(stage)
        await stage.pilot.press("x")
        assert stage.run.stopped == [TELLER.name]
        assert not isinstance(stage.app.screen, Menu)
        stage.app._clock = lambda: 100.0 + STOP_PAUSE_SECONDS
        await stage.pilot.press("x")
        await stage.shows("Who shall stop?")


async def test_one_who_has_finished_meanwhile_is_said_to_have() -> None:
    async with staged() as stage:
        two_at_work(stage)
        await stage.shows("A cat.")
        await stage.pilot.press("x")
        await stage.shows("Who shall stop?")
        stage.run.tell(MemberEnded(TELLER, Outcome.COMPLETED))
        await until(lambda: not stage.app.runs.state.contributors[TELLER.name].is_at_work)
        await stage.pilot.press("enter")
        await stage.shows(f"{TELLER.name} had already finished")
        assert not stage.run.stopped


async def test_it_does_nothing_when_nothing_runs() -> None:
    async with staged() as stage:
        await stage.pilot.press("x")
        stage.run.begin()
        stage.run.end()
        await stage.shows("Results")
        await stage.pilot.press("x")
        assert not stage.run.stopped
        assert not isinstance(stage.app.screen, Menu)


async def test_a_tool_that_holds_its_member_is_named_while_the_run_waits_for_it() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.tell(ToolStarted("t1", TELLER, "look_up_dragons", at=time.monotonic()))
        await stage.shows("calls look_up_dragons")
        await stage.pilot.press("x")
        stage.app.runs.state.contributors[TELLER.name].since -= 3
        await stage.shows("look_up_dragons holds it")
