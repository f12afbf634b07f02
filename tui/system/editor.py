"""The user's own editor, in the terminal that the program has let go of."""

import asyncio
import os
import shlex
import shutil
import signal
import sys
import tempfile
import termios
from asyncio.subprocess import Process
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tui.errors import StoryteamError

USUAL = ("nano", "vi")
"""What is taken when the user has named no editor."""
GOING_SECONDS = 0.5
"""How long an editor that is told to end may take."""


async def edit(text: str, name: str) -> bytes:
    """Return what the editor made of a text, in a private file of this name.

    When this is cancelled, the editor is ended, and the terminal is as it was.

    Raises:
        StoryteamError: there is no editor, or it failed.
    """
    command = editor_command()
    with tempfile.TemporaryDirectory(prefix="storyteam-") as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", errors="replace")
        with _terminal_kept(), _interrupts_left_to_the_editor():
            code = await _run(command, path)
        if code:
            how = f"exit code {code}" if code > 0 else signal.Signals(-code).name
            editor = Path(command[0]).name
            raise StoryteamError(f"The editor {editor} failed ({how}). Nothing was changed.")
        try:
            return await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise StoryteamError(
                f"The editor left no file that can be read ({error.strerror})."
            ) from error


def editor_command() -> list[str]:
    """Return the command of the editor, from $VISUAL or $EDITOR.

    Raises:
        StoryteamError: none is named and none is there, or the name cannot be understood.
    """
    for variable in ("VISUAL", "EDITOR"):
        if named := os.environ.get(variable, "").strip():
            try:
                return shlex.split(named)
            except ValueError as error:
                raise StoryteamError(f"${variable} cannot be understood: {error}.") from error
    for usual in USUAL:
        if found := shutil.which(usual):
            return [found]
    raise StoryteamError("There is no editor: name one in $VISUAL or $EDITOR.")


async def _run(command: list[str], path: Path) -> int:
    try:
        process = await asyncio.create_subprocess_exec(*command, path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StoryteamError(
            f"The editor {command[0]} cannot be started ({reason}): see $VISUAL and $EDITOR."
        ) from error
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            await _end(process)


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), GOING_SECONDS)
            return
        process.kill()


@contextmanager
def _terminal_kept() -> Iterator[None]:
    """Put the modes of the terminal back, which an editor that was killed leaves as they are."""
    try:
        modes = termios.tcgetattr(sys.stdin.fileno())
    except (OSError, ValueError, termios.error):
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError, termios.error):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, modes)


@contextmanager
def _interrupts_left_to_the_editor() -> Iterator[None]:
    """Let ctrl+c and ctrl+\\ of the terminal end the editor, and not this program."""
    # Functions, for a child inherits it when a signal is ignored.
    before = {number: signal.signal(number, _ignore) for number in (signal.SIGINT, signal.SIGQUIT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore(_number: int, _frame: object) -> None:
    pass
