"""The app on a terminal of two kinds: what it writes, beside what Textual would have written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from textual import events
from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.screen import Screen

from tests.harness.scripted import ScriptedRun
from tests.harness.waiting import until
from tests.screen.drawing.emulator import Emulator
from tui.history import History
from tui.run.protocol import RunRequest
from tui.screen import app
from tui.screen.app import StoryApp
from tui.screen.drawing.driver import announcing

COLUMNS, ROWS = 100, 30


class Written(HeadlessDriver):
    """Draws on an emulator."""

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        app = self._app
        assert isinstance(app, WatchedApp)
        app.ours.write(data)
        app.written += len(data.encode())


class WatchedApp(StoryApp):
    """Compares both pictures after every frame."""

    CSS_PATH = str(Path(app.__file__).with_name("app.tcss"))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        self.ours, self.theirs = Emulator(COLUMNS, ROWS), Emulator(COLUMNS, ROWS)
        self.differing: list[str] = []
        """The rows of frames that do not style as Textual's own."""
        self._is_whole = False
        self.frames = self.written = self.theirs_written = 0
        """Frames so far, and the bytes of both."""
        super().__init__(*arguments, **more)

    def get_driver_class(self) -> type[Driver]:
        return announcing(Written, self._terminal_is_blank)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        is_written = not self._batch_count and self._running
        update: object = renderable
        if isinstance(update, CompositorUpdate) and is_written:
            data = update.render_segments(self.console)
            self.theirs.write(data)
            self.theirs_written += len(data.encode())
        super()._display(screen, renderable)
        self.frames += 1
        terminal = self.ours.screen
        # A frame that was drawn before the terminal had another size does not fit any more.
        rows = self.ours.take_changed() | self.theirs.take_changed()
        if screen._compositor.size != (terminal.columns, terminal.lines):
            self._is_whole = False
        elif not self._is_whole and isinstance(renderable, LayoutUpdate):
            self._is_whole = True
            rows = set(range(terminal.lines))
        if self._is_whole:
            self.differing += [
                f"frame {self.frames}, row {y}: {terminal.display[y]!r}"
                for y in sorted(rows)
                if self.ours.row(y) != self.theirs.row(y)
            ]

    @property
    def text(self) -> str:
        """What a person reads."""
        return "\n".join(self.ours.screen.display)

    def resize(self, columns: int, rows: int) -> None:
        """Be a terminal of another size, on which nothing is right any more."""
        self._is_whole = False
        for emulator in (self.ours, self.theirs):
            emulator.screen.resize(rows, columns)
            emulator.screen.erase_in_display(2)
        self.post_message(events.Resize(size := Size(columns, rows), size))


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[tuple[WatchedApp, ScriptedRun]]:
    """Run the app with a run that the test scripts."""
    runs: list[ScriptedRun] = []

    def make_run(_request: RunRequest, publish: Any) -> ScriptedRun:
        runs.append(ScriptedRun(publish))
        return runs[-1]

    history = History(folder / "history.db")
    watched_app = WatchedApp(make_run, RunRequest("a cat"), history)
    running = asyncio.create_task(watched_app.run_async(size=(COLUMNS, ROWS)))
    try:
        await until(lambda: runs and watched_app.frames)
        with watched_app._context():
            yield watched_app, runs[-1]
    finally:
        watched_app.exit()
        await running
        await asyncio.to_thread(history.close, 2)
