"""Copying beyond the terminal: the system's own clipboard, where there is one."""

import pyperclip


def copy_to_system(text: str) -> bool:
    """Put ``text`` on the system's clipboard; returns whether there is one. May take a moment."""
    try:
        pyperclip.copy(text)
    except pyperclip.PyperclipException:
        return False
    return True
