"""Telling the team something while it works: the line, what waits, and what becomes of it."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.harness.scripted import TELLER
from tests.harness.stage import Stage, staged
from tests.harness.waiting import until
from tui.history import History
from tui.run.events import CancelRequested, Outcome, RunEnded, RunStarted, TextDelta
from tui.run.protocol import RunRequest
from tui.run.reasons import Reason
from tui.story.telling import MOST_CHARACTERS


@asynccontextmanager
async def writing(tmp_path: Path, *, obeys: bool = True) -> AsyncIterator[Stage]:
    """A team at work on a story that is on the disk as well."""
    history = History(tmp_path / "history.db")
    async with staged(history=history, obeys=obeys) as stage:
        recorder = history.record("a cat", model="test-model")
        for event in (RunStarted("run-1", "test-model", 0.0), TextDelta(TELLER, "Once upon", 0.0)):
            recorder.put(event)
        stage.run.story_id = stage.app.runs.state.story_id = recorder.story_id
        stage.run.begin()
        stage.run.write("Once upon")
        await stage.shows("Once upon", "t Tell")
        yield stage


async def second(stage: Stage) -> RunRequest:
    await until(lambda: len(stage.runs) == 2)
    return stage.requests[1]


async def type_in(stage: Stage, text: str, end: str) -> None:
    await stage.pilot.press("t")
    await stage.shows("Tell the team:", "Tab: when this is done")
    await stage.pilot.press(*text, end)


async def test_enter_stops_keeps_and_goes_on_with_the_direction_in_one_stroke(
    tmp_path: Path,
) -> None:
    async with writing(tmp_path) as stage:
        await type_in(stage, "cccc", "enter")
        request = await second(stage)
        assert stage.runs[0].reasons == [Reason.TELL]
        assert (request.direction, request.story_so_far) == ("cccc", "Once upon")
        screen = await stage.shows("waiting: cccc")
        assert "delivered" not in screen
        assert "Results" not in screen
        stage.run.begin()
        await stage.shows("✔ delivered: cccc")
        stage.run.end()
        await stage.shows("Results")


async def test_tab_waits_for_the_end_and_two_messages_go_together(tmp_path: Path) -> None:
    async with writing(tmp_path) as stage:
        await type_in(stage, "rain", "tab")
        await stage.shows("◷ waiting: rain")
        await type_in(stage, "snow", "tab")
        await stage.shows("◷ waiting: rain", "◷ waiting: snow")
        assert not stage.run.reasons
        stage.run.end()
        assert (await second(stage)).direction == "rain\nsnow"
        await stage.shows("◷ waiting: rain", "◷ waiting: snow")
        stage.run.begin()
        await stage.shows("✔ delivered: rain", "✔ delivered: snow")


async def test_a_message_is_dropped_when_the_run_is_cancelled_or_fails(tmp_path: Path) -> None:
    for outcome, why in ((None, "you asked for it"), (Outcome.ERROR, "the run failed")):
        async with writing(tmp_path / why) as stage:
            await type_in(stage, "rain", "tab")
            await stage.shows("waiting: rain")
            if outcome:
                stage.run.end(outcome, "It broke.")
            else:
                await stage.pilot.press("c")
            await stage.shows(f"✖ dropped, because {why}: rain", "Results")
            assert len(stage.runs) == 1
            await stage.pilot.press("r")
            await until(lambda: "dropped" not in stage.screen)


async def test_a_message_whose_passage_never_begins_is_dropped(tmp_path: Path) -> None:
    async with writing(tmp_path) as stage:
        await type_in(stage, "rain", "enter")
        await second(stage)
        await stage.pilot.press("c")
        await stage.shows("✖ dropped, because you asked for it: rain")


async def test_a_message_that_waits_is_taken_back_into_the_line(tmp_path: Path) -> None:
    async with writing(tmp_path) as stage:
        for text in ("rain", "snow"):
            await type_in(stage, text, "tab")
        await stage.pilot.press("t", "up")
        await until(lambda: stage.app.main_screen.ask_bar.field.value == "snow")
        assert "waiting: snow" not in stage.screen
        await stage.pilot.press("x", "tab")
        await stage.shows("waiting: rain", "waiting: snowx")


async def test_the_line_has_the_keyboard_until_esc_and_ctrl_c_still_cancels(
    tmp_path: Path,
) -> None:
    async with writing(tmp_path) as stage:
        await stage.pilot.press("t", "c", "t", "escape")
        await until(lambda: "Tell the team" not in stage.screen)
        assert not stage.run.reasons
        await stage.pilot.press("t", "ctrl+c")
        await until(lambda: stage.run.reasons == [Reason.USER])


async def test_an_empty_line_tells_nothing(tmp_path: Path) -> None:
    async with writing(tmp_path) as stage:
        for end in ("enter", "tab"):
            await type_in(stage, "", end)
        await until(lambda: "Tell the team" not in stage.screen)
        assert not stage.run.reasons
        assert not stage.app.teller.messages


async def test_what_was_typed_while_the_run_ended_still_goes_on(tmp_path: Path) -> None:
    async with writing(tmp_path) as stage:
        await stage.pilot.press("t", *"rain")
        stage.run.end()
        await stage.shows("Results", "Tell the team: rain")
        await stage.pilot.press("enter")
        assert (await second(stage)).direction == "rain"


async def test_a_half_typed_line_stays_when_the_next_passage_begins(tmp_path: Path) -> None:
    async with writing(tmp_path) as stage:
        await type_in(stage, "rain", "tab")
        await stage.pilot.press("t", *"sno")
        stage.run.end()
        await second(stage)
        stage.run.begin()
        await stage.pilot.press("w", "tab")
        await stage.shows("✔ delivered: rain", "◷ waiting: snow")


async def test_a_cancel_that_came_first_wins_over_a_message(tmp_path: Path) -> None:
    async with writing(tmp_path, obeys=False) as stage:
        await stage.pilot.press("t", *"rain")
        stage.run.cancel(Reason.COUNTDOWN)
        await stage.pilot.press("enter")
        await stage.shows("waiting: rain")
        stage.run.tell(CancelRequested(Reason.COUNTDOWN, 0.0), RunEnded(Outcome.CANCELLED, 1.0))
        await stage.shows("✖ dropped, because the countdown ran out: rain")


async def test_a_line_of_a_megabyte_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async with writing(tmp_path) as stage:
        await stage.pilot.press("t")
        field = stage.app.main_screen.ask_bar.field
        before = time.monotonic()
        field.insert_text_at_cursor("a" * 1_000_000)
        assert time.monotonic() - before < 1
        await stage.shows(f"A line may have {MOST_CHARACTERS:,} characters.")
        assert not field.value


async def test_a_spare_worker_is_warmed_while_the_line_is_open(tmp_path: Path) -> None:
    async with writing(tmp_path) as stage:
        called: list[bool] = []
        stage.app.teller._get_ready = lambda: called.append(True)
        await stage.pilot.press("t")
        await until(lambda: called)
