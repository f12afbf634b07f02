"""Draws the app on a browser's page; a page that closes is a terminal that hung up."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual.app import App
from textual.drivers.web_driver import WebDriver


class TabDriver(WebDriver):
    """Textual's web driver, made to hang up: its own ends the app without asking, or never."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._one_at_a_time = threading.Lock()
        self._is_hung_up = False

    def start_application_mode(self) -> None:
        """Start, but keep the signal handlers as they were."""
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        super().start_application_mode()
        for number, handler in handlers.items():
            asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, handler)

    def run_input_thread(self) -> None:
        """Read until the server closes the pipe: the page was closed, or the server died."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._hang_up()

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Handle a message of the server; \"quit\" hangs up, so that the run is saved."""
        if packet_type == "quit":
            self._hang_up()
        else:
            super().on_meta(packet_type, payload)

    # Files are delivered by the thread that reads, while the app draws.

    def write(self, data: str) -> None:
        """Send what is drawn."""
        with self._writing():
            super().write(data)

    def write_meta(self, data: dict[str, object]) -> None:
        """Send a message to the server."""
        with self._writing():
            super().write_meta(data)

    def write_binary_encoded(self, data: tuple[str | bytes, ...]) -> None:
        """Deliver a part of a file."""
        with self._writing():
            super().write_binary_encoded(data)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._one_at_a_time:
            try:
                yield
            except BrokenPipeError:
                self._hang_up()

    def _hang_up(self) -> None:
        """Do what a closed terminal does; the main thread may be blocked in a write."""
        if not self._is_hung_up:
            self._is_hung_up = True
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGHUP)
