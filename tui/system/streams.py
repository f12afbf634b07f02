"""Write to standard streams whose reader may have gone away."""

import os
import select
import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO


def say(stream: TextIO, text: str) -> bool:
    """Write and flush, and return whether that was possible; a reader that left is no error."""
    try:
        stream.write(text)
        stream.flush()
    except OSError:
        silence(stream)
        return False
    return True


def silence(stream: TextIO) -> None:
    """Write to nowhere from now on, so that the interpreter's exit does not fail as well."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def is_pipe(stream: TextIO) -> bool:
    """Whether another program reads the stream."""
    try:
        kind = os.fstat(stream.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)


def watch_reader(stream: TextIO, gone: Callable[[], object]) -> None:
    """Call ``gone``, in another thread, when the reader of a pipe or a terminal has left.

    A write would tell as well, but until then a silent model may be paid for.
    """
    if is_pipe(stream) or stream.isatty():
        arguments = (stream.fileno(), gone)
        threading.Thread(target=_wait_for_the_end, args=arguments, daemon=True).start()


def _wait_for_the_end(number: int, gone: Callable[[], object]) -> None:
    poll = select.poll()
    # Errors and hang-ups are always reported.
    poll.register(number, 0)
    if any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll()):
        gone()
