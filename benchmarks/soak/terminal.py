"""A program on a pseudo-terminal that is its controlling one and is read as fast as it writes."""

import os
import select
import signal
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte
from ptyprocess import PtyProcess

from benchmarks.soak.modes import Modes
from tests.harness.terminal import ClearedScreen

PICTURE_SIZE = (120, 40)
_LOOK_SECONDS = 0.05
_KEPT_BYTES = 4 << 20
"""What is kept of the output: it is only painted when somebody looks."""


class Terminal:
    """Where a program draws, and from where it can be reached."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], folder: Path, size: tuple[int, int]
    ) -> None:
        columns, rows = size
        self.modes = Modes()
        self.written = 0
        self._unseen = bytearray()
        self._change = threading.Lock()
        self._is_hung_up = threading.Event()
        self.process = PtyProcess.spawn(
            list(command), cwd=str(folder), env=dict(env), dimensions=(rows, columns)
        )
        self.pid: int = self.process.pid
        self._before = termios.tcgetattr(self.process.fd)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.isalive():
            self.process.kill(signal.SIGKILL)
            self.process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """Be a terminal whose window was closed."""
        # What is being read from is not closed yet.
        self._is_hung_up.set()
        self._reader.join()
        with suppress(OSError):
            self.process.fileobj.close()

    def send(self, data: bytes) -> None:
        with suppress(OSError):
            os.write(self.process.fd, data)

    def resize(self, columns: int, rows: int) -> None:
        with suppress(OSError):
            self.process.setwinsize(rows, columns)

    def wait(self, seconds: float) -> int | None:
        """Return the exit code, or a signal's, negated; None when it has not ended in time."""
        give_up_at = time.monotonic() + seconds
        while self.process.isalive():
            if time.monotonic() > give_up_at:
                return None
            time.sleep(_LOOK_SECONDS)
        code = self.process.exitstatus
        return -int(self.process.signalstatus) if code is None else int(code)

    @property
    def is_alive(self) -> bool:
        return bool(self.process.isalive())

    def picture(self, is_so: Callable[[str], object], seconds: float) -> tuple[bool, str]:
        """Have all of it painted, and look until it is so; returns whether, and what is seen."""
        columns, rows = PICTURE_SIZE
        self.resize(columns - 1, rows)
        time.sleep(_LOOK_SECONDS)
        self._take()
        self.resize(columns, rows)
        screen = ClearedScreen(columns, rows)
        stream = pyte.ByteStream(screen)
        give_up_at = time.monotonic() + seconds
        while True:
            stream.feed(self._take())
            text = "\n".join(line.rstrip() for line in screen.display)
            if is_so(text):
                return True, text
            if time.monotonic() > give_up_at:
                return False, text
            time.sleep(_LOOK_SECONDS)

    @property
    def is_cooked(self) -> bool:
        """Whether the line discipline is as it was found."""
        return bool(termios.tcgetattr(self.process.fd) == self._before)

    @property
    def unseen(self) -> bytes:
        """What was written since the last look."""
        with self._change:
            return bytes(self._unseen)

    def _take(self) -> bytes:
        with self._change:
            data = bytes(self._unseen)
            self._unseen.clear()
        return data

    def _read(self) -> None:
        while not self._is_hung_up.is_set():
            if not select.select([self.process.fd], [], [], _LOOK_SECONDS)[0]:
                continue
            try:
                data = os.read(self.process.fd, 1 << 16)
            except OSError:
                break
            with self._change:
                self.written += len(data)
                self.modes.feed(data)
                self._unseen += data
                del self._unseen[:-_KEPT_BYTES]
