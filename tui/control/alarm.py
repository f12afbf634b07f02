"""A thread that calls a function at an instant, which can be moved until then."""

import threading
from collections.abc import Callable

LONGEST_WAIT_SECONDS = 3600.0
"""A lock cannot wait for years, and waking up once an hour costs nothing."""


class Alarm:
    """Rings even when the screen and the run's event loop are both blocked.

    ``ring`` is called on the alarm's own thread, which then holds no lock. Instants are seconds
    on ``clock``.
    """

    def __init__(self, clock: Callable[[], float], ring: Callable[[], None]) -> None:
        self.thread = threading.Thread(target=self._work, name="storyteam-time", daemon=True)
        self._clock = clock
        self._ring = ring
        self._change = threading.Condition()
        self._at: float | None = None
        self._is_over = False

    def set(self, at: float | None) -> None:
        """Ring at this instant instead; None is never."""
        with self._change:
            self._at = at
            self._change.notify()

    def end(self) -> None:
        """Never ring again, and end the thread."""
        with self._change:
            self._is_over = True
            self._change.notify()

    def _work(self) -> None:
        while self._wait():
            self._ring()

    def _wait(self) -> bool:
        """Wait for the instant; returns False when the alarm has ended instead."""
        with self._change:
            while not self._is_over:
                now = self._clock()
                if self._at is not None and now >= self._at:
                    self._at = None
                    return True
                left = None if self._at is None else min(self._at - now, LONGEST_WAIT_SECONDS)
                self._change.wait(left)
            return False
