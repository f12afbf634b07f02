"""Draws on a terminal, and notices when it is gone or was suspended."""

import asyncio
import contextvars
import os
import select
import signal
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, cast

from textual._parser import ParseError
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from tui.screen.keyboard import KeyParser

POLL_SECONDS = 0.1
_READ_BYTES = 4096
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


class TerminalDriver(LinuxDriver):
    """Textual's driver, made to hang up when the terminal is gone, even without a signal."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file = cast("Any", _Output(cast("IO[str]", self._file), self._hang_up))
        self._is_hung_up = self._is_drawing = False
        self._loop: asyncio.AbstractEventLoop
        self._context: contextvars.Context

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._loop, self._context = asyncio.get_running_loop(), contextvars.copy_context()
        self._is_drawing = True
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        self._is_drawing = False
        super().stop_application_mode()

    # A signal may come while the same thread writes a frame, and holds the lock of that queue: its
    # handler only asks the loop.

    def _sigtstp_application(self, *_arguments: object) -> None:
        """Give the terminal back, and stop until the program is continued."""
        self._soon(super()._sigtstp_application)

    def _sigcont_application(self, *_arguments: object) -> None:
        """Take the terminal again after a suspension, once."""
        self._soon(self._take_again)

    def _soon(self, act: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # The loop has ended, and the terminal was given back.
            self._loop.call_soon_threadsafe(act, context=self._context)

    def _take_again(self) -> None:
        if self._auto_restart and self._is_drawing:
            self.suspend_application_mode()
            super()._sigcont_application()
        elif self._must_signal_resume:
            super()._sigcont_application()

    def run_input_thread(self) -> None:
        """Read the keys until the app ends, or the terminal does."""
        poll = select.poll()
        poll.register(self.fileno, select.POLLIN)
        parser = KeyParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        while not self.exit_event.is_set():
            happened = poll.poll(POLL_SECONDS * 1000)
            data = self._read() if happened else None
            if data == b"" or (data is None and any(event & _GONE for _, event in happened)):
                self._hang_up()
                break
            for event in parser.read(decode(data) if data else ""):
                self.process_message(event)
        with suppress(EOFError, ParseError):
            for _ in parser.feed(""):
                pass

    def _read(self) -> bytes | None:
        """Return what was typed, nothing at the end, or None when there is nothing now."""
        try:
            return os.read(self.fileno, _READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            return b""

    def _hang_up(self) -> None:
        """Do what a closed terminal does; the main thread may be blocked in a write."""
        if not self._is_hung_up:
            self._is_hung_up = True
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGHUP)


class _Output:
    """A file that swallows what a lost terminal refuses: Textual's writer would wait for it."""

    def __init__(self, file: IO[str], on_gone: Callable[[], None]) -> None:
        self._file = file
        self._on_gone = on_gone
        self._is_gone = False

    def fileno(self) -> int:
        """Return the descriptor of the terminal."""
        return self._file.fileno()

    def write(self, text: str) -> None:
        """Write, unless the terminal is gone."""
        self._attempt(lambda: self._file.write(text))

    def flush(self) -> None:
        """Send what was written."""
        self._attempt(self._file.flush)

    def _attempt(self, act: Callable[[], object]) -> None:
        if self._is_gone:
            return
        try:
            act()
        except (BlockingIOError, InterruptedError):
            pass
        except (OSError, ValueError):
            self._is_gone = True
            self._on_gone()
