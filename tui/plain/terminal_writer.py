"""Write the narration of plain mode on a terminal: in colour, and with a status line."""

from typing import TextIO

from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.text import Text

from tui.system.streams import say

_STYLES = {"note": "dim", "error": "red", "question": "bold", "result": ""}
_BAR_CELLS = 24
_ERASE = "\r\x1b[2K"


class TerminalWriter:
    """Rich knows what the terminal can do, and whether colours are wanted (``NO_COLOR``)."""

    def __init__(self, err: TextIO) -> None:
        self._err = err
        self._console = Console(file=err, markup=False, highlight=False, emoji=False)
        self._shown = ""

    def write(self, text: str, tone: str) -> None:
        """Write a text in the style of its tone."""
        style = _STYLES[tone]
        with self._console.capture() as captured:
            self._console.print(Text(text, style), soft_wrap=True, end="")
        say(self._err, captured.get())

    def show_status(self, text: str, fraction: float | None) -> None:
        """Write the status over the one before, on a line that nothing else stands on."""
        room = self._console.width - 1 - (0 if fraction is None else _BAR_CELLS + 6)
        line = Text(text, "cyan")
        line.truncate(max(room, 1), overflow="ellipsis")
        with self._console.capture() as captured:
            self._console.print(line, end="")
            if fraction is not None and room > 0:
                self._console.print(" ", end="")
                self._console.print(ProgressBar(1.0, fraction, width=_BAR_CELLS), end="")
                self._console.print(f" {fraction:4.0%}", end="")
        if captured.get() != self._shown:
            self._shown = captured.get()
            say(self._err, f"{_ERASE}{self._shown}")

    def clear_status(self) -> None:
        """Remove the status."""
        if self._shown:
            self._shown = ""
            say(self._err, _ERASE)
