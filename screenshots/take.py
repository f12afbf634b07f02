"""Takes the pictures of the README, and its film: ``make screenshots``.

All are of real runs of the embedded model, but for two that it cannot give: a question of the
team, and a page of Markdown, which are scripted (`screenshots.scenes`).
"""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from screenshots.camera import TITLE, filming, picture_of
from screenshots.picture import Picture, read
from screenshots.recording import animate, framed
from screenshots.shots import DIRECTION, PROMPT, SHOTS, exported, shown
from tui.config.settings import Settings
from tui.config.sources import load
from tui.config.which_model import writing_model
from tui.control.run_builder import RunBuilder
from tui.control.worker_run import WorkerPool
from tui.history import History
from tui.run.protocol import RunRequest
from tui.run.summary import Summary
from tui.screen.app import StoryApp
from tui.screen.preferences import Preferences
from tui.screen.theme import DARK, LIGHT

FOLDER = Path(__file__).parent
WAIT_SECONDS = 120.0
FILM, WIDE, NARROW = (114, 30), (120, 36), (80, 24)
RESULTS_SECONDS, GOING_ON_SECONDS = 2.5, 4.0
"""How long the film shows the results, and how long it watches the story go on."""
OTHERS = ("a cat who wants to fly", "the last bookshop on the moon")
"""Stories that stand in the history already."""


class AppMaker:
    """What every picture is taken with: the engine, and a history that fills."""

    def __init__(self, settings: Settings, history: History) -> None:
        self._pool = WorkerPool(settings, is_for_screen=True)
        self._builder = RunBuilder(settings, history, self._pool)
        self._settings = settings
        self._history = history

    def app(self, prompt: str = PROMPT, theme: str = DARK.name) -> StoryApp:
        """Return an app that begins with this prompt."""
        return StoryApp(
            self._builder.make_run,
            RunRequest(prompt),
            self._history,
            hint=writing_model(self._settings).hint,
            preferences=Preferences(theme=theme),
        )

    def close(self) -> None:
        """Stop the engine and the spare worker."""
        self._builder.close()
        self._pool.close()


async def film(maker: AppMaker) -> None:
    """A story is stopped, and goes on with a direction."""
    app = maker.app()
    async with app.run_test(size=FILM) as pilot:
        # To start the engine takes a while in which nothing is to be seen.
        await until(lambda: app.runs.state.started_at is not None)
        await filmed(app, pilot)
    app.runs.join(5)


async def filmed(app: StoryApp, pilot: Pilot[Summary | None]) -> None:
    """Film the run that has just begun, and save the film."""
    async with filming(app, pilot) as camera:
        await written(app, 150)
        still_at = camera.seconds
        camera.show_key("c")
        camera.look()
        # The frame is taken before the loop turns: a few milliseconds later it has ended.
        app.action_cancel()
        camera.look()
        await until(lambda: app.runs.summary is not None)
        await asyncio.sleep(RESULTS_SECONDS)
        await camera.press("enter", "Enter")
        await camera.type(DIRECTION)
        await camera.press("enter", "Enter")
        await until(lambda: app.runs.summary is None)
        await until(lambda: app.runs.state.words > 0)
        await asyncio.sleep(GOING_ON_SECONDS)
        camera.look()
        seconds = camera.seconds + 1
    recording = animate(camera.frames, seconds, TITLE, still_at)
    (FOLDER / "recording.svg").write_text(recording)
    await pilot.press("c")
    await until(lambda: app.runs.summary is not None)


async def stills(maker: AppMaker) -> None:
    """The results, on a wide screen and on paper; going on; the history."""
    for prompt in OTHERS:
        await stopped_story(maker, prompt, 40)
    app = maker.app(theme=LIGHT.name)
    async with app.run_test(size=WIDE) as pilot:
        await written(app, 300)
        await pilot.press("c")
        await until(lambda: app.runs.summary is not None)
        await pilot.pause()
        save(picture_of(app), "results")
        await pilot.press("enter", *DIRECTION, "enter")
        await until(lambda: app.runs.summary is None)
        await written(app, 60)
        await pilot.press("c")
        await until(lambda: app.runs.summary is not None)
        await pilot.pause()
        await pilot.press("escape")
        app.theme = DARK.name
        await pilot.pause()
        save(picture_of(app), "going-on")
        await pilot.press("h")
        await until(lambda: "Afraid" in picture_of(app).text or "fly" in picture_of(app).text)
        await pilot.pause()
        save(picture_of(app), "history")
    app.runs.join(5)


async def narrow(maker: AppMaker) -> None:
    """A terminal of 80 columns, while it writes."""
    app = maker.app("two rival bakers who have to share one oven")
    async with app.run_test(size=NARROW) as pilot:
        await written(app, 120)
        save(picture_of(app), "narrow")
        await pilot.press("c")
        await until(lambda: app.runs.summary is not None)
    app.runs.join(5)


async def scripted() -> None:
    """What the embedded model cannot give."""
    for name in ("paused", "page"):
        async with shown(SHOTS[name], NARROW) as (app, pilot):
            save(read(await exported(app, pilot)), name)


async def stopped_story(maker: AppMaker, prompt: str, words: int) -> None:
    """Write a story for the history."""
    app = maker.app(prompt)
    async with app.run_test(size=NARROW) as pilot:
        await written(app, words)
        await pilot.press("c")
        await until(lambda: app.runs.summary is not None)
    app.runs.join(5)


async def written(app: StoryApp, words: int) -> None:
    """Wait until the run has written so much."""
    await until(lambda: app.runs.state.words > words)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for a condition; a model that says nothing for long is an error."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not is_so():  # noqa: ASYNC110 - the app has no event for it
            await asyncio.sleep(0.02)


def save(picture: Picture, name: str) -> None:
    """Save a picture in its window."""
    (FOLDER / f"{name}.svg").write_text(framed(picture, TITLE))


async def take_all(maker: AppMaker) -> None:
    """Take everything."""
    await scripted()
    await film(maker)
    await stills(maker)
    await narrow(maker)


def main() -> None:
    """Take all pictures in a colour terminal, whatever the caller's is."""
    os.environ.pop("NO_COLOR", None)
    settings = load({"local": True, "auto_cancel": 60})
    with TemporaryDirectory() as folder:
        history = History(Path(folder) / "history.db")
        maker = AppMaker(settings, history)
        try:
            asyncio.run(take_all(maker))
        finally:
            maker.close()
            history.close()
    sys.stdout.write(f"Pictures are in {FOLDER}\n")


if __name__ == "__main__":
    main()
