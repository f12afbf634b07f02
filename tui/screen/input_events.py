"""Input as it is meant: keys of other layouts, keys that come early, clicks that come late."""

import asyncio
import time
from typing import Any

from textual.app import App
from textual.errors import NoWidget
from textual.events import Event, InputEvent, Key, MouseEvent, Paste
from textual.widgets import Input, TextArea

from tui.screen.keyboard import meant_key

READY_SECONDS = 1.0
"""How long a key waits for a screen that was opened just before it."""


async def meant_event(app: App[Any], event: Event) -> Event | None:
    """Return the event that is meant, or None for a click on what has just been taken away."""
    if isinstance(event, InputEvent | Paste):
        await _wait_for_screen(app)
    if isinstance(event, MouseEvent) and not _is_there(app, event):
        return None
    if isinstance(event, Key) and not event.is_forwarded:
        is_typed = isinstance(app.focused, Input | TextArea) and event.is_printable
        bound = () if is_typed else app.screen.active_bindings
        if event.key not in bound and (meant := meant_key(event.key, bound)) != event.key:
            return Key(meant, None)
    return event


async def _wait_for_screen(app: App[Any]) -> None:
    give_up_at = time.monotonic() + READY_SECONDS
    while not app.screen.is_mounted and time.monotonic() < give_up_at:  # noqa: ASYNC110
        await asyncio.sleep(0.001)


def _is_there(app: App[Any], event: MouseEvent) -> bool:
    try:
        return app.get_widget_at(int(event.screen_x), int(event.screen_y))[0].is_attached
    except NoWidget:
        return True
