"""Signals in plain mode: the first one cancels the run gracefully, a second one leaves at once."""

import os
import signal
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SIGNALLED_EXIT = 130


class StopSignals:
    """While it is entered, signals are taken; one that comes before there is a run waits for it."""

    def __init__(self) -> None:
        self._cancel: Callable[[], object] | None = None
        self._tidy: Callable[[], object] = lambda: None
        self._received = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        # Under nohup a signal is ignored, and stays so.
        obeyed = [n for n in _SIGNALS if signal.getsignal(n) is not signal.SIG_IGN]
        self._before = {number: signal.signal(number, self._take) for number in obeyed}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def cancel_with(self, cancel: Callable[[], object], tidy: Callable[[], object]) -> None:
        """Call ``cancel`` at the first signal, at once if it came; ``tidy`` before leaving."""
        self._cancel, self._tidy = cancel, tidy
        if self._received:
            cancel()

    def _take(self, _number: int, _frame: object) -> None:
        if self._received:
            self._tidy()
            os._exit(SIGNALLED_EXIT)
        self._received = True
        if self._cancel:
            self._cancel()
