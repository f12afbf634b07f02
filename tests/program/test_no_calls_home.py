"""Nothing leaves the machine but the requests to the model, and no key but in those requests.

Every Python process of the program is audited, from its first import on.
"""

import ast
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.harness.command import Done, environment, run
from tests.harness.terminal import Terminal
from tests.harness.user_teams import answering
from tests.harness.waiting import until
from tests.servers import ModelServer
from tests.web.serving import Serving, open_tab

KEY = "sk-test-1234567890abcdef"
SECRET = KEY.removeprefix("sk-test-")
AUDIT = Path(__file__).parent / "audit"
ROOT = AUDIT.parent.parent
REQUESTS = 4
"""The fewest that a team makes: the leader twice, and its two members."""


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def env(tmp_path: Path, server: ModelServer) -> dict[str, str]:
    return environment(
        tmp_path / "home",
        OPENAI_API_KEY=KEY,
        OPENAI_BASE_URL=server.base_url,
        PYTHONPATH=f"{AUDIT}{os.pathsep}{ROOT}",
        PYTHON_TEST_AUDIT=str(tmp_path / "audit"),
    )


def heard(env: dict[str, str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(env["PYTHON_TEST_AUDIT"]).read_text().splitlines()]


def assert_quiet(env: dict[str, str], *addresses: str, processes: int = 2) -> None:
    """See that all was said to these addresses, and that all processes were heard."""
    entries = heard(env)
    asked = [entry for entry in entries if entry["event"] != "start"]
    known = {(parts.hostname, parts.port) for parts in map(urlsplit, addresses)}
    hosts = {host for host, _ in known}
    for entry in asked:
        first = ast.literal_eval(entry["told"])[0]
        place = tuple(first[:2]) if isinstance(first, tuple) else first
        assert place in known or place in hosts, entry
    assert sum(entry["event"] == "socket.connect" for entry in asked) >= len(addresses)
    assert sum(entry["event"] == "start" for entry in entries) >= processes


def assert_secret(env: dict[str, str], *said: str) -> None:
    """See that the key is in no file, no output and no argument of any process."""
    home = Path(env["XDG_DATA_HOME"]).parent
    for path in home.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
    assert not any(SECRET in text for text in said)
    for entry in heard(env):
        assert SECRET not in json.dumps(entry["told"]), entry
        holders = {n for n, value in entry.get("environment", {}).items() if SECRET in value}
        # Where the user has put it, for the team may read it there, and nowhere else.
        assert holders <= {"OPENAI_API_KEY"}, entry


def all_of(done: Done) -> tuple[str, str]:
    return done.stdout, done.stderr


@pytest.mark.parametrize("output", ["--plain", "--json", "--events"])
def test_a_run_asks_its_model_and_nothing_else(
    output: str, env: dict[str, str], server: ModelServer
) -> None:
    done = run(output, "a cat", env=env)
    assert done.returncode == 0, done.stderr
    assert len(server.records) >= REQUESTS
    assert_quiet(env, server.base_url)
    listed = run("history", env=env)
    shown = [listed, run("show", listed.stdout.split()[0], env=env), run("--show-config", env=env)]
    assert all(each.stdout for each in shown)
    assert_secret(env, *all_of(done), *(text for each in shown for text in all_of(each)))


def test_the_full_screen_asks_its_model_and_nothing_else(
    env: dict[str, str], server: ModelServer
) -> None:
    with Terminal("a cat", env=env) as terminal:
        terminal.shows("completed")
        text = terminal.text
        terminal.press("q")
        terminal.wait()
    assert_quiet(env, server.base_url)
    assert_secret(env, text)


def test_a_team_of_the_users_asks_its_model_and_nothing_else(
    env: dict[str, str], tmp_path: Path
) -> None:
    with ModelServer(answering()) as own:
        env |= {"OPENAI_BASE_URL": own.base_url}
        done = run("--json", "--team", "tests.teams.unruly:make_team", "a cat", env=env)
        assert done.returncode in (0, 1), done.stderr
        assert own.records
        assert_quiet(env, own.base_url)
    assert_secret(env, *all_of(done))


async def test_a_served_tab_asks_its_model_and_nothing_else(
    env: dict[str, str], server: ModelServer
) -> None:
    with Serving("a cat", env=env) as serving:
        async with aiohttp.ClientSession() as client:
            tab = await open_tab(client, serving.url)
            await tab.shows("completed")
            text = tab.text
            await tab.press("q")
            await until(lambda: not serving.processes, 10)
        assert_quiet(env, server.base_url, processes=3)
    assert_secret(env, text)


def test_the_embedded_model_asks_nothing_but_its_engine(env: dict[str, str], weights: Path) -> None:
    more = {"XDG_CACHE_HOME": str(weights.parent.parent), "STORYTEAM_MAX_WORDS": "30"}
    done = run("--local", "--json", "a cat", env=env | more)
    summary = json.loads(done.stdout)
    assert summary["words"], done.stderr
    connects = [entry for entry in heard(env) if entry["event"] == "socket.connect"]
    hosts = {ast.literal_eval(entry["told"])[0][0] for entry in connects}
    assert hosts == {"127.0.0.1"}
    assert len({ast.literal_eval(entry["told"])[0][1] for entry in connects}) == 1
    assert sum(entry["event"] == "start" for entry in heard(env)) == 3
    looked_up = {entry["told"] for entry in heard(env) if entry["event"] == "socket.getaddrinfo"}
    assert all("127.0.0.1" in told for told in looked_up), looked_up
    assert_secret(env, *all_of(done))


def test_the_audit_hears_what_it_must(env: dict[str, str]) -> None:
    with ModelServer() as other:
        run("--json", "a cat", env=env | {"OPENAI_BASE_URL": other.base_url})
        with pytest.raises(AssertionError):
            assert_quiet(env, "http://127.0.0.1:1")
