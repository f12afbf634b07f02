"""Takes the pictures of the README from real runs of the embedded model: ``make screenshots``."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tui.config.sources import load
from tui.history import History
from tui.run import RunRequest
from tui.screen.app import StoryApp
from tui.studio import Studio

REQUEST = RunRequest("a lighthouse keeper who is afraid of the dark")
DIRECTION = "now let a storm break the lamp"
FOLDER = Path(__file__).parent
WAIT_SECONDS = 120.0
WIDE, NARROW = (120, 36), (80, 24)


async def take_all(studio: Studio, history: History, hint: str) -> None:
    """One story per size: writing, cancelling, results; then going on, and the history."""
    for size, prefix in ((NARROW, "narrow-"), (WIDE, "")):
        app = StoryApp(studio.make_run, REQUEST, history, hint=hint)
        async with app.run_test(size=size) as pilot:
            await written(app, 110)
            save(app, f"{prefix}writing")
            # The picture is taken before the loop turns: a few milliseconds later it has ended.
            app.action_cancel()
            save(app, f"{prefix}cancelling")
            await until(lambda: app.summary is not None)  # noqa: B023 - awaited here
            await pilot.pause()
            save(app, f"{prefix}results")
            if not prefix:
                await pilot.press("enter", *DIRECTION, "enter")
                await until(lambda: app.summary is None)  # noqa: B023
                await written(app, 90)
                save(app, "going-on")
                await pilot.press("c")
                await until(lambda: app.summary is not None)  # noqa: B023
                await pilot.press("h")
                await pilot.pause()
                await until(lambda: "afraid" in app.export_screenshot())  # noqa: B023
                save(app, "history")
        app.join_run(5)


async def written(app: StoryApp, words: int) -> None:
    """Wait until the run has written so much."""
    await until(lambda: app.run_state.words > words)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for a condition; a model that says nothing for long is an error."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not is_so():  # noqa: ASYNC110 - the app has no event for it
            await asyncio.sleep(0.02)


def save(app: StoryApp, name: str) -> None:
    """Save what the screen shows now."""
    (FOLDER / f"{name}.svg").write_text(app.export_screenshot(title="storyteam-tui"))


def main() -> None:
    """Take all pictures in a colour terminal, whatever the caller's is."""
    os.environ.pop("NO_COLOR", None)
    settings = load({"local": True, "auto_cancel": 60})
    with TemporaryDirectory() as folder:
        history = History(Path(folder) / "history.db")
        studio = Studio(settings, history)
        try:
            asyncio.run(take_all(studio, history, settings.model_hint))
        finally:
            studio.close()
    sys.stdout.write(f"Pictures are in {FOLDER}\n")


if __name__ == "__main__":
    main()
