"""From a worker thread to the screen: `python -m benchmarks.transport [--quick] [--markdown]`.

Three ways into a real headless app that shows the text, each in a process of its own: the
program's queue, `call_from_thread` per token, and a message per token. Flat out, and paced.
"""

import argparse
import asyncio
import json
import threading
import time
from collections.abc import Callable

from textual import events
from textual.app import App, ComposeResult
from textual.message import Message

from benchmarks.measure import LagProbe, Stopwatch, in_a_process_of_its_own, percentile, show, story
from tests.harness.waiting import until
from tui.run.events import Event, Speaker, TextDelta
from tui.screen.event_queue import EventQueue
from tui.screen.widgets.story_log import StoryLog

SIZE = (120, 40)
KEY_SECONDS = 0.02
TOKENS_PER_SECOND = 500
SPEAKER = Speaker("run", "StorytellerAgent")
PATIENCE_SECONDS = 120.0
OURS = "EventQueue"
Hand = Callable[[Event], object]


class Arrived(Message):
    """An event as a message of its own."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Bench(App[None]):
    """Shows what arrives, and notes when a key does."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = 0
        self.key_lags: list[float] = []
        self._pressed_at = 0.0

    def compose(self) -> ComposeResult:
        yield StoryLog()

    def on_mount(self) -> None:
        self.query_one(StoryLog).story.open(0, SPEAKER.name)
        self.set_interval(KEY_SECONDS, self._press)

    def take(self, arrived: list[Event]) -> None:
        text = "".join([event.text for event in arrived if isinstance(event, TextDelta)])
        self.query_one(StoryLog).story.append(0, text)
        self.arrived += len(arrived)

    def on_arrived(self, message: Arrived) -> None:
        self.take([message.event])

    def _press(self) -> None:
        if not self._pressed_at:
            self._pressed_at = time.perf_counter()
            self.post_message(events.Key("x", "x"))

    def on_key(self) -> None:
        self.key_lags.append(time.perf_counter() - self._pressed_at)
        self._pressed_at = 0.0


WAYS: dict[str, Callable[[Bench], Hand]] = {
    OURS: lambda app: EventQueue(app.take).put,
    "call_from_thread": lambda app: lambda event: app.call_from_thread(app.take, [event]),
    "post_message": lambda app: lambda event: app.post_message(Arrived(event)),
}


class Worker(threading.Thread):
    """Hands on a story, a token per event."""

    def __init__(self, hand: Hand, tokens: int, rate: float) -> None:
        super().__init__(daemon=True)
        self.cpu_seconds = 0.0
        self._hand, self._rate = hand, rate
        self._events = [TextDelta(SPEAKER, token, 0.0) for token in story(tokens)]

    def run(self) -> None:
        begin, before = time.perf_counter(), time.thread_time()
        for index, event in enumerate(self._events):
            self._hand(event)
            if self._rate:
                time.sleep(max(0.0, begin + (index + 1) / self._rate - time.perf_counter()))
        self.cpu_seconds = time.thread_time() - before


async def carry(way: str, tokens: int, rate: float) -> dict[str, float]:
    app = Bench()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        worker = Worker(WAYS[way](app), tokens, rate)
        async with LagProbe() as probe:
            watch = Stopwatch()
            worker.start()
            await until(lambda: app.arrived == tokens, PATIENCE_SECONDS)
            seconds, percent = watch.seconds, watch.cpu_percent
        worker.join()
    keys = dict(zip(("key_p50", "key_p99", "key_p100"), _percentiles(app.key_lags), strict=True))
    return {
        "rate": tokens / seconds,
        "worker": 1e6 * worker.cpu_seconds / tokens,
        "cpu": percent,
        **probe.summary(),
        **keys,
    }


def _percentiles(values: list[float]) -> list[float]:
    return [1000 * percentile(values, percent) for percent in (50, 99, 100)]


def report(tokens: dict[str, int], rate: int, repeats: int, markdown: bool) -> None:
    results = {way: _median(way, count, rate, repeats) for way, count in tokens.items()}
    ours = results[OURS]
    rows = [
        [
            way,
            f"{it['rate']:,.0f}",
            f"{ours['rate'] / it['rate']:.1f}x",
            f"{it['worker']:.2f}",
            f"{it['worker'] / ours['worker']:.0f}x",
            f"{it['cpu']:.1f}",
            *(f"{it[name]:.1f}" for name in ("lag_p99", "lag_p100", "key_p50", "key_p99")),
        ]
        for way, it in results.items()
    ]
    heads = ["events/s", "ours is", "worker µs/event", "of ours", "CPU %", "lag p99 ms", "max"]
    title = f"{rate} events a second" if rate else "Flat out"
    show(title, ["", *heads, "key p50 ms", "p99"], rows, markdown)


def _median(way: str, tokens: int, rate: int, repeats: int) -> dict[str, float]:
    arguments = (way, str(tokens), str(rate))
    results = [in_a_process_of_its_own("benchmarks.transport", *arguments) for _ in range(repeats)]
    return {name: percentile([each[name] for each in results], 50) for name in results[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer events, once")
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    parser.add_argument("--case", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        way, tokens, rate = options.case
        print(json.dumps(asyncio.run(carry(way, int(tokens), float(rate)))))
        return
    base, repeats = (2_000, 1) if options.quick else (10_000, 3)
    flat_out = {way: 50 * base if way == OURS else base for way in WAYS}
    report(flat_out, 0, repeats, options.markdown)
    seconds = 3 if options.quick else 10
    paced = dict.fromkeys(WAYS, TOKENS_PER_SECOND * seconds)
    report(paced, TOKENS_PER_SECOND, repeats, options.markdown)


if __name__ == "__main__":
    main()
