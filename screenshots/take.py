"""Takes the pictures of the README from real runs of the embedded model: ``make screenshots``."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

from tui.app import StoryApp
from tui.events import Event
from tui.prepare import TeamMaker
from tui.run import Run
from tui.runner import StoryRun
from tui.settings import load

PROMPT = "a lighthouse keeper who is afraid of the dark"
FOLDER = Path(__file__).parent
WAIT_SECONDS = 120.0
WIDE, NARROW = (120, 36), (80, 24)


async def take_all(team_maker: TeamMaker, model: str) -> None:
    """One run per size: writing, cancelling, results, and the narrow screen."""

    def make_run(publish: Callable[[Event], None]) -> Run:
        return StoryRun(PROMPT, team_maker, publish, model=model, auto_cancel=60)

    for size, prefix in ((WIDE, ""), (NARROW, "narrow-")):
        app = StoryApp(make_run, prompt=PROMPT)
        async with app.run_test(size=size) as pilot:
            await until(lambda: app.run_state.words > 110)  # noqa: B023 - awaited here
            save(app, f"{prefix}writing")
            # The picture is taken before the loop turns: a few milliseconds later it has ended.
            app.action_cancel()
            save(app, f"{prefix}cancelling")
            await until(lambda: app.summary is not None)  # noqa: B023
            await pilot.pause()
            save(app, f"{prefix}results")
        app.join_run(5)


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
    settings = load({"local": True})
    team_maker = TeamMaker(settings)
    try:
        asyncio.run(take_all(team_maker, settings.model_label))
    finally:
        team_maker.close()
    sys.stdout.write(f"Pictures are in {FOLDER}\n")


if __name__ == "__main__":
    main()
