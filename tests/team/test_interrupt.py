"""Waking whatever a run waits for, once, without taking anybody else's cancel."""

import asyncio
from contextlib import suppress

import pytest

from tui.team.interrupt import Interrupt, Interrupted


async def waits(interrupt: Interrupt, seen: list[str]) -> None:
    try:
        with interrupt.scope():
            seen.append("waiting")
            await asyncio.Event().wait()
    except Interrupted:
        seen.append("interrupted")


async def started(task: "asyncio.Task[None]", seen: list[str]) -> None:
    async with asyncio.timeout(5):
        while "waiting" not in seen:
            await asyncio.sleep(0)


async def test_a_waiting_task_is_woken_and_goes_on() -> None:
    interrupt = Interrupt()
    seen: list[str] = []
    task = asyncio.create_task(waits(interrupt, seen))
    await started(task, seen)
    interrupt.set()
    await task
    assert seen == ["waiting", "interrupted"]
    assert task.cancelling() == 0


async def test_nothing_begins_to_wait_afterwards() -> None:
    interrupt = Interrupt()
    interrupt.set()
    with pytest.raises(Interrupted), interrupt.scope():
        raise AssertionError("the body must not run")


async def test_a_cancel_from_outside_stays_a_cancel() -> None:
    interrupt = Interrupt()
    seen: list[str] = []
    task = asyncio.create_task(waits(interrupt, seen))
    await started(task, seen)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["waiting"]


async def test_a_cancel_from_outside_gets_through_although_it_is_interrupted_too() -> None:
    interrupt = Interrupt()
    seen: list[str] = []
    task = asyncio.create_task(waits(interrupt, seen))
    await started(task, seen)
    interrupt.set()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_body_that_swallows_its_cancel_is_interrupted_at_its_end() -> None:
    interrupt = Interrupt()
    seen: list[str] = []

    async def swallow() -> None:
        with interrupt.scope():
            seen.append("waiting")
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    task = asyncio.create_task(swallow())
    await started(task, seen)
    interrupt.set()
    with pytest.raises(Interrupted):
        await task


async def test_scopes_may_nest_and_the_outer_one_still_wakes() -> None:
    interrupt = Interrupt()
    seen: list[str] = []

    async def nested() -> None:
        with interrupt.scope():
            with interrupt.scope():
                await asyncio.sleep(0)
            seen.append("waiting")
            await asyncio.Event().wait()

    task = asyncio.create_task(nested())
    await started(task, seen)
    interrupt.set()
    with pytest.raises(Interrupted):
        await task


async def test_work_outside_a_scope_is_left_alone() -> None:
    interrupt = Interrupt()
    with interrupt.scope():
        await asyncio.sleep(0)
    interrupt.set()
    await asyncio.sleep(0)
