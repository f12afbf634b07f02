"""Draws every state at every size, to be looked at: ``python -m screenshots.gallery FOLDER``.

The states are scripted, so it takes no model. ``--scene``, ``--size`` and ``--theme`` choose some.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from screenshots.scenes import MODEL, RUN_ID, SCENES, Scene
from tui.events import Reason
from tui.history import History
from tui.run import Publish, RunRequest
from tui.screen.app import StoryApp
from tui.summary import Summary

PROMPT = "a lighthouse keeper who is afraid of the dark"
SIZES = ("60x16", "80x24", "120x20", "120x40", "200x60")
THEMES = ("textual-dark", "textual-light")


class SceneRun:
    """A run that publishes the events of a scene, and nothing else."""

    run_id = RUN_ID
    model = MODEL
    story_id: str | None = "7k2m"

    def __init__(self, scene: Scene, publish: Publish) -> None:
        self._scene = scene
        self._publish = publish

    def start(self) -> None:
        """Publish all of it."""
        for event in self._scene.events:
            self._publish(event)

    def cancel(self, reason: Reason) -> bool:
        """Nothing is running."""
        return False

    def move_deadline(self, by_seconds: float) -> None:
        """The clock stands still."""

    def toggle_hold(self) -> None:
        """The clock stands still."""

    def answer(self, question_id: str, answer: bool | str) -> None:
        """Nobody asks."""

    def join(self, timeout: float) -> bool:
        """There are no threads."""
        return True


async def draw(name: str, sizes: Sequence[str], themes: Sequence[str], folder: Path) -> None:
    """Draw one scene at these sizes and in these themes."""
    scene = SCENES[name]()
    with TemporaryDirectory() as home:
        history = History(Path(home) / "history.db")
        app = StoryApp(
            lambda _request, publish: SceneRun(scene, publish),
            RunRequest(PROMPT),
            history,
            clock=lambda: scene.now,
        )
        async with app.run_test(size=_cells(sizes[0]), notifications=True) as pilot:
            await until_still(app, pilot)
            for theme in themes:
                app.theme = theme
                for size in sizes:
                    await pilot.resize_terminal(*_cells(size))
                    picture = await until_still(app, pilot)
                    (folder / f"{name}-{size}-{theme}.svg").write_text(picture)
        history.close()


async def until_still(app: StoryApp, pilot: Pilot[Summary | None]) -> str:
    """Return the picture when it does not change any more."""
    before, picture = "", "-"
    while before != picture:
        await asyncio.sleep(0.12)
        await pilot.pause()
        before, picture = picture, app.export_screenshot(title="storyteam-tui")
    return picture


def _cells(size: str) -> tuple[int, int]:
    columns, rows = size.split("x")
    return int(columns), int(rows)


def main() -> None:
    """Draw what the options choose."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scene", action="append", choices=SCENES, metavar="NAME")
    parser.add_argument("--size", action="append", metavar="COLUMNSxROWS")
    parser.add_argument("--theme", action="append", metavar="NAME")
    options = parser.parse_args()
    os.environ.pop("NO_COLOR", None)
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.scene or SCENES:
        asyncio.run(draw(name, options.size or SIZES, options.theme or THEMES, options.folder))
    sys.stdout.write(f"Pictures are in {options.folder}\n")


if __name__ == "__main__":
    main()
