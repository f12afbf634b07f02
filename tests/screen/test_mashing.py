"""Whatever is pressed, clicked or resized, in whatever order, the program goes on."""

import asyncio
import random

import pytest
from textual import events
from textual.geometry import Size

from tests.harness.scripted import TELLER
from tests.harness.stage import Stage, staged
from tui.run.events import Paused, Question, QuestionKind

KEYS = (
    "c", "a", "d", "r", "n", "h", "q", "m", "f", "v", "y", "s", "j", "k", "g", "G", "enter",
    "escape", "space", "question_mark", "f1", "ctrl+p", "ctrl+t", "ctrl+c", "ctrl+q", "plus",
    "minus", "slash", "up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab",
    "shift+tab", "backspace", "delete", "ctrl+r", "ctrl+d", "ctrl+y", "ctrl+s", "f2", "f3", "x",
    "\u0441", "ctrl+a", "ctrl+e", "ctrl+k", "ctrl+u", "ctrl+w",
)  # fmt: skip
LEAVING = {"q", "ctrl+q"}
SIZES = [(8, 2), (1, 1), (500, 100), (60, 16), (80, 24), (120, 40), (20, 5)]
TOGETHER = 6


def mash(stage: Stage, dice: random.Random) -> None:
    """Do one thing, without waiting for what comes of it."""
    app = stage.app
    width, height = app.size
    x, y = dice.randrange(max(1, width)), dice.randrange(max(1, height))
    match dice.randrange(12):
        case 0:
            size = Size(*dice.choice(SIZES))
            app._driver._size = tuple(size)  # type: ignore[union-attr]
            app.post_message(events.Resize(size, size))
        case 1 | 2:
            button = dice.choice([1, 2, 3])
            for kind in dice.sample([events.MouseDown, events.MouseUp, events.MouseMove], 3):
                app.post_message(
                    kind(None, x, y, 0, 0, button, False, False, False, screen_x=x, screen_y=y)
                )
        case 3:
            app.post_message(events.Paste(dice.choice(["", "pasted\ntext", "\x1b[31m", "猫" * 99])))
        case 4:
            for kind in (events.MouseScrollDown, events.MouseScrollUp):
                app.post_message(kind(None, x, y, 0, 1, 0, False, False, False))
        case 5:
            app.notify("something [happened", markup=False)
        case 6:
            happen(stage, dice)
        case _:
            key = dice.choice(KEYS)
            if key not in LEAVING:
                app.post_message(events.Key(key, key if len(key) == 1 else None))


def happen(stage: Stage, dice: random.Random) -> None:
    """Let the run go on."""
    run, state = stage.run, stage.app.runs.state
    if state.ended:
        return
    match dice.randrange(4):
        case 0:
            run.begin()
        case 1:
            run.write("Once upon a time " * dice.randrange(40))
        case 2:
            kind = dice.choice([*QuestionKind])
            run.tell(Paused((Question("1", kind, TELLER.name, "send(to='x')"),), 0.0))
        case 3:
            run.end()


@pytest.mark.parametrize("seed", range(4))
async def test_no_key_click_or_size_ends_the_program(seed: int) -> None:
    dice = random.Random(seed)
    async with staged() as stage:
        for _ in range(40):
            for _ in range(dice.randrange(1, TOGETHER)):
                mash(stage, dice)
            if dice.random() < 0.5:
                await stage.pilot.pause()
            else:
                await asyncio.sleep(0)
            assert stage.app._exception is None, repr(stage.app._exception)
        await stage.pilot.resize_terminal(120, 40)
        stage.app.main_screen.uncover()
        await stage.pilot.pause()
        assert "storyteam" in stage.screen
