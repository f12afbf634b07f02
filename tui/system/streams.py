"""Writing to whoever reads stdout and stderr, who may have gone away."""

import os
import select
import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO


def say(stream: TextIO, text: str) -> bool:
    """Write at once and say whether it went; nobody who has stopped listening is worth a run."""
    try:
        stream.write(text)
        stream.flush()
    except OSError:
        silence(stream)
        return False
    return True


def silence(stream: TextIO) -> None:
    """Keep the interpreter from complaining about the closed pipe once more when it exits."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def is_pipe(stream: TextIO) -> bool:
    """Whether another program reads what is written here."""
    try:
        kind = os.fstat(stream.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)


def watch_reader(stream: TextIO, gone: Callable[[], object]) -> None:
    """Call ``gone``, in another thread, when nobody reads the pipe or the terminal any more.

    A write tells that too, but a model that keeps silent may be paid for meanwhile.
    """
    if is_pipe(stream) or stream.isatty():
        arguments = (stream.fileno(), gone)
        threading.Thread(target=_wait_for_the_end, args=arguments, daemon=True).start()


def _wait_for_the_end(number: int, gone: Callable[[], object]) -> None:
    poll = select.poll()
    # Errors and hang-ups are reported without being asked for.
    poll.register(number, 0)
    if any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll()):
        gone()
