"""Says when a terminal has been taken: what was on it before is not there any more.

That is at the start, after a suspension, and after a stop that nobody announced.
"""

from collections.abc import Callable

from textual.driver import Driver


def announcing(base: type[Driver], on_start: Callable[[], None]) -> type[Driver]:
    """Return a driver that calls ``on_start``, maybe from a signal's handler, at each start."""

    class Announcing(base):  # type: ignore[valid-type, misc]
        def start_application_mode(self) -> None:
            super().start_application_mode()
            on_start()

    return Announcing
