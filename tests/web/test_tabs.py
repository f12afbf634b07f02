"""Tabs of a served app: each has a process, which ends with it and loses nothing."""

import asyncio
import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.harness.command import environment, run
from tests.harness.processes import is_alive
from tests.harness.user_teams import answering
from tests.harness.waiting import until, wait_until
from tests.servers import ModelServer, Position, Script
from tests.web.serving import UPGRADE, FakeTab, Serving, has_text, open_tab

GONE_SECONDS = 5.0
OF_A_TAB = 3
"""The program, the supervisor and the worker."""


async def stories(env: dict[str, str]) -> list[dict[str, Any]]:
    done = await asyncio.to_thread(run, "history", "--json", env=env)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


async def text_of(story: dict[str, Any], env: dict[str, str]) -> str:
    return (await asyncio.to_thread(run, "show", story["id"], env=env)).stdout


async def all_end(processes: list[int]) -> None:
    assert processes
    await until(lambda: not any(map(is_alive, processes)), GONE_SECONDS)


async def writing_tab(client: aiohttp.ClientSession, serving: Serving) -> FakeTab:
    tab = await open_tab(client, serving.url)
    await tab.until(lambda: has_text(tab.text), what="a word")
    return tab


async def test_a_closed_tab_cancels_and_ends_its_process_and_keeps_the_text(
    env: dict[str, str], model: ModelServer, client: aiohttp.ClientSession
) -> None:
    with Serving("a cat", env=env) as serving:
        tab = await writing_tab(client, serving)
        processes = serving.processes
        assert len(processes) == OF_A_TAB
        closed_at = time.monotonic()
        await tab.socket.close()
        await all_end(processes)
        assert time.monotonic() - closed_at < 2.0
        record = model.at(Position.STORYTELLER)[0]
        await until(lambda: record.client_closed_at)
        assert not serving.stop(signal.SIGTERM)
    (story,) = await stories(env)
    assert (story["outcome"], story["reason"]) == ("cancelled", "signal")
    text = await text_of(story, env)
    assert text.strip()
    assert record.text.startswith(text.strip())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_no_process_outlives_the_server_however_it_ends(
    env: dict[str, str], client: aiohttp.ClientSession, number: signal.Signals
) -> None:
    with Serving("a cat", env=env) as serving:
        tabs = [await writing_tab(client, serving) for _ in range(2)]
        processes = serving.processes
        assert len(processes) == 2 * OF_A_TAB
        stopped_at = time.monotonic()
        said = await asyncio.to_thread(serving.stop, number)
        assert time.monotonic() - stopped_at < GONE_SECONDS
        assert not said
        await all_end(processes)
        for tab in tabs:
            await tab.ends()
    rows = await stories(env)
    assert [(row["outcome"], row["reason"]) for row in rows] == [("cancelled", "signal")] * 2
    assert all(row["words"] for row in rows)


async def test_the_engine_of_a_tab_does_not_outlive_the_server_either(
    tmp_path: Path, weights: Path, client: aiohttp.ClientSession
) -> None:
    env = environment(tmp_path, XDG_CACHE_HOME=str(weights.parent.parent))
    with Serving("a lighthouse keeper", env=env) as serving:
        tab = await open_tab(client, serving.url)
        await tab.shows("Once upon a time", timeout=60)
        processes = serving.processes
        assert len(processes) == OF_A_TAB + 1
        serving.process.kill()
        await all_end(processes)


async def test_c_cancels_s_downloads_and_q_leaves(
    env: dict[str, str], client: aiohttp.ClientSession
) -> None:
    with Serving("a cat", env=env) as serving:
        tab = await writing_tab(client, serving)
        await tab.press("\x1a")
        await tab.press("c")
        await tab.shows("■ cancelled", "because you asked for it")
        await tab.press("s")
        await tab.until(lambda: tab.downloads, 10, "a download")
        address = f"{serving.url}/download/{tab.downloads[0]}"
        reading = asyncio.create_task(tab.until(lambda: False, 30))
        async with client.get(address) as response:
            disposition = response.headers["Content-Disposition"]
            saved = await response.text()
        reading.cancel()
        assert disposition.startswith("attachment; filename*=UTF-8''")
        assert disposition.endswith(".md")
        async with client.get(f"{serving.url}/download/nothing") as response:
            assert response.status == 404
        await tab.press("q")
        await tab.ends()
        await until(lambda: not serving.processes, GONE_SECONDS)
        assert not serving.stop(signal.SIGTERM)
    (story,) = await stories(env)
    assert (story["outcome"], story["reason"]) == ("cancelled", "user")
    assert (await text_of(story, env)).strip() in saved


