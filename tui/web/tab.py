"""One tab of a browser: a process of the program, and the websocket that it is shown through."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from tui.system.streams import say
from tui.text.secrets import mask
from tui.text.untrusted import clean, clean_line

ENDING_SECONDS = 6.0
"""How long a process without a page may take to save its story; it needs a tenth of that."""
_PRELUDE = b"__GANGLION__\n"
_PRELUDE_LINES = 10
_CLEAR = "\x1b[2J\x1b[H"
_KEPT_BYTES = 1 << 16


class Tab(AppService):
    """Starts, feeds, shows and ends the process.

    Beyond textual-serve: no shell, a session of its own (ctrl+c is for the server), and an end
    that is bounded in time whatever the process or the browser do.
    """

    def __init__(
        self, command: Sequence[str], websocket: web.WebSocketResponse, downloads: DownloadManager
    ) -> None:
        super().__init__(
            command[0],
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=self._close_page,
            download_manager=downloads,
        )
        self._command = command
        self._websocket = websocket
        self._ending = asyncio.Lock()

    async def open(self, columns: int, rows: int) -> None:
        """Start the process, or say on the page why not."""
        try:
            await self.start(columns, rows)
        except OSError as error:
            await self.refuse(f"The program cannot be started ({error.strerror}).")

    async def refuse(self, sentence: str) -> None:
        """Say on the page why nothing runs there, and close it."""
        with suppress(ConnectionError):
            await self._explain(sentence)
            await self._close_page()

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(width, height),
            start_new_session=True,
        )
        assert self._process.stderr is not None
        self._stdin = self._process.stdin
        self._complaint = asyncio.create_task(_read_all(self._process.stderr))
        return self._process

    async def run(self) -> None:
        """Show what the process draws until it ends, and then close the page."""
        assert self._process is not None
        assert self._process.stdout is not None
        # The browser may go at any time, and the process in the middle of a packet.
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            if await _read_prelude(self._process.stdout):
                while True:
                    await self._take_packet(self._process.stdout)
            await self._explain(_readable(await self._complaint) or "It did not start.")
        await self._close_page()

    async def _explain(self, sentence: str) -> None:
        await self._websocket.send_bytes(f"{_CLEAR}{clean_line(sentence)}\r\n".encode())

    async def _close_page(self) -> None:
        await self._websocket.close()

    async def _take_packet(self, stdout: asyncio.StreamReader) -> None:
        kind = await stdout.readexactly(1)
        size = int.from_bytes(await stdout.readexactly(4), "big")
        payload = await stdout.readexactly(size)
        match kind:
            case b"D":
                await self.on_data(payload)
            case b"M":
                await self.on_meta(payload)
            case b"P":
                await self.on_packed(payload)

    async def stop(self) -> None:
        """End the process: it sees the end of its input, cancels, saves and leaves."""
        async with self._ending:
            process, self._process = self._process, None
            if process is None:
                return
            await self._download_manager.cancel_app_downloads(self.app_service_id)
            self.stdin.close()
            if self._task:
                # A browser that reads no more must not keep the process from being read.
                self._task.cancel()
                await asyncio.wait([self._task])
            try:
                await asyncio.wait_for(self._read_to_the_end(process), ENDING_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()

    async def _read_to_the_end(self, process: Process) -> None:
        assert process.stdout is not None
        await _read_all(process.stdout)
        await process.wait()
        say(sys.stderr, _readable(await self._complaint))


async def _read_prelude(stdout: asyncio.StreamReader) -> bool:
    for _ in range(_PRELUDE_LINES):
        if not (line := await stdout.readline()):
            return False
        if line == _PRELUDE:
            return True
    return False


async def _read_all(stream: asyncio.StreamReader) -> bytes:
    """Read to the end, and return the last part."""
    kept = b""
    while data := await stream.read(_KEPT_BYTES):
        kept = (kept + data)[-_KEPT_BYTES:]
    return kept


def _readable(said: bytes) -> str:
    return mask(clean(said.decode(errors="replace")))


def command_of(arguments: Sequence[str]) -> list[str]:
    """Return the command that writes a story with these arguments, by this very interpreter."""
    # -P: no file in the working directory can shadow a module.
    return [sys.executable, "-P", "-m", "tui", "run", *arguments]
