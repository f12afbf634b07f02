"""Copying beyond the terminal: the system's own clipboard, where there is one."""

import pyperclip


def copy_to_system(text: str) -> bool:
    """Put ``text`` on the system's clipboard; returns whether it is there. May take a moment."""
    try:
        pyperclip.copy(text)
        # Not every program that copies says so when it could not.
        return bool(pyperclip.paste() == text)
    except (pyperclip.PyperclipException, OSError, ValueError):
        return False
