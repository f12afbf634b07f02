"""What a browser, or a program that pretends to be one, may ask for."""

import asyncio
import signal

import aiohttp

from tests.servers import ModelServer
from tests.web.serving import Serving, open_tab


async def test_one_tab_too_many_is_told_so_and_starts_nothing(
    env: dict[str, str], client: aiohttp.ClientSession, model: ModelServer
) -> None:
    with Serving("--max-tabs", "1", "a cat", env=env) as server:
        first = await open_tab(client, server.url)
        await first.shows("words")
        processes = server.processes
        second = await open_tab(client, server.url)
        await second.shows("1 tabs are open, and no more are allowed")
        await second.ends()
        assert server.processes == processes
        await first.press("c")
        await first.shows("cancelled", "Results")
        await first.socket.close()
        async with asyncio.timeout(20):
            while server.processes:
                await asyncio.sleep(0.02)
        third = await open_tab(client, server.url)
        await third.shows("words")


async def test_no_message_and_no_size_is_more_than_is_understood(
    env: dict[str, str], client: aiohttp.ClientSession, model: ModelServer
) -> None:
    with Serving("a cat", env=env) as server:
        address = f"{server.url.replace('http', 'ws', 1)}/ws"
        for size in ("9" * 3500, "²", "-1"):
            async with client.ws_connect(
                f"{address}?width={size}&height={size}", origin=server.origin
            ) as socket:
                assert (await socket.receive()).type is not aiohttp.WSMsgType.ERROR
        tab = await open_tab(client, server.url)
        await tab.shows("words")
        await tab.socket.send_str("[" * 100_000)
        await tab.socket.send_json(["resize", {"width": 10**3000, "height": "9" * 5000}])
        await tab.press("c")
        await tab.shows("cancelled")
        assert "Traceback" not in server.stop(signal.SIGTERM)
