"""The command ``serve`` as a process, and a tab of it without a browser."""

import asyncio
import json
import re
import select
import signal
import subprocess
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import aiohttp
import pyte

from tests.harness.command import COMMAND, LEASH_SECONDS
from tests.harness.processes import descendants_of

COLUMNS, ROWS = 120, 40
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


class Serving:
    """``storyteam-tui serve`` on a free port, until the end of the block."""

    def __init__(self, *arguments: str, env: Mapping[str, str], stdin: str = "") -> None:
        self.process = subprocess.Popen(
            [COMMAND, "serve", "--port", "0", *arguments],
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(stdin)
        self.process.stdin.close()
        self.process.stdin = None
        assert select.select([self.process.stdout], [], [], LEASH_SECONDS)[0]
        self.line = self.process.stdout.readline()
        self.url = next((word for word in self.line.split() if "://" in word), "").rstrip("/")
        """With the token, which is all of its path."""
        self.origin = self.url.rpartition("/")[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.stop(signal.SIGTERM)

    @property
    def processes(self) -> list[int]:
        """The apps, and what they have started."""
        return descendants_of(self.process.pid)

    def stop(self, number: signal.Signals) -> str:
        """Send the signal, and return what was said on stderr in the whole time."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=LEASH_SECONDS)[1]


class FakeTab:
    """Says and reads what the page does, on a screen of cells."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.downloads: list[str] = []
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    async def press(self, keys: str) -> None:
        await self.socket.send_json(["stdin", keys])

    async def shows(self, *texts: str, timeout: float = 120) -> str:
        await self.until(lambda: all(text in self.text for text in texts), timeout, str(texts))
        return self.text

    async def until(
        self, is_so: Callable[[], object], timeout: float = 120, what: str = ""
    ) -> None:
        """Read until it is so.

        Raises:
            TimeoutError: it did not come in time.
        """
        try:
            async with asyncio.timeout(timeout):
                while not is_so():
                    assert await self._read(), f"the tab ended before {what}:\n{self.text}"
        except TimeoutError:
            raise TimeoutError(f"{what} did not come in {timeout} s:\n{self.text}") from None

    async def ends(self, timeout: float = 60) -> None:
        """Read until the server closes the tab."""
        async with asyncio.timeout(timeout):
            while await self._read():
                pass

    async def _read(self) -> bool:
        message = await self.socket.receive()
        if message.type is aiohttp.WSMsgType.BINARY:
            self._stream.feed(message.data)
        elif message.type is aiohttp.WSMsgType.TEXT:
            match json.loads(message.data):
                case ["deliver_file_start", str(key)]:
                    self.downloads.append(key)
        else:
            return False
        return True


def has_text(screen: str) -> bool:
    """Whether somebody has written a word on this screen."""
    return "StorytellerAgent" in screen and bool(re.search(r"\b[1-9]\d* words", screen))


async def open_tab(client: aiohttp.ClientSession, url: str) -> FakeTab:
    address = f"{url.replace('http', 'ws', 1)}/ws?width={COLUMNS}&height={ROWS}"
    origin = url.rpartition("/")[0]
    return FakeTab(await client.ws_connect(address, origin=origin, max_msg_size=0))
