"""What the app does with stories on the disk: read, copy, save, and offer what was interrupted.

Everything here waits in threads, and tells the user how it went.
"""

import asyncio
from io import BytesIO
from typing import Any

from textual.app import App

from tui.errors import StoryteamError
from tui.history import History, Story
from tui.screen.clipboard import copy_to_system
from tui.text.untrusted import clean_line

FLUSH_SECONDS = 2.0
"""How long reading a story waits for what is still on its way to the disk."""
OFFER_SECONDS = 12.0


async def read(app: App[Any], history: History, story_id: str | None) -> Story | None:
    """Return the story as it is on the disk, or None, having said why."""
    if story_id is None:
        return None
    try:
        await asyncio.to_thread(history.flush, FLUSH_SECONDS)
        return await asyncio.to_thread(history.story, story_id)
    except StoryteamError as error:
        app.notify(clean_line(str(error)), severity="error", markup=False)
        return None


async def is_empty(history: History) -> bool:
    """Return whether nothing was ever written; a history that cannot be read is no empty one."""
    try:
        return not await asyncio.to_thread(history.stories, "", 1)
    except StoryteamError:
        return False


async def copy(app: App[Any], text: str) -> None:
    """Copy a text to the terminal's clipboard, and to the system's where there is one.

    A terminal does not say whether it obeys. On a page the clipboard is the browser's alone: the
    system is that of the server.
    """
    app.copy_to_clipboard(text)
    words = f"{len(text.split()):,} words"
    if app.is_web:
        told = f"Sent {words} to the browser's clipboard"
    elif await asyncio.to_thread(copy_to_system, text):
        told = f"Copied {words} to the clipboard"
    else:
        told = f"Sent {words} to the terminal, for its clipboard"
    app.notify(told, markup=False)


async def save(app: App[Any], story: Story) -> None:
    """Save a story as Markdown: under a free name in the current folder, or as a download."""
    from tui.story import export

    if app.is_web:
        name = f"{export.slug(story.title)}.md"
        file = BytesIO(export.to_markdown(story).encode(errors="replace"))
        app.deliver_binary(file, save_filename=name, mime_type="text/markdown")
        app.notify(f"Your browser saves {name}", markup=False)
        return
    try:
        path = await asyncio.to_thread(export.save, story)
    except StoryteamError as error:
        app.notify(clean_line(str(error)), severity="error", markup=False)
    else:
        app.notify(clean_line(f"Saved as {path}"), markup=False)


async def offer_interrupted(app: App[Any], history: History) -> None:
    """Say which stories a dead program left unfinished."""
    for row in await asyncio.to_thread(history.interrupted):
        app.notify(
            f"“{row.title}” was interrupted after {row.words:,} words. Nothing is lost: "
            "h opens it, Enter goes on.",
            timeout=OFFER_SECONDS,
            markup=False,
        )


def tell_troubles(app: App[Any], history: History, told: set[str]) -> None:
    """Say once each what keeps the history from being written."""
    for sentence in history.troubles:
        if sentence not in told:
            told.add(sentence)
            app.notify(sentence, severity="warning", timeout=OFFER_SECONDS, markup=False)
