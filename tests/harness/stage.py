"""The app on its stage: Textual's Pilot at the keys, and runs that the test scripts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from tests.harness.scripted import ScriptedRun
from tests.harness.waiting import until
from tui.control.models import Models
from tui.history import History
from tui.run.protocol import Publish, RunRequest
from tui.run.summary import Summary
from tui.screen.app import StoryApp
from tui.screen.preferences import Preferences
from tui.screen.screens.greeting import GreetingScreen


@dataclass
class Stage:
    """The app on its stage, and the runs it has made."""

    app: StoryApp
    pilot: Pilot[Summary | None]
    runs: list[ScriptedRun]
    requests: list[RunRequest]

    @property
    def run(self) -> ScriptedRun:
        return self.runs[-1]

    @property
    def screen(self) -> str:
        """What a person reads."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines)

    async def shows(self, *texts: str) -> str:
        """Wait until all of this is on the screen."""

        def is_shown() -> bool:
            return all(text in self.screen for text in texts)

        try:
            async with self.patience():
                while not is_shown():
                    await self.pilot.pause(0.005)
        except TimeoutError:
            raise AssertionError(f"{texts} not in\n{self.screen}") from None
        return self.screen

    @staticmethod
    def patience() -> "asyncio.Timeout":
        return asyncio.timeout(30)


@asynccontextmanager
async def staged(
    size: tuple[int, int] = (120, 40),
    *,
    once: bool = False,
    obeys: bool = True,
    request: RunRequest | None = None,
    history: History | None = None,
    preferences: Preferences | None = None,
    greeting: GreetingScreen | None = None,
    models: Models | None = None,
) -> AsyncIterator[Stage]:
    runs: list[ScriptedRun] = []
    requests: list[RunRequest] = []

    def make_run(request: RunRequest, publish: Publish) -> ScriptedRun:
        requests.append(request)
        runs.append(ScriptedRun(publish, obeys=obeys))
        return runs[-1]

    with TemporaryDirectory() as folder:
        history = history or History(Path(folder) / "history.db")
        request = request or RunRequest("a cat [bold]and[/] a dog")
        app = StoryApp(
            make_run,
            request,
            history,
            once=once,
            preferences=preferences,
            make_greeting=(lambda: greeting) if greeting else None,
            models=models,
        )
        async with app.run_test(size=size, notifications=True) as pilot:
            await until(lambda: runs or app.screen is greeting)
            yield Stage(app, pilot, runs, requests)
        history.close()


async def wait_for_size(stage: Stage, size: tuple[int, int]) -> None:
    await stage.pilot.resize_terminal(*size)
    await until(lambda: stage.app.main_screen.size == size)
    await stage.pilot.pause()
