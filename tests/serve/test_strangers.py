"""Other sites, and other names for this machine: they get no answer, and the page asks for none."""

from collections.abc import Iterator

import aiohttp
import pytest

from tests.command import environment
from tests.running import KEY
from tests.serve.serving import UPGRADE, Serving


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
    async with client.get(strangers.url + path, headers=UPGRADE | headers) as response:
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
    async with client.get(strangers.url) as response:
        page = await response.text()
        policy = response.headers["Content-Security-Policy"]
        assert response.headers["X-Frame-Options"] == "DENY"
    assert "//" not in page
    assert "default-src 'none'" in policy
    assert KEY not in page
