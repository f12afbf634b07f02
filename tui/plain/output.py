"""The output of plain mode: the story on stdout, the narration on stderr.

Both may be the same terminal. The rule: there, each of them has lines of its own.
"""

import os
import time
from typing import TYPE_CHECKING, Literal, TextIO

from tui.system.streams import is_pipe, say
from tui.text.untrusted import clean

if TYPE_CHECKING:
    from tui.plain.terminal_writer import TerminalWriter

QUIET_SECONDS = 0.3
"""How long the story must be silent before the status may stand where it goes on."""

Tone = Literal["note", "error", "question", "result"]


class PlainOutput:
    """Writes the story, the narration, questions, and a status that changes."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self.is_read = True
        """Whether the story still has a reader."""
        self._out = out
        self._err = err
        self._terminal = _terminal_writer(err)
        self._is_shared = _are_one_terminal(out, err)
        self.is_pipe = is_pipe(out)
        """Whether another program reads the story, which may stop reading."""
        self._in_line = False
        """Whether the cursor of the shared terminal stands behind text of the story."""
        self._after_note = False
        self._is_asking = False
        self._has_story = False
        self._wrote_at = float("-inf")

    @property
    def has_status(self) -> bool:
        """Whether a line that changes can be shown at all."""
        return self._terminal is not None

    def write(self, text: str) -> bool:
        """Write a piece of the story; returns whether it still has a reader."""
        if not self.is_read:
            return False
        if self._is_shared or self.is_pipe:
            self.clear_status()
        if self._is_shared and self._after_note:
            text = "\n" + text.lstrip("\n")
        self.is_read = say(self._out, text)
        self._in_line = self._is_shared and not text.endswith("\n")
        self._after_note = False
        self._wrote_at, self._has_story = time.monotonic(), True
        return self.is_read

    def tell(self, text: str, tone: Tone = "note") -> None:
        """Write a line of the narration."""
        self._narrate(f"{clean(text)}\n", tone)
        self._is_asking = False

    def ask(self, text: str) -> None:
        """Write a question that is answered on the same line."""
        self._narrate(clean(text), "question")
        self._is_asking = True

    def answered(self) -> None:
        """Note that the answer ended the question's line."""
        self._is_asking = False

    def _narrate(self, text: str, tone: Tone) -> None:
        self.clear_status()
        margin = "\n\n" if self._in_line else "\n" if self._is_asking else ""
        self._in_line, self._after_note = False, True
        if self._terminal:
            self._terminal.write(margin + text, tone)
        else:
            say(self._err, margin + text)

    def show_status(self, text: str, fraction: float | None = None) -> None:
        """Show the status where it does not disturb the story."""
        if self._terminal and not self._is_asking and not self._is_disturbed():
            self._terminal.show_status(clean(text), fraction)

    def _is_disturbed(self) -> bool:
        if self.is_pipe:
            # Its reader may write to this very terminal, as tee and head do.
            return self._has_story
        quiet_seconds = time.monotonic() - self._wrote_at
        return self._is_shared and (self._in_line or quiet_seconds < QUIET_SECONDS)

    def clear_status(self) -> None:
        """Remove the status."""
        if self._terminal:
            self._terminal.clear_status()


def _terminal_writer(err: TextIO) -> "TerminalWriter | None":
    if not err.isatty() or os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        return None
    # Not for a pipe: it costs a tenth of a second.
    from tui.plain.terminal_writer import TerminalWriter

    return TerminalWriter(err)


def _are_one_terminal(out: TextIO, err: TextIO) -> bool:
    if not out.isatty() or not err.isatty():
        return False
    return os.fstat(out.fileno()).st_rdev == os.fstat(err.fileno()).st_rdev
