"""Signals in plain mode: the first cancels the run, a second leaves at once.

A Python handler runs on the main thread when that next wakes up, and a signal that comes just
before it begins to wait does not wake it: then nothing would happen until the next event of the
run, which may be never. So a thread listens to what Python writes when the signal itself arrives.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from tui.system import exit_codes

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The signals that ask a program to end."""
ECHO_SECONDS = 0.1
"""How long a signal counts as the one before: ``timeout`` and a closing shell send the same one
twice, to the process and to its group."""


class StopSignals:
    """Takes signals while it is entered; one that comes before there is a run waits for it."""

    def __init__(self) -> None:
        self._change = threading.Lock()
        """Guards what follows."""
        self._cancel: Callable[[], object] | None = None
        self._tidy: Callable[[], object] = lambda: None
        self._first_at: float | None = None
        # Under nohup a signal is ignored, and stays so.
        self._handled = [n for n in STOP_SIGNALS if signal.getsignal(n) is not signal.SIG_IGN]
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._read_end, self._write_end = socket.socketpair()
        self._write_end.setblocking(False)
        name = "storyteam-signals"
        self._listener = threading.Thread(target=self._listen, name=name, daemon=True)
        self._listener.start()
        self._wakeup_before = signal.set_wakeup_fd(
            self._write_end.fileno(), warn_on_full_buffer=False
        )
        self._before = {number: signal.signal(number, _nothing) for number in self._handled}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._write_end.close()
        self._listener.join()
        self._read_end.close()

    def cancel_with(self, cancel: Callable[[], object], tidy: Callable[[], object]) -> None:
        """Call ``cancel`` at the first signal, at once if it came; ``tidy`` before leaving.

        Both are called on another thread.
        """
        with self._change:
            self._cancel, self._tidy = cancel, tidy
            has_come = self._first_at is not None
        if has_come:
            cancel()

    def _listen(self) -> None:
        while numbers := self._read_end.recv(64):
            for number in numbers:
                # Other signals that have a handler arrive here too, such as a resized window.
                if number in self._handled:
                    self._take()

    def _take(self) -> None:
        now = time.monotonic()
        with self._change:
            first_at, self._first_at = self._first_at, self._first_at or now
            cancel, tidy = self._cancel, self._tidy
        if first_at is None:
            if cancel:
                cancel()
        elif now - first_at > ECHO_SECONDS:
            tidy()
            os._exit(exit_codes.STOPPED)


def _nothing(_number: int, _frame: object) -> None:
    """Do nothing: Python needs a handler to write the signal's number for the listener."""
