"""Events from any thread to the screen: nothing lost, order kept, one wake-up per frame."""

import asyncio
import threading
import time

import pytest

from tests.harness.scripted import TELLER
from tests.harness.waiting import until
from tui.run.events import Event, Preparing, TextDelta
from tui.screen import event_queue
from tui.screen.event_queue import BUDGET_SECONDS, EventQueue


def numbered(number: int) -> Event:
    return Preparing(str(number))


async def test_everything_arrives_once_and_in_order_from_another_thread() -> None:
    taken: list[Event] = []
    queue = EventQueue(taken.extend)

    def produce() -> None:
        for number in range(50_000):
            queue.put(numbered(number))

    thread = threading.Thread(target=produce)
    thread.start()
    await until(lambda: len(taken) == 50_000)
    thread.join()
    assert taken == [numbered(number) for number in range(50_000)]


async def test_several_threads_keep_each_their_order() -> None:
    taken: list[Event] = []
    queue = EventQueue(taken.extend)

    def produce(name: str) -> None:
        for number in range(5_000):
            queue.put(Preparing(name, number))

    threads = [threading.Thread(target=produce, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    await until(lambda: len(taken) == 15_000)
    for name in "abc":
        mine = [e.fraction for e in taken if isinstance(e, Preparing) and e.what == name]
        assert mine == list(range(5_000))


async def test_a_burst_wakes_the_loop_once() -> None:
    batches: list[int] = []
    queue = EventQueue(lambda events: batches.append(len(events)))
    for number in range(100):
        queue.put(numbered(number))
    await until(lambda: sum(batches) == 100)
    assert len(batches) == 1


async def test_a_flood_leaves_the_loop_its_turns() -> None:
    taken: list[Event] = []
    turns = 0

    def consume(events: list[Event]) -> None:
        taken.extend(events)
        give_up_at = time.monotonic() + BUDGET_SECONDS
        while time.monotonic() < give_up_at:
            pass

    queue = EventQueue(consume)
    for number in range(2_000):
        queue.put(numbered(number))
    async with asyncio.timeout(10):
        while len(taken) < 2_000:
            await asyncio.sleep(0)
            turns += 1
    assert turns > 8


async def test_the_team_waits_while_the_screen_has_enough_to_do() -> None:
    taken: list[Event] = []
    queue = EventQueue(taken.extend)
    assert not queue.is_full()
    queue.put(TextDelta(TELLER, "x" * (event_queue.ROOM_CHARACTERS + 1), 0.0))
    assert queue.is_full()
    await until(lambda: taken)
    assert not queue.is_full()
    for number in range(event_queue.ROOM_EVENTS + 1):
        queue.put(numbered(number))
    assert queue.is_full()
    await until(lambda: not queue.is_full())


async def test_an_event_after_the_loop_has_gone_is_dropped_quietly() -> None:
    queues: list[EventQueue] = []

    async def make() -> None:
        queues.append(EventQueue(lambda events: None))

    await asyncio.to_thread(lambda: asyncio.run(make()))
    queues[0].put(numbered(1))


async def test_an_error_while_consuming_does_not_lose_what_comes_after() -> None:
    taken: list[Event] = []
    queue = EventQueue(taken.extend)
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)

    def fail_once(events: list[Event]) -> None:
        queue._consume = taken.extend
        raise RuntimeError("a widget broke")

    queue._consume = fail_once
    for number in range(1_000):
        queue.put(numbered(number))
    await until(lambda: taken and taken[-1] == numbered(999))


async def test_who_is_in_a_hurry_waits_for_no_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_queue, "DRAIN_SECONDS", 3600)
    taken: list[Event] = []
    queue = EventQueue(taken.extend)
    queue.put(numbered(0))
    await until(lambda: len(taken) == 1)
    queue.put(numbered(1))
    await asyncio.sleep(0)
    assert len(taken) == 1
    queue.hurry()
    await until(lambda: len(taken) == 2)
    queue.put(numbered(2))
    await until(lambda: len(taken) == 3)
