"""A worker process: start it, send it commands, read its reports, end it."""

import os
import queue
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tui.control.messages import REPORTS
from tui.errors import StoryteamError
from tui.run.events import Event
from tui.run.wire import Hello, Lines, NotAMessage, encode
from tui.system.paths import team_log_path

SILENCE_SECONDS = 10.0
"""How long a worker may take to its first report."""
EXIT_SECONDS = 3.0
"""How long a worker that was told to end may take; its supervisor needs two seconds at most."""
_CHANNEL_BYTES = 1 << 15
_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_CHANNEL = "{channel}"
# -P: neither the working directory nor this package can shadow a library there.
_SUPERVISE = (sys.executable, "-P", str(_SUPERVISOR), _CHANNEL)


@dataclass(frozen=True, slots=True)
class WorkerCommand:
    """How to start a worker; ``{channel}`` stands for the number of its end of the channel."""

    words: Sequence[str] = _SUPERVISE
    is_silent: bool = False
    """Whether it must not write to standard error."""


def logging_command() -> WorkerCommand:
    """Return the command of a worker whose team prints into a file: the screen is in use."""
    return WorkerCommand((*_SUPERVISE, str(team_log_path())), is_silent=True)


def plain_agno_command() -> WorkerCommand:
    """Return the command of a process that runs a rehearsed team on plain Agno."""
    return WorkerCommand((*_SUPERVISE, "", "tui.team.plain_agno"), is_silent=True)


class Worker:
    """One process, from its start to its last descendant. Only methods that say so wait."""

    def __init__(self, command: WorkerCommand) -> None:
        self._channel, theirs = socket.socketpair()
        for end in (self._channel, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _CHANNEL_BYTES)
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [word.replace(_CHANNEL, str(theirs.fileno())) for word in command.words],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL if command.is_silent else None,
                    pass_fds=(theirs.fileno(),),
                    # The terminal's ctrl+c and hang-up are for the program alone.
                    start_new_session=True,
                )
        except OSError as error:
            self._channel.close()
            raise StoryteamError(
                f"The team's process could not be started ({error.strerror}). "
                "Close other programs, or install storyteam-tui again."
            ) from error
        self._commands: queue.SimpleQueue[object] = queue.SimpleQueue()
        threading.Thread(target=self._send_all, name="storyteam-commands", daemon=True).start()

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def send(self, command: object) -> None:
        """Send a command, whether the worker reads it or not."""
        self._commands.put(command)

    def reports(self) -> Iterator[Hello | Event]:
        """Yield what the worker reports until it is gone; waits for each.

        Raises:
            StoryteamError: when it reports nothing at all.
        """
        lines = Lines()
        if not select.select([self._channel], [], [], SILENCE_SECONDS)[0]:
            raise StoryteamError(
                f"The team's process has said nothing for {SILENCE_SECONDS:.0f} seconds. "
                "Try again; if that does not help, install storyteam-tui again."
            )
        while data := self._receive():
            for line in lines.feed(data):
                # A tool may have written anything to a wrong place.
                with suppress(NotAMessage):
                    yield REPORTS.decode(line)

    def terminate(self) -> None:
        """End the worker and its descendants: SIGTERM first, SIGKILL half a second later."""
        with suppress(OSError, ValueError):
            os.write(self._lifeline, b"T")

    def wait(self) -> int:
        """Wait until the process is gone, and return its code as ``subprocess`` gives it."""
        try:
            return self._process.wait(EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def close(self) -> None:
        """Kill what is left, and wait for it."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._commands.put(None)
        self.wait()
        self._channel.close()

    @property
    def _lifeline(self) -> int:
        assert self._process.stdin is not None
        return self._process.stdin.fileno()

    def _receive(self) -> bytes:
        try:
            return self._channel.recv(_CHANNEL_BYTES)
        except OSError:
            return b""

    def _send_all(self) -> None:
        """Send what is queued, on a thread: a worker that is stopped must not block the screen."""
        while (command := self._commands.get()) is not None:
            with suppress(OSError):
                self._channel.sendall(encode(command))
