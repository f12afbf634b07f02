"""How a person finds the way: footer, help, menu, and the mouse."""

import time

import pytest
from textual.events import Key
from textual.widgets import OptionList

from tests.harness.stage import Stage, staged
from tests.harness.waiting import until
from tui.run.reasons import Reason
from tui.screen.keys import BINDINGS
from tui.screen.screens.help import HelpScreen
from tui.screen.screens.menu import Menu
from tui.screen.widgets.countdown import Countdown
from tui.screen.widgets.results import ResultsPanel
from tui.screen.widgets.status_bar import StatusBar

SIZES = [(60, 16), (80, 24), (120, 40), (200, 60)]


def footer(stage: Stage) -> str:
    return stage.screen.splitlines()[-1]


@pytest.mark.parametrize("size", SIZES)
async def test_the_footer_shows_first_what_is_needed_most(size: tuple[int, int]) -> None:
    async with staged(size) as stage:
        stage.run.begin(auto_cancel=60)
        stage.run.write("Once upon a time")
        needed = ("c Cancel", "t Tell", "x Stop one", "space Hold", "? Help", "^p Menu", "q Quit")
        for key in (*needed, "+ +10s", "- -10s") if size[0] > 60 else needed:
            await stage.shows(key)
            assert key in footer(stage)
        if size[0] > 80:
            await stage.shows("y Copy")
        stage.run.end()
        await stage.shows("Results", "Go on")
        await stage.shows("r Again", "n New", "h History", "? Help", "^p Menu", "q Quit", "y Copy")


@pytest.mark.parametrize("key", ["ctrl+p", "ctrl+t"])
@pytest.mark.parametrize("lives", [True, False])
async def test_a_menu_bears_a_quick_hand(key: str, lives: bool) -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("Once upon a time")
        if not lives:
            stage.run.end()
            await stage.shows("Results")
        await stage.pilot.press(key)
        for _ in range(3):
            stage.app.post_message(Key("enter", None))
        stage.app.post_message(Key("escape", None))
        await stage.pilot.press("escape")
        await stage.shows("Once upon a time")


async def test_the_help_bears_a_terminal_of_ten_columns() -> None:
    async with staged() as stage:
        await stage.pilot.press("question_mark")
        await stage.pilot.resize_terminal(10, 3)
        await stage.pilot.resize_terminal(120, 40)
        await stage.shows("A leader hands the work")


@pytest.mark.parametrize("size", SIZES)
async def test_the_help_is_grouped_scrolls_and_closes(size: tuple[int, int]) -> None:
    async with staged(size) as stage:
        stage.run.begin()
        await stage.pilot.press("question_mark")
        await stage.shows("Help", "A leader hands the work", "While it writes", "esc closes")
        seen = stage.screen
        for _ in range(12):
            await stage.pilot.press("pagedown")
            await stage.pilot.pause()
            seen += stage.screen
        for said in ("When it has ended", "Reading", "Anywhere", "choose a theme"):
            assert said in seen
        await stage.pilot.press("question_mark")
        assert not isinstance(stage.app.screen, HelpScreen)
        await stage.pilot.press("f1", "escape")
        assert not isinstance(stage.app.screen, HelpScreen)
        assert not stage.run.reasons


async def test_the_help_says_something_of_every_key() -> None:
    async with staged((120, 100)) as stage:
        await stage.pilot.press("question_mark")
        screen = await stage.shows("Anywhere")
        for binding in BINDINGS:
            assert stage.app.dialogs.keys_of(binding).split()[0] in screen, binding.id


@pytest.mark.parametrize("opener", ["question_mark", "ctrl+p", "ctrl+t"])
@pytest.mark.parametrize("key", ["c", "ctrl+c"])
async def test_c_cancels_through_whatever_lies_on_top_and_shows_the_results(
    opener: str, key: str
) -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("Once")
        await stage.pilot.press(opener, key)
        await stage.shows("■ cancelled", "Results")
        assert stage.run.reasons == [Reason.USER]
        assert len(stage.app.screen_stack) == 1


