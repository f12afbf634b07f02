"""The one way to a model server: bounded, on one host, and in one dialect whatever is spoken.

Everything that a server sends passes through here before the SDK or Agno sees any of it.
"""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
from openai import OpenAIError

from tui.team.error_bodies import code_in, words_in
from tui.team.retry_waits import wait_before_retry
from tui.team.translation import Translation

ERROR_BYTES = 64_000
"""The most that is read of what a server says when it refuses."""
ERROR_SECONDS = 5.0

_ENGINE_HEADERS = ("host", "content-type", "content-length", "accept", "x-stainless-retry-count")
_REDIRECTS = (301, 302, 303, 307, 308)
_KEEPS_METHOD = (307, 308)


class Moved(OpenAIError):  # noqa: N818 - named for what it is
    """The server sends requests to an address that was not chosen; carries that address."""

    def __init__(self, address: str, status: int, *, is_elsewhere: bool) -> None:
        super().__init__(address)
        self.address, self.status, self.is_elsewhere = address, status, is_elsewhere


@dataclass(frozen=True, slots=True)
class Listener:
    """What a model call wants to know of its request besides the answer."""

    note: Callable[[str], object] = lambda sentence: None
    """Takes a sentence for the reader."""
    limited: Callable[[int, float], object] = lambda attempts, seconds: None
    """Takes how often it was asked, and for how long it now waits."""
    is_thinking: bool = False
    """Whether this model is known to begin inside a thought."""


listener: ContextVar[Listener] = ContextVar("storyteam_transport_listener")


class Transport(httpx2.AsyncBaseTransport):
    """Sends requests through another transport, and sees to what comes back."""

    def __init__(
        self,
        make_inner: Callable[[httpx2.URL], httpx2.AsyncBaseTransport],
        *,
        engine_key: str | None = None,
    ) -> None:
        self.max_retries = 0
        """How often the client asks again."""
        self._make_inner = make_inner
        self._inner: dict[tuple[str, str, int | None], httpx2.AsyncBaseTransport] = {}
        """By the server that it is for."""
        self._engine_key = engine_key

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request.

        Raises:
            Moved: when the server redirects it to where it is not meant to go.
        """
        request.headers["accept-encoding"] = "identity"
        if self._engine_key is not None:
            kept = {k: v for k, v in request.headers.items() if k.lower() in _ENGINE_HEADERS}
            request.headers = httpx2.Headers(
                {**kept, "authorization": f"Bearer {self._engine_key}"}
            )
        server = _origin(str(request.url))
        if server not in self._inner:
            self._inner[server] = self._make_inner(request.url)
        response = await self._inner[server].handle_async_request(request)
        if response.status_code in _REDIRECTS and "location" in response.headers:
            await self._check_redirect(request, response)
            return response
        if response.status_code >= 400:
            return await self._refusal(request, response)
        asked = _asked(request)
        if asked.get("stream") is not True:
            return response
        return _translated(request, response, asked)

    async def aclose(self) -> None:
        """Close the connections."""
        for inner in self._inner.values():
            await inner.aclose()

    async def _check_redirect(self, request: httpx2.Request, response: httpx2.Response) -> None:
        target = urljoin(str(request.url), response.headers["location"])
        is_elsewhere = _origin(target) != _origin(str(request.url))
        # The other redirects turn a POST into a GET, which no model answers.
        if is_elsewhere or response.status_code not in _KEEPS_METHOD:
            await response.aclose()
            raise Moved(target, response.status_code, is_elsewhere=is_elsewhere)

    async def _refusal(self, request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
        """Return the refusal with a body as OpenAI shapes it, and how it is to be retried."""
        body = _value(await _read_bounded(response))
        status, code = response.status_code, code_in(body)
        headers = {
            name: response.headers[name]
            for name in ("retry-after", "retry-after-ms", "x-should-retry")
            if name in response.headers
        }
        try:
            attempt = int(request.headers.get("x-stainless-retry-count", "0"))
        except ValueError:
            attempt = 0
        wait = wait_before_retry(status, headers, code, attempt)
        if wait is not None and attempt < self.max_retries:
            if status == 429:
                _listener().limited(attempt + 1, wait)
            headers = {"retry-after-ms": f"{wait * 1000:.0f}", "x-should-retry": "true"}
        else:
            headers["x-should-retry"] = "false"
        error = {"message": words_in(body), "code": code or None, "type": None, "param": None}
        headers["content-type"] = "application/json"
        content = json.dumps({"error": error}).encode()
        extensions = {"http_version": response.extensions.get("http_version", b"HTTP/1.1")}
        return httpx2.Response(
            response.status_code, headers=headers, content=content, extensions=extensions
        )


class _TranslatedStream(httpx2.AsyncByteStream):
    """The body of an answer, translated while it is read."""

    def __init__(self, response: httpx2.Response, translation: Translation) -> None:
        self._response = response
        self._pieces = response.aiter_bytes()
        self._translation = translation

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # The client comes back for what is left after the end, to use the connection again.
        async for piece in self._pieces:
            for translated in self._translation.feed(piece):
                yield translated
                # Text that comes flat out never waits, and a cancel would.
                await asyncio.sleep(0)
        for translated in self._translation.finish():
            yield translated
        if self._translation.is_whole:
            _listener().note("The server does not stream: the text came all at once.")

    async def aclose(self) -> None:
        await self._response.aclose()


def _translated(
    request: httpx2.Request, response: httpx2.Response, asked: Mapping[str, Any]
) -> httpx2.Response:
    translation = Translation(
        is_responses=request.url.path.rstrip("/").endswith("/responses"),
        tools=frozenset(_tool_names(asked.get("tools"))),
        is_thinking=_listener().is_thinking,
    )
    response.request = request
    return httpx2.Response(
        response.status_code,
        headers={"content-type": "text/event-stream"},
        stream=_TranslatedStream(response, translation),
        extensions=response.extensions,
    )


def _asked(request: httpx2.Request) -> Mapping[str, Any]:
    try:
        asked = json.loads(request.content)
    except (ValueError, RecursionError, httpx2.RequestNotRead):
        return {}
    return asked if isinstance(asked, dict) else {}


def _tool_names(tools: Any) -> list[str]:
    names = []
    for tool in tools if isinstance(tools, list) else ():
        inner = tool.get("function", tool) if isinstance(tool, dict) else {}
        if isinstance(inner, dict) and isinstance(inner.get("name"), str):
            names.append(inner["name"])
    return names


def _listener() -> Listener:
    return listener.get(Listener())


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port or usual


async def _read_bounded(response: httpx2.Response) -> bytes:
    """Read what a refusal says, as far as it is short and quick; the connection is closed."""
    read = bytearray()
    try:
        async with asyncio.timeout(ERROR_SECONDS):
            async for piece in response.aiter_raw(8_000):
                read += piece
                if len(read) >= ERROR_BYTES:
                    break
    except (TimeoutError, httpx2.RequestError):
        pass
    finally:
        await response.aclose()
    return _decoded(bytes(read[:ERROR_BYTES]), response.headers.get("content-encoding", ""))


def _decoded(body: bytes, encoding: str) -> bytes:
    if encoding.lower() not in ("gzip", "x-gzip", "deflate"):
        return b"" if encoding and encoding.lower() != "identity" else body
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, ERROR_BYTES)
    except zlib.error:
        return b""


def _value(body: bytes) -> Any:
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
