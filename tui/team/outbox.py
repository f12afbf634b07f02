"""What a worker reports: bounded, in order, and with deltas joined that come close together.

The rule of this module: what is no delta is sent by the thread that says it, along with all that
waits, for the next thing that thread does may be a tool that never lets go of the interpreter.
"""

import select
import socket
import threading
import time
from dataclasses import replace

from tui.run.events import ReasoningDelta, TextDelta
from tui.run.pieces import in_pieces
from tui.run.wire import encode

JOIN_SECONDS = 0.004
"""Deltas of one speaker that arrive within this time travel as one message."""
ROOM_BYTES = 1 << 15
"""How much may wait to be sent before the team has to wait."""


class Outbox:
    """Sends what is put into it. May be put into from any thread."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._change = threading.Condition()
        """Guards what follows."""
        self._delta: TextDelta | ReasoningDelta | None = None
        """The latest, which the next one may join."""
        self._unsent = bytearray()
        self._is_hurried = False
        self._is_closed = False
        self._thread = threading.Thread(target=self._work, name="storyteam-outbox", daemon=True)
        self._thread.start()

    def put(self, message: object) -> None:
        """Send a message; waits while the program is slow to read, unless there is a hurry.

        Of a long text that is still on its way when the run is cancelled, the rest is not sent.
        """
        for number, piece in enumerate(in_pieces(message)):
            if number and self._is_hurried:
                break
            self._put(piece)

    def _put(self, message: object) -> None:
        with self._change:
            while self._size > ROOM_BYTES and not self._is_hurried:
                self._change.wait()
            if isinstance(message, TextDelta | ReasoningDelta):
                self._join(message)
            else:
                self._settle_delta()
                self._write(message)
                self._send()
            self._change.notify_all()

    def hurry(self) -> None:
        """Let nothing wait any more: the run was cancelled."""
        with self._change:
            self._is_hurried = True
            self._change.notify_all()

    def close(self) -> None:
        """Send the rest, and return when it is sent."""
        with self._change:
            self._is_closed = True
            self._change.notify_all()
        self._thread.join()

    @property
    def _size(self) -> int:
        return len(self._unsent) + (1 + len(self._delta.text) if self._delta else 0)

    def _join(self, delta: TextDelta | ReasoningDelta) -> None:
        last = self._delta
        if last and type(last) is type(delta) and last.speaker == delta.speaker:
            self._delta = replace(last, text=last.text + delta.text)
        else:
            self._settle_delta()
            self._delta = delta

    def _settle_delta(self) -> None:
        if self._delta:
            self._write(self._delta)
            self._delta = None

    def _write(self, message: object) -> None:
        # A line feed first: what others may have written here ends before a message begins.
        self._unsent += b"\n" + encode(message)

    def _send(self) -> None:
        """Send what the channel takes now."""
        try:
            while self._unsent:
                del self._unsent[: self._channel.send(self._unsent, socket.MSG_DONTWAIT)]
        except BlockingIOError:
            pass
        except OSError:
            # The program is gone, and this process in a moment.
            self._unsent.clear()

    def _work(self) -> None:
        while self._wait():
            time.sleep(JOIN_SECONDS)
            with self._change:
                self._settle_delta()
                self._send()
                self._change.notify_all()
            if self._unsent:
                select.select([], [self._channel], [])

    def _wait(self) -> bool:
        """Wait until there is something to send; returns whether there ever will be."""
        with self._change:
            while not self._size and not self._is_closed:
                self._change.wait()
            return bool(self._size)