async def test_q_closes_the_help_but_ctrl_q_leaves() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.pilot.press("question_mark", "q")
        assert stage.app.is_running
        assert not stage.run.reasons
        await stage.pilot.press("question_mark", "ctrl+q")
        await until(lambda: not stage.app.is_running)
        assert stage.run.reasons == [Reason.QUIT]


async def test_the_menu_of_a_living_run_begins_with_its_end_and_has_no_input() -> None:
    async with staged() as stage:
        stage.run.begin(auto_cancel=60)
        await stage.pilot.press("ctrl+p")
        screen = await stage.shows("Stop the run at once", "Give the run ten seconds more")
        assert isinstance(stage.app.screen, Menu)
        assert stage.app.screen.query_one(OptionList).highlighted == 0
        assert "Write another story" not in screen
        assert "Allow what the team asks for" not in screen
        await stage.pilot.press("enter")
        await until(lambda: stage.run.reasons)


async def test_what_is_chosen_in_the_menu_is_done() -> None:
    async with staged() as stage:
        stage.run.begin(auto_cancel=60)
        await stage.pilot.press("ctrl+p", *["down"] * 3, "enter")
        await until(lambda: stage.run.holds == 1)
        assert not stage.run.reasons


async def test_after_the_run_the_palette_finds_what_can_be_done() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("Once")
        stage.run.end()
        await stage.shows("Results")
        await stage.pilot.press("ctrl+p")
        screen = await stage.shows("Go on from where it stopped", "Save the story as Markdown")
        assert "Stop the run at once" not in screen
        await stage.pilot.press(*"again")
        await stage.pilot.pause()
        await stage.shows("Run the same prompt")
        await stage.pilot.press("enter", "enter")
        await until(lambda: len(stage.runs) == 2)


async def test_nothing_is_left_on_top_when_a_run_begins() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.end()
        await stage.shows("Results")
        await stage.pilot.press("ctrl+p")
        assert isinstance(stage.app.screen, Menu)
        stage.app.action_run_again()
        await until(lambda: len(stage.runs) == 2)
        await stage.pilot.press("c")
        await until(lambda: stage.run.reasons)


async def test_the_mouse_holds_the_countdown_opens_the_menu_and_closes_the_results() -> None:
    async with staged() as stage:
        stage.run.begin(auto_cancel=60)
        await stage.shows("left")
        await stage.pilot.click(Countdown)
        assert stage.run.holds == 1
        await stage.pilot.click(StatusBar)
        await stage.shows("What shall be done?")
        await stage.pilot.press("escape")
        stage.run.end()
        await stage.shows("Results")
        await stage.pilot.click(ResultsPanel, offset=(4, 0))
        assert not stage.app.query_one(ResultsPanel).has_class("-shown")


async def test_a_key_in_the_footer_can_be_clicked() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.shows("c Cancel")
        await stage.pilot.click(offset=(footer(stage).index("Cancel"), stage.app.size.height - 1))
        await stage.shows("■ cancelled")


async def test_the_overlay_can_be_closed_with_the_mouse() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.pilot.press("question_mark")
        lines = (await stage.shows("esc closes")).splitlines()
        row = next(y for y, line in enumerate(lines) if "esc closes" in line)
        await stage.pilot.click(offset=(lines[row].index("esc closes") + 2, row))
        await until(lambda: not isinstance(stage.app.screen, HelpScreen))


async def test_a_click_beside_the_overlay_closes_it_and_one_inside_does_not() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.pilot.press("ctrl+p")
        await stage.shows("Stop the run at once")
        await stage.pilot.click("#box", offset=(0, 0))
        assert isinstance(stage.app.screen, Menu)
        await stage.pilot.click(offset=(2, 2))
        await until(lambda: not isinstance(stage.app.screen, Menu))
        assert not stage.run.reasons


async def test_cancelling_is_said_before_the_overlay_is_gone() -> None:
    async with staged(obeys=False) as stage:
        stage.run.begin()
        await stage.pilot.press("question_mark")
        started_at = time.monotonic()
        await stage.pilot.press("c")
        await stage.shows("Cancelling")
        assert time.monotonic() - started_at < 1
