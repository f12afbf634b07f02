"""An alarm: a thread that rings at an instant, which can be moved until then."""

import threading
from collections.abc import Callable

LONGEST_WAIT_SECONDS = 3600.0
"""A lock cannot wait for years; waking up once an hour costs nothing."""


class Alarm:
    """Rings even when the screen and the run's loop are both blocked.

    ``ring`` is called on the alarm's own thread, without its lock. Instants are seconds on
    ``clock``.
    """

    def __init__(self, clock: Callable[[], float], ring: Callable[[], None]) -> None:
        self.thread = threading.Thread(target=self._work, name="storyteam-time", daemon=True)
        self._clock = clock
        self._ring = ring
        self._change = threading.Condition()
        self._at: float | None = None
        self._is_over = False

    def set(self, at: float | None) -> None:
        """Ring at this instant and not before; None is never."""
        with self._change:
            self._at = at
            self._change.notify()

    def end(self) -> None:
        """Never ring again, and let the thread go."""
        with self._change:
            self._is_over = True
            self._change.notify()

    def _work(self) -> None:
        while self._wait():
            self._ring()

    def _wait(self) -> bool:
        """Wait until it is time; returns whether it will ever be."""
        with self._change:
            while not self._is_over:
                now = self._clock()
                if self._at is not None and now >= self._at:
                    self._at = None
                    return True
                left = None if self._at is None else min(self._at - now, LONGEST_WAIT_SECONDS)
                self._change.wait(left)
            return False
