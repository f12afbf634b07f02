"""Other sites, and other names for this machine: they get no answer, and the page asks for none."""

from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.harness.command import environment
from tests.harness.running import KEY
from tests.web.serving import UPGRADE, Serving


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server that nobody has opened a tab of."""
    with Serving(env=environment(tmp_path_factory.mktemp("strangers"))) as serving:
        yield serving


@pytest.mark.parametrize("path", ["/", "/page.js", "/static/js/textual.js", "/ws", "/nothing"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example:8000"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_nobody_else_is_answered(
    strangers: Serving, client: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> None:
    async with client.get(strangers.origin + path, headers=UPGRADE | headers) as response:
        assert response.status == 403
    assert not strangers.processes


async def test_a_websocket_that_does_not_say_where_it_comes_from_is_refused(
    strangers: Serving, client: aiohttp.ClientSession
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await client.ws_connect(f"{strangers.url}/ws")


async def test_the_page_loads_nothing_from_elsewhere(
    strangers: Serving, client: aiohttp.ClientSession
) -> None:
    async with client.get(f"{strangers.url}/") as response:
        page = await response.text()
        policy = response.headers["Content-Security-Policy"]
        assert response.headers["X-Frame-Options"] == "DENY"
    assert "//" not in page
    assert "default-src 'none'" in policy
    assert KEY not in page


@pytest.mark.parametrize("path", ["/", "/open/", "/wrong/", "/wrong/page.js", "/wrong/download/x"])
async def test_without_the_token_there_is_no_page(
    strangers: Serving, client: aiohttp.ClientSession, path: str
) -> None:
    async with client.get(strangers.origin + path) as response:
        assert response.status == 403
        assert "it ends with a token" in await response.text()


@pytest.mark.parametrize("token", ["open", "wrong", "%ff", "A" * 5000])
async def test_without_the_token_no_tab_is_opened(
    strangers: Serving, client: aiohttp.ClientSession, token: str
) -> None:
    address = f"{strangers.origin}/{token}/ws"
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await client.ws_connect(address, origin=strangers.origin)
    assert not strangers.processes


def test_every_server_has_a_token_of_its_own_that_no_argument_tells(
    strangers: Serving, tmp_path: Path
) -> None:
    with Serving(env=environment(tmp_path)) as other:
        tokens = {url.rpartition("/")[2] for url in (strangers.url, other.url)}
        command = Path(f"/proc/{other.process.pid}/cmdline").read_text()
    assert len(tokens) == 2
    assert all(len(token) >= 20 for token in tokens)
    assert not any(token in command for token in tokens)


async def test_no_token_is_asked_for_if_none_is_wanted(
    tmp_path: Path, client: aiohttp.ClientSession
) -> None:
    with Serving("--no-token", env=environment(tmp_path)) as serving:
        async with client.get(serving.origin) as response:
            assert response.status == 200
            assert str(response.url) == f"{serving.url}/"
            assert "<title>storyteam</title>" in await response.text()
