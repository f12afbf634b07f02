"""The HTTP server: the page, what the page loads, and a websocket for each tab."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from tui.web.gate import OPEN, Gate
from tui.web.tab import Tab

HEARTBEAT_SECONDS = 15.0
"""A browser that does not answer for one and a half times as long is gone."""
CLOSING_SECONDS = 1.0
"""How long a browser may take to close its websocket."""
SMALLEST, LARGEST = (20, 5), (1000, 500)
"""The sizes, in cells, that a tab may have."""
_MOST_DIGITS = 8
_PAGE = Path(__file__).with_name("page")
_HEADERS = {
    # Nothing from elsewhere, and no page around this one. The terminal makes styles as it goes.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class StoryServer:
    """Serves a page whose every tab runs ``command``."""

    def __init__(self, command: Sequence[str], gate: Gate, most_tabs: int) -> None:
        self._command = command
        self._most_tabs = most_tabs
        self._gate = gate
        self._downloads = DownloadManager()
        self._tabs: dict[Tab, web.WebSocketResponse] = {}

    def application(self) -> web.Application:
        """Return what aiohttp serves."""
        application = web.Application(middlewares=[self._check])
        application.add_routes(
            [
                web.get("/", self._show_root),
                web.get("/{token}/", self._show_page),
                web.get("/{token}/page.js", self._show_script),
                web.get("/{token}/ws", self._run_tab),
                web.get("/{token}/download/{key}", self._download),
                web.static("/static", Path(str(files("textual_serve"))) / "static"),
            ]
        )
        application.on_response_prepare.append(_add_headers)
        application.on_shutdown.append(self._end_all)
        return application

    @web.middleware
    async def _check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse a request with another name, from another page, or without the token."""
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
        is_ours = self._gate.admits_host(host) and (
            not request.path.endswith("/ws") if origin is None else self._gate.admits_origin(origin)
        )
        if not is_ours:
            return web.Response(
                status=403,
                text="Not the address that is served here: --public-url names another one.\n",
            )
        token = request.match_info.get("token")
        if token is not None and not self._gate.admits_token(token):
            return _without_token()
        return await handler(request)

    async def _show_root(self, _request: web.Request) -> web.StreamResponse:
        if self._gate.is_open:
            raise web.HTTPFound(f"{OPEN}/")
        return _without_token()

    async def _show_page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_PAGE / "page.html")

    async def _show_script(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_PAGE / "page.js")

    async def _run_tab(self, request: web.Request) -> web.StreamResponse:
        websocket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, timeout=CLOSING_SECONDS)
        await websocket.prepare(request)
        tab = Tab(self._command, websocket, self._downloads)
        if len(self._tabs) >= self._most_tabs:
            await tab.refuse(
                f"{self._most_tabs} tabs are open, and no more are allowed: close one of them, "
                "or start the server with a higher --max-tabs."
            )
            return websocket
        self._tabs[tab] = websocket
        try:
            await tab.open(*_size(request.query.get("width"), request.query.get("height")))
            async for message in websocket:
                if message.type is WSMsgType.TEXT:
                    with suppress(ValueError, TypeError, LookupError, RecursionError):
                        await _handle(tab, websocket, json.loads(message.data))
        finally:
            await tab.stop()
            del self._tabs[tab]
        return websocket

    async def _download(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        try:
            download = await self._downloads.get_download_metadata(key)
        except KeyError:
            raise web.HTTPNotFound from None
        response = web.StreamResponse()
        response.content_type = download.mime_type
        response.charset = download.encoding or None
        response.headers["Content-Disposition"] = (
            f"attachment; filename*=UTF-8''{quote(download.file_name)}"
        )
        await response.prepare(request)
        async for chunk in self._downloads.download(key):
            await response.write(chunk)
        await response.write_eof()
        return response

    async def _end_all(self, _application: web.Application) -> None:
        tabs = list(self._tabs.items())
        await asyncio.gather(*(tab.stop() for tab, _ in tabs))
        closings = (socket.close(code=WSCloseCode.GOING_AWAY) for _, socket in tabs)
        # A browser that reads no more does not close its side either.
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await asyncio.gather(*closings, return_exceptions=True)


def _without_token() -> web.Response:
    return web.Response(
        status=403, text="Open the whole address that the server printed: it ends with a token.\n"
    )


async def _handle(tab: AppService, websocket: web.WebSocketResponse, message: list[Any]) -> None:
    """Do what the page asks for; ignore what is not understood."""
    match message:
        case ["stdin", str(data)]:
            await tab.send_bytes(data.encode(errors="replace"))
        case ["resize", {"width": width, "height": height}]:
            await tab.set_terminal_size(*_size(width, height))
        case ["ping", str(data)]:
            await websocket.send_json(["pong", data])
        case ["focus"]:
            await tab.focus()
        case ["blur"]:
            await tab.blur()


def _size(*given: object) -> tuple[int, int]:
    columns, rows = (
        min(max(int(str(value)), least), most) if _is_number(value) else default
        for value, least, most, default in zip(given, SMALLEST, LARGEST, (80, 24), strict=True)
    )
    return columns, rows


def _is_number(value: object) -> bool:
    digits = str(value)[:_MOST_DIGITS]
    return digits.isascii() and digits.isdecimal() and len(str(value)) < _MOST_DIGITS


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
    # A page kept for the back button would keep its websocket, and so its run.
    response.headers.setdefault("Cache-Control", "no-store")
