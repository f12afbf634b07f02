"""Films the screen of a running app: looks at it several times a second, and at every key."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from screenshots.picture import Picture, read
from screenshots.recording import Frame
from tui.run.summary import Summary
from tui.screen.app import StoryApp

TITLE = "storyteam-tui"
LOOK_SECONDS = 0.15
KEY_SECONDS = 0.8
"""How long a key that was pressed is shown."""
AT_ONCE = 4
"""How many letters are typed before the next frame may be taken."""


class Camera:
    """Collects the frames; each key is pressed through it, so that it can be shown."""

    def __init__(self, app: StoryApp, pilot: Pilot[Summary | None]) -> None:
        self.frames: list[Frame] = []
        self._app = app
        self._pilot = pilot
        self._started_at = time.monotonic()
        self._key, self._key_at = "", 0.0

    @property
    def seconds(self) -> float:
        """How long the film is by now."""
        return time.monotonic() - self._started_at

    def look(self) -> None:
        """Take a frame."""
        at = self.seconds
        key = self._key if at - self._key_at < KEY_SECONDS else ""
        self.frames.append(Frame(at, picture_of(self._app), key))

    def show_key(self, key: str) -> None:
        """Show from now on that this key was pressed."""
        self._key, self._key_at = key, self.seconds

    async def press(self, key: str, shown: str) -> None:
        """Press a key."""
        self.show_key(shown)
        await self._pilot.press(key)
        self.look()

    async def type(self, text: str) -> None:
        """Type like a person who knows what to say."""
        keys = ["space" if letter == " " else letter for letter in text]
        for start in range(0, len(keys), AT_ONCE):
            await self._pilot.press(*keys[start : start + AT_ONCE])

    async def roll(self) -> None:
        """Look on and on."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_SECONDS)


def picture_of(app: StoryApp) -> Picture:
    """Return what the screen shows now."""
    return read(app.export_screenshot(title=TITLE))


@asynccontextmanager
async def filming(app: StoryApp, pilot: Pilot[Summary | None]) -> AsyncIterator[Camera]:
    """Film until the block is left."""
    camera = Camera(app, pilot)
    rolling = asyncio.create_task(camera.roll())
    try:
        yield camera
    finally:
        rolling.cancel()
