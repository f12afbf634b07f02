"""The driver of the app, which reports each time it has taken the terminal.

That is at the start and after each suspension; the terminal is blank then.
"""

from collections.abc import Callable

from textual.driver import Driver

from tui.system.browser import in_browser


def announcing(base: type[Driver], on_start: Callable[[], None]) -> type[Driver]:
    """Return a driver that calls ``on_start``, maybe from a signal's handler, at each start."""

    class Announcing(base):  # type: ignore[valid-type, misc]
        def start_application_mode(self) -> None:
            super().start_application_mode()
            on_start()

    return Announcing


def driver_class(on_start: Callable[[], None]) -> type[Driver]:
    """Return the driver for a browser's page or for this terminal, with ``announcing``."""
    if in_browser():
        from tui.screen.tab_driver import TabDriver

        return announcing(TabDriver, on_start)
    from tui.screen.driver import TerminalDriver

    return announcing(TerminalDriver, on_start)
