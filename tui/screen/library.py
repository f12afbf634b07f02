"""The stories on the disk: read one, save it, and offer those that were interrupted.

Threads wait for the disk. Errors are shown to the user, not raised.
"""

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import Any

from textual.app import App

from tui.errors import StoryteamError
from tui.history import History, Story
from tui.text.untrusted import clean_line

FLUSH_SECONDS = 2.0
"""How long reading a story waits for what is still on its way to the disk."""
OFFER_SECONDS = 12.0


class Library:
    """The history as the screens use it."""

    def __init__(self, app: App[Any], history: History) -> None:
        self.history = history
        self._app = app
        self._told: set[str] = set()

    async def read(self, story_id: str | None, ending: str | None = None) -> Story | None:
        """Return the story as it is on the disk, or None after an error was shown.

        ``ending`` is the run id of the last passage on the screen.
        """
        if story_id is None:
            return None
        return await self.ask(lambda history: history.story(story_id, ending))

    async def ask(self, ask: Callable[[History], Story]) -> Story | None:
        """Return what the history answers when all is written, or None after an error was shown."""
        try:
            await asyncio.to_thread(self.history.flush, FLUSH_SECONDS)
            return await asyncio.to_thread(ask, self.history)
        except StoryteamError as error:
            self.tell(error)
            return None

    def tell(self, error: StoryteamError) -> None:
        """Show an error."""
        self._app.notify(clean_line(str(error)), severity="error", markup=False)

    async def is_empty(self) -> bool:
        """Return whether nothing was ever written; an unreadable history is not empty."""
        try:
            return not await asyncio.to_thread(self.history.stories, "", 1)
        except StoryteamError:
            return False

    async def save(self, story: Story) -> None:
        """Save a story as Markdown: as a new file in the current folder, or as a download."""
        from tui.story import export

        if self._app.is_web:
            name = f"{export.slug(story.title)}.md"
            file = BytesIO(export.to_markdown(story).encode(errors="replace"))
            self._app.deliver_binary(file, save_filename=name, mime_type="text/markdown")
            self._app.notify(f"Your browser saves {name}", markup=False)
            return
        try:
            path = await asyncio.to_thread(export.save, story)
        except StoryteamError as error:
            self.tell(error)
        else:
            self._app.notify(clean_line(f"Saved as {path}"), markup=False)

    async def offer_interrupted(self) -> None:
        """Say which stories a killed program left unfinished."""
        for row in await asyncio.to_thread(self.history.interrupted):
            self._app.notify(
                f"“{row.title}” was interrupted after {row.words:,} words. Nothing is lost: "
                "h opens it, Enter goes on.",
                timeout=OFFER_SECONDS,
                markup=False,
            )

    def tell_write_errors(self) -> None:
        """Show each error that keeps the history from being written, once."""
        for sentence in self.history.write_errors:
            if sentence not in self._told:
                self._told.add(sentence)
                self._app.notify(sentence, severity="warning", timeout=OFFER_SECONDS, markup=False)
