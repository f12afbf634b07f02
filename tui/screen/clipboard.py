"""Copying: to the terminal's or the browser's clipboard, and to the system's where there is one."""

import asyncio
from typing import Any

import pyperclip
from textual.app import App


async def copy(app: App[Any], text: str) -> None:
    """Copy a text, and say where it went.

    A terminal does not say whether it obeys. In a browser the clipboard is the browser's alone:
    the system is that of the server.
    """
    app.copy_to_clipboard(text)
    words = f"{len(text.split()):,} words"
    if app.is_web:
        told = f"Sent {words} to the browser's clipboard"
    elif await asyncio.to_thread(_copy_to_system, text):
        told = f"Copied {words} to the clipboard"
    else:
        told = f"Sent {words} to the terminal, for its clipboard"
    app.notify(told, markup=False)


def _copy_to_system(text: str) -> bool:
    """Put ``text`` on the system's clipboard; returns whether it is there. May take a moment."""
    try:
        pyperclip.copy(text)
        # Not every program that copies says so when it could not.
        return bool(pyperclip.paste() == text)
    except (pyperclip.PyperclipException, OSError, ValueError):
        return False