async def test_prompt_and_options_are_handed_on_as_they_are(
    env: dict[str, str], tmp_path: Path, client: aiohttp.ClientSession
) -> None:
    prompt = """it's a "cat"; $(touch gone) `*` \\ --port"""
    with Serving("--model", "my model", "--once", "--", prompt, env=env) as serving:
        tab = await writing_tab(client, serving)
        await tab.shows("my model")
        await tab.press("c")
        await tab.ends()
    (story,) = await stories(env)
    shown = await asyncio.to_thread(run, "show", story["id"], "--json", env=env)
    assert json.loads(shown.stdout)["passages"][0]["prompt"] == prompt
    assert not (tmp_path / "gone").exists()


async def test_a_prompt_from_standard_input_is_for_every_tab(
    env: dict[str, str], client: aiohttp.ClientSession
) -> None:
    with Serving("-", env=env, stdin="--a cat who sings\n") as serving:
        for _ in range(2):
            tab = await open_tab(client, serving.url)
            await tab.shows("--a cat who sings")
            await tab.socket.close()


async def test_a_tab_that_cannot_start_says_why(
    env: dict[str, str], client: aiohttp.ClientSession
) -> None:
    with Serving("a cat", env=env) as serving:
        config = Path(env["XDG_CONFIG_HOME"]) / "storyteam-tui" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text("tail = 'long'")
        tab = await open_tab(client, serving.url)
        await tab.ends()
        assert "isnotanumberofcharacters" in "".join(tab.text.split())
        assert "is not a number of characters from" in serving.stop(signal.SIGTERM)


async def test_a_process_that_dies_closes_its_tab(
    env: dict[str, str], client: aiohttp.ClientSession
) -> None:
    with Serving("a cat", env=env) as serving:
        tab = await writing_tab(client, serving)
        os.kill(serving.processes[0], signal.SIGKILL)
        await tab.ends()


NOISE = ["", "[]", "{", "null", '["stdin", 7]', '["resize", {}]']


async def test_noise_on_the_socket_is_passed_over(
    env: dict[str, str], client: aiohttp.ClientSession
) -> None:
    with Serving("a cat", env=env) as serving:
        tab = await open_tab(client, serving.url)
        for noise in (*NOISE, '["resize", {"width": 1e99, "height": -1}]'):
            await tab.socket.send_str(noise)
        await tab.shows("StorytellerAgent")
        assert not serving.stop(signal.SIGTERM)


async def test_what_a_tool_prints_does_not_break_the_page(
    tmp_path: Path, client: aiohttp.ClientSession
) -> None:
    with ModelServer(answering("print_a_lot")) as own:
        env = environment(tmp_path) | {"OPENAI_BASE_URL": own.base_url}
        with Serving("--team", "tests.teams.unruly:make_team", "a cat", env=env) as serving:
            tab = await open_tab(client, serving.url)
            await tab.shows("completed")
            assert "written" not in tab.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_browser_that_reads_no_more_does_not_keep_the_process(
    env: dict[str, str], number: signal.Signals
) -> None:
    with (
        ModelServer(Script(words=3_000_000)) as fast,
        Serving("--base-url", fast.base_url, "a cat", env=env) as serving,
        socket.create_connection(("127.0.0.1", urlsplit(serving.url).port or 0)) as stuck,
    ):
        headers = UPGRADE | {"Host": urlsplit(serving.url).netloc, "Origin": serving.origin}
        get = f"GET {urlsplit(serving.url).path}/ws HTTP/1.1"
        lines = [get, *(f"{name}: {value}" for name, value in headers.items())]
        stuck.sendall("\r\n".join([*lines, "", ""]).encode())
        wait_until(lambda: fast.at(Position.STORYTELLER))
        wait_until(lambda: len(fast.at(Position.STORYTELLER)[0].text) > 200_000)
        processes = serving.processes
        assert processes
        assert not serving.stop(number)
        wait_until(lambda: not any(map(is_alive, processes)), GONE_SECONDS)
