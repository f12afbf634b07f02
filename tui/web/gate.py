"""Whom the server answers: its own page, and requests that have its token.

Every user of this machine can reach the port, so the address holds a token, which only the user
who started the server is told.

A page of any site can open a websocket to this machine, and a name that its owner points here
makes it look like our own (DNS rebinding). The browser tells both: in ``Origin`` which page asks,
in ``Host`` by which name.
"""

import hmac
import ipaddress
import secrets
import socket
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
OPEN = "open"
"""Stands in the address in place of a token."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def make_token() -> str:
    """Return a token that cannot be guessed."""
    return secrets.token_urlsafe(16)


class Origin(NamedTuple):
    """Scheme, host and port of a page."""

    scheme: str
    host: str
    port: int


def origin_of(url: str) -> Origin | None:
    """Return the origin of an address of the web, or None if it is none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or parts.scheme not in _PORTS:
        return None
    return Origin(parts.scheme, host, port or _PORTS[parts.scheme])


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host.lower() == "localhost"


class Gate:
    """Knows the addresses of the page, and the token in them."""

    def __init__(
        self, host: str, port: int, public_url: str | None = None, token: str = OPEN
    ) -> None:
        self._token = token
        names = {host.lower(), *(_LOOPBACK if is_loopback(host) else ())}
        self._port_of_every_address = 0
        if _is_wildcard(host):
            # Only names can be pointed here from elsewhere: a numeric address is the machine's own.
            self._port_of_every_address = port
            names = {"localhost", socket.gethostname().lower()}
            host = "localhost"
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        """The page's address on this machine."""
        self._origins = {Origin("http", name, port) for name in names}
        if public_url and (public := origin_of(public_url)):
            self._origins.add(public)
        self._hosts = {origin[1:] for origin in self._origins}

    def admits_host(self, host: str) -> bool:
        """Whether this ``Host`` is ours; it does not say the scheme, nor the scheme's port."""
        if not _is_bare(host):
            return False
        found = [origin_of(f"{scheme}://{host}") for scheme in _PORTS]
        return any(o and (o[1:] in self._hosts or self._is_own_address(o)) for o in found)

    def admits_origin(self, origin: str) -> bool:
        """Whether the page of this ``Origin`` is ours."""
        found = origin_of(origin)
        return bool(found and (found in self._origins or self._is_own_address(found)))

    def admits_token(self, token: str) -> bool:
        """Whether this is the token, in a time that does not tell how much of it is right."""
        return hmac.compare_digest(token.encode(errors="replace"), self._token.encode())

    @property
    def is_open(self) -> bool:
        """Whether no token is asked for."""
        return self._token == OPEN

    def page_url(self, public_url: str | None) -> str:
        """Return the address to open, token included."""
        return f"{(public_url or self.url).rstrip('/')}/{self._token}/"

    def _is_own_address(self, origin: Origin) -> bool:
        return (
            origin.scheme == "http"
            and origin.port == self._port_of_every_address
            and _is_address(origin.host)
        )


def _is_bare(host: str) -> bool:
    return not set("/?#@\\ ") & set(host)


def _is_address(host: str) -> bool:
    with suppress(ValueError):
        ipaddress.ip_address(host)
        return True
    return False


def _is_wildcard(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_unspecified
    return False
