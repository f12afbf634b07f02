"""The command in a real pseudo-terminal, and a terminal emulator that reads its screen."""

import re
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import pexpect
import pyte

from tests.harness.command import COMMAND

READ_SECONDS = 0.01
ALTERNATE_SCREEN = 1049


class ClearedScreen(pyte.Screen):
    """Is empty whenever the alternate screen is taken, as on real terminals."""

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        super().set_mode(*modes, **kwargs)
        if ALTERNATE_SCREEN in modes and kwargs.get("private"):
            self.erase_in_display(2)


class Terminal:
    """Runs the command, or another program, on a screen of ``columns`` by ``rows`` cells."""

    def __init__(
        self,
        *arguments: str,
        env: Mapping[str, str],
        columns: int = 120,
        rows: int = 40,
        program: str = COMMAND,
    ) -> None:
        self.output = b""
        """Every byte that the terminal was sent."""
        self.seen = ""
        """Every screen that ``shows`` waited for, one below the other."""
        self._screen = ClearedScreen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.process = pexpect.spawn(
            program, list(arguments), env=dict(env), dimensions=(rows, columns), timeout=None
        )
        self.process.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.close(force=True)

    @property
    def text(self) -> str:
        """What a person reads."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def is_clean(self) -> bool:
        """Whether the terminal was left as it was found: main screen, cursor, no mouse."""
        modes = re.findall(rb"\x1b\[\?(1049|25|1000|1003|2004)([hl])", self.output)
        last = dict(modes)
        return last.get(b"1049") == b"l" and last.get(b"25") == b"h" and b"h" not in (
            last.get(b"1000"), last.get(b"1003"), last.get(b"2004"),
        )  # fmt: skip

    def resize(self, columns: int, rows: int) -> None:
        """Be a terminal of another size, with nothing on it."""
        self._screen.resize(rows, columns)
        self._screen.erase_in_display(2)
        self.process.setwinsize(rows, columns)

    def press(self, keys: str) -> None:
        self.process.send(keys)

    def shows(self, *texts: str, timeout: float = 120) -> str:
        """Read until all of this is on the screen, and return the screen.

        Raises:
            TimeoutError: it did not come in time.
        """
        self._read_until(lambda: all(text in self.text for text in texts), timeout, str(texts))
        self.seen += f"{self.text}\n"
        return self.text

    def until(self, is_so: Callable[[str], bool], timeout: float = 60) -> None:
        """Read until this is true of the screen."""
        self._read_until(lambda: is_so(self.text), timeout, "what was waited for")

    def wait(self, timeout: float = 60) -> int:
        """Read until the command has ended, and return its exit code, or a signal's, negated."""
        self._read_until(lambda: False, timeout, "the end", ends=True)
        self.process.wait()
        if self.process.exitstatus is None:
            return -int(self.process.signalstatus)
        return int(self.process.exitstatus)

    def _read_until(
        self, is_so: Callable[[], bool], timeout: float, what: str, *, ends: bool = False
    ) -> None:
        give_up_at = time.monotonic() + timeout
        while not is_so():
            if time.monotonic() > give_up_at:
                raise TimeoutError(f"{what} did not come in {timeout} s:\n{self.text}")
            try:
                data = self.process.read_nonblocking(1 << 16, READ_SECONDS)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                if ends:
                    return
                raise TimeoutError(f"the command ended before {what}:\n{self.text}") from None
            self.output += data
            self._stream.feed(data)
