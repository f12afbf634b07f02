"""The HTTP client of every model, made in one place.

The embedded engine's reads nothing from the environment: neither a proxy nor a certificate, and
what the SDK would take from there as headers is left out of its requests.
"""

import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from os import environ
from typing import Any

import httpx2
from openai import DEFAULT_CONNECTION_LIMITS, DEFAULT_TIMEOUT, AsyncOpenAI

from tui.config.endpoint import Endpoint
from tui.errors import StoryteamError
from tui.team.proxies import proxy_for
from tui.team.transport import Transport

_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_MOST_REDIRECTS = 5


def reached(model: Any, endpoint: Endpoint, make: Callable[[], AsyncOpenAI]) -> AsyncOpenAI:
    """Return the model's client; one that ``make`` has to make speaks through our transport.

    What a team of the user's own has chosen for its models stays as it is.
    """
    given = model.client_params
    open_client = model.async_client
    has_own = model.http_client is not None or "http_client" in (given or {})
    if has_own or (open_client is not None and not open_client.is_closed()):
        return make()
    engine_key = None if endpoint.backend.uses_environment else model.api_key
    transport = Transport(_inner, engine_key=engine_key)
    http_client = http_client_over(transport)
    model.client_params = {**(given or {}), "http_client": http_client}
    try:
        client = make()
    finally:
        model.client_params = given
    transport.max_retries = client.max_retries
    return client


def http_client_over(transport: httpx2.AsyncBaseTransport) -> httpx2.AsyncClient:
    """Return a client that takes nothing from the environment."""
    return httpx2.AsyncClient(
        transport=transport,
        trust_env=False,
        follow_redirects=True,
        max_redirects=_MOST_REDIRECTS,
        timeout=DEFAULT_TIMEOUT,
    )


def make_once(url: str, apis: Iterable[str]) -> None:
    """Make what the first request to this address would, without sending it."""
    http_client = http_client_over(Transport(_inner))
    client = AsyncOpenAI(api_key="none", base_url=url, http_client=http_client)
    for api in apis:
        getattr(client, api).with_raw_response  # noqa: B018 - made when it is asked for
    with suppress(StoryteamError):
        _inner(httpx2.URL(url))


@cache
def _certificates(*named: str | None) -> ssl.SSLContext:
    """What is trusted: the certificates that the environment names, or those that came along."""
    return httpx2.create_ssl_context(trust_env=any(named))


def _inner(url: httpx2.URL) -> httpx2.AsyncBaseTransport:
    """Return the transport for one server.

    Raises:
        StoryteamError: when the environment names a proxy or certificates that are of no use.
    """
    proxy = proxy_for(str(url))
    if url.scheme == "http" and not (proxy and proxy.url.startswith("https:")):
        # It is never encrypted, and a context without certificates trusts no server.
        trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        trusted = _trusted()
    return httpx2.AsyncHTTPTransport(
        verify=trusted,
        trust_env=False,
        limits=DEFAULT_CONNECTION_LIMITS,
        proxy=httpx2.Proxy(proxy.url) if proxy else None,
    )


def _trusted() -> ssl.SSLContext:
    try:
        return _certificates(*map(environ.get, _CERTIFICATES))
    except (OSError, ssl.SSLError) as error:
        name = next((name for name in _CERTIFICATES if environ.get(name)), "")
        if not name:
            raise
        raise StoryteamError(
            f"{name} names no certificates that can be read: {environ[name]}. "
            "Correct it, or take it out of the environment."
        ) from error
