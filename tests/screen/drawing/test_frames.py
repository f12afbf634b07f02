"""The whole app on an emulator: each frame leaves the picture that Textual's own would leave."""

import asyncio
from pathlib import Path
from random import Random

import pytest
from textual.pilot import Pilot

from tests.harness.scripted import EDITOR, TELLER, ScriptedRun
from tests.harness.waiting import until
from tests.screen.drawing.watched import COLUMNS, ROWS, WatchedApp, watched
from tests.servers import prose
from tests.servers.prose import deltas_of
from tui.run.summary import Summary

KEYS = ("pageup", "pagedown", "up", "down", "g", "G", "m", "f", "p", "question_mark", "escape",
        "ctrl+p", "tab", "plus", "space")  # fmt: skip
BLOCKS = (
    "## The lamp\n\n",
    "> wind\n\n",
    "- rope\n",
    "猫と月。",
    "**bold** ",
    "e\u0301t\u00e9 ",
    "\n\n",
)
SIZES = ((COLUMNS, ROWS), (60, 16), (130, 44), (80, 24))


async def play(
    random: Random, app: WatchedApp, pilot: Pilot[Summary | None], run: ScriptedRun
) -> None:
    """Do one thing that changes the screen, and let it be drawn."""
    frames = app.frames
    match random.randrange(6):
        case 0:
            await pilot.press(random.choice(KEYS))
        case 1:
            app.resize(*random.choice(SIZES))
            await pilot.pause()
        case _:
            speaker = random.choice((TELLER, TELLER, EDITOR))
            text = prose(random.randint(1, 90), str(random.random()))
            run.write(f"{text} {random.choice(BLOCKS)}", speaker)
            await until(lambda: app.frames > frames or app.screen is not app.main_screen)


@pytest.mark.parametrize("seed", range(2))
async def test_every_frame_of_a_run_is_that_of_textual(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    async with watched(tmp_path) as (app, run):
        pilot = Pilot(app)
        run.begin(auto_cancel=600)
        for _ in range(60):
            await play(random, app, pilot, run)
            assert not app.differing
        run.end()
        await until(lambda: app.runs.summary)
        await pilot.press("c", "escape", "escape")
        assert not app.differing
        assert app.frames > 60


async def test_a_word_costs_few_bytes(tmp_path: Path) -> None:
    async with watched(tmp_path) as (app, run):
        run.begin(auto_cancel=600)
        run.write(prose(600))
        await until(lambda: app.runs.state.words == 600)
        await Pilot(app).pause()
        before, theirs = app.written, app.theirs_written
        words = deltas_of(f" {prose(300, 'more')}", 4)
        for delta in words:
            frames = app.frames
            run.write(delta)
            await until(lambda: app.frames > frames)  # noqa: B023
        assert app.written - before < 120 * 300
        assert app.written - before < (app.theirs_written - theirs) / 3


async def test_a_terminal_that_was_cleared_is_painted_again(tmp_path: Path) -> None:
    async with watched(tmp_path) as (app, run):
        run.begin()
        run.write(f"{prose(300)} The end.")
        await until(lambda: "The end." in app.text)
        app.ours.write("\x1b[?1049h")
        assert not app.text.strip()
        assert app._driver
        app._driver.start_application_mode()
        await until(lambda: "storyteam" in app.text and "The end." in app.text)
        app.theirs.write("\x1b[?1049h")
        app.refresh()
        await until(lambda: app.theirs.picture == app.ours.picture)


async def test_a_size_that_was_there_for_a_moment_paints_everything(tmp_path: Path) -> None:
    async with watched(tmp_path) as (app, run):
        run.begin()
        run.write(f"{prose(300)} The end.")
        await until(lambda: "The end." in app.text)
        app.resize(COLUMNS - 1, ROWS)
        # Until the app knows, and before its screens do.
        while app.size.width == COLUMNS:
            await asyncio.sleep(0)
        app.resize(COLUMNS, ROWS)
        await until(lambda: "storyteam" in app.text and "The end." in app.text)


async def footer_is_built(app: WatchedApp) -> None:
    """Wait for the footer's new keys: Textual draws nothing while they are being built."""
    await Pilot(app).pause()
    while app._batch_count:
        await asyncio.sleep(0)


async def test_the_word_is_on_the_terminal_when_the_key_is_dealt_with(tmp_path: Path) -> None:
    async with watched(tmp_path) as (app, run):
        run.begin()
        run.write(f"{prose(300)} The end.")
        await until(lambda: "The end." in app.text)
        assert "Cancelling" not in app.text
        await footer_is_built(app)
        app.action_cancel()
        assert "Cancelling" in app.text


async def test_the_outcome_is_on_the_terminal_before_the_results_are_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watched(tmp_path) as (app, run):
        run.begin()
        run.write("Once upon a time")
        await until(lambda: "Once upon a time" in app.text)
        headers: list[str] = []
        show_results = app.main_screen.show_results

        def show(summary: Summary) -> None:
            headers.append(app.text.splitlines()[0])
            show_results(summary)

        monkeypatch.setattr(app.main_screen, "show_results", show)
        await footer_is_built(app)
        app.action_cancel()
        await until(lambda: "Results" in app.text)
        assert [header.split()[-2:] for header in headers] == [["■", "cancelled"]]
