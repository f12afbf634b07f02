"""Lines that a person types on the terminal, read without keeping anything waiting."""

import os
import select
import signal
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TextIO

_LINE_BYTES = 4096
_BACKGROUND_SECONDS = 0.2
"""How often a process in the background looks whether it has the terminal again."""


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line that was typed; None is the end of the input."""

    text: str | None


def open_terminal(stdin: TextIO) -> int | None:
    """Return the descriptor of a terminal that a human can answer on, or None.

    It is None for a process in the background, which would be stopped for reading from it.
    """
    number = None
    with suppress(OSError, ValueError):
        number = stdin.fileno() if stdin.isatty() else os.open("/dev/tty", os.O_RDONLY)
        return number if os.tcgetpgrp(number) == os.getpgrp() else None
    return None


class Keyboard:
    """Hands lines to ``typed``, on a thread of its own: one each time it is told to read."""

    def __init__(self, terminal: int, typed: Callable[[TypedLine], object]) -> None:
        self._terminal = terminal
        self._typed = typed
        self._is_reading = False

    def read(self) -> None:
        """Read one more line, unless one is awaited."""
        if not self._is_reading:
            self._is_reading = True
            threading.Thread(target=self._read_line, daemon=True).start()

    def forget(self) -> None:
        """Forget what was typed before anything was asked: it is no answer."""
        with suppress(termios.error):
            termios.tcflush(self._terminal, termios.TCIFLUSH)

    def _read_line(self) -> None:
        # A process that was sent to the background is told so, and not stopped for reading.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTIN})
        # Not through sys.stdin: its lock would be held while the interpreter ends.
        data = b""
        with suppress(OSError):
            self._wait()
            data = os.read(self._terminal, _LINE_BYTES)
        self._is_reading = False
        self._typed(TypedLine(data.decode(errors="replace").rstrip("\r\n") if data else None))

    def _wait(self) -> None:
        select.select([self._terminal], [], [])
        while os.tcgetpgrp(self._terminal) != os.getpgrp():
            time.sleep(_BACKGROUND_SECONDS)
            select.select([self._terminal], [], [])
