"""stdout and stderr of plain mode, which are one and the same screen on a terminal.

The rule: whatever is written, no line of the one ever sticks to a line of the other.
"""

import os
import time
from typing import TYPE_CHECKING, Literal, TextIO

from tui.system.streams import is_pipe, say
from tui.text.untrusted import clean

if TYPE_CHECKING:
    from tui.plain.terminal_writer import Pen

QUIET_SECONDS = 0.3
"""How long no text must have come before the status may stand where the text goes on."""

Tone = Literal["note", "trouble", "question", "result"]


class Page:
    """Where the story and the narration go."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self.is_read = True
        """Whether anybody still reads the story."""
        self._out = out
        self._err = err
        self._pen = _pen_for(err)
        self._is_shared = _are_one_terminal(out, err)
        self.is_pipe = is_pipe(out)
        """Whether another program reads the story, which may leave when it likes."""
        self._in_line = False
        """Whether the cursor of the shared terminal stands behind text of the story."""
        self._after_note = False
        self._is_asking = False
        self._has_story = False
        self._wrote_at = float("-inf")

    @property
    def has_status(self) -> bool:
        """Whether a line that changes can be shown at all."""
        return self._pen is not None

    def write(self, text: str) -> bool:
        """Write a piece of the story; returns whether anybody still reads it."""
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
        """Write what is answered on the same line."""
        self._narrate(clean(text), "question")
        self._is_asking = True

    def answered(self) -> None:
        """The line of the question was ended by whoever typed."""
        self._is_asking = False

    def _narrate(self, text: str, tone: Tone) -> None:
        self.clear_status()
        margin = "\n\n" if self._in_line else "\n" if self._is_asking else ""
        self._in_line, self._after_note = False, True
        if self._pen:
            self._pen.write(margin + text, tone)
        else:
            say(self._err, margin + text)

    def show_status(self, text: str, fraction: float | None = None) -> None:
        """Show what is going on now, where that does not disturb the story."""
        if self._pen and not self._is_asking and not self._is_disturbed():
            self._pen.show_status(clean(text), fraction)

    def _is_disturbed(self) -> bool:
        if self.is_pipe:
            # What reads it may write to this very terminal, as tee and head do.
            return self._has_story
        quiet_seconds = time.monotonic() - self._wrote_at
        return self._is_shared and (self._in_line or quiet_seconds < QUIET_SECONDS)

    def clear_status(self) -> None:
        """Leave nothing of the status."""
        if self._pen:
            self._pen.clear_status()


def _pen_for(err: TextIO) -> "Pen | None":
    if not err.isatty() or os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        return None
    # Not for a pipe: it costs a tenth of a second.
    from tui.plain.terminal_writer import Pen

    return Pen(err)


def _are_one_terminal(out: TextIO, err: TextIO) -> bool:
    if not out.isatty() or not err.isatty():
        return False
    return os.fstat(out.fileno()).st_rdev == os.fstat(err.fileno()).st_rdev
