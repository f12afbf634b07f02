"""Who may write on the terminal, or into the pipe: this program, and not what a team brings along.

A tool prints, a library logs, and a child process inherits the descriptors. None of that may get
among the words of the story, into the JSON or onto the screen, and no tool may read the keys.
So whatever is ours goes through descriptors that nobody else knows, until the program ends.
"""

import os
import sys
from io import TextIOWrapper
from typing import Any, TextIO


def claim_stdout() -> TextIO:
    """Return stdout; whoever else writes there is read on stderr from now on."""
    sys.stdout.flush()
    return _moved(1, sys.stdout, to=2)


def claim_terminal() -> None:
    """Let the standard streams be ours; whatever else is written or read goes nowhere.

    Those that Python began with are replaced as well, for that is where Textual draws and reads.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    streams: Any = sys  # Those with underscores are final to a type checker.
    streams.__stdin__ = _moved(0, sys.stdin, to=nowhere)
    sys.stdout = _moved(1, sys.stdout, to=nowhere)
    streams.__stdout__ = _Facade(sys.stdout.fileno())
    streams.__stderr__ = sys.stderr = _moved(2, sys.stderr, to=nowhere)
    os.close(nowhere)


class _Facade(TextIOWrapper):
    """Has a descriptor, by which Textual knows its terminal or page, and writes nowhere."""

    def __init__(self, number: int) -> None:
        super().__init__(os.fdopen(os.open(os.devnull, os.O_WRONLY), "wb"))
        self._number = number

    def fileno(self) -> int:
        """Return whose the descriptor is."""
        return self._number


def _moved(number: int, stream: TextIO, *, to: int) -> TextIOWrapper:
    """Return what ``stream`` was, elsewhere; its descriptor leads to that of ``to`` instead."""
    private = os.dup(number)
    os.dup2(to, number)
    # Not closed with its object: whoever still waits for the reader of a pipe does so by number.
    binary = os.fdopen(private, "wb" if number else "rb", closefd=False)
    return TextIOWrapper(binary, encoding=stream.encoding, errors=stream.errors)
