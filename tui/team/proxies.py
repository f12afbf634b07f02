"""Which proxy the environment puts on the way to a server, if any."""

import urllib.request as requests
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from os import environ
from urllib.parse import quote, urlsplit

from tui.errors import StoryteamError
from tui.text.untrusted import clean_line

_SCHEMES = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, and the name of the variable that names it."""

    variable: str
    address: str
    """As it may be shown: no user and no password."""
    url: str


def is_loopback(host: str) -> bool:
    """Whether a name or number always means this machine."""
    if host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        number = ip_address(host)
    except ValueError:
        return False
    return number.is_loopback or number.is_unspecified


def proxy_for(url: str, environment: Mapping[str, str] = environ) -> Proxy | None:
    """Return the proxy for a server; what runs on this machine is never reached through one.

    Raises:
        StoryteamError: when the variable names none that can be used.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host or is_loopback(host):
        return None
    # In every Python, and not described.
    proxies = requests.getproxies_environment()
    name = next((name for name in (parts.scheme, "all") if proxies.get(name)), "")
    place = f"{host}:{parts.port}" if parts.port else host
    if not name or requests.proxy_bypass_environment(place, proxies):  # type: ignore[attr-defined]
        return None
    return _proxy(_variable(name, environment), proxies[name])


def _variable(name: str, environment: Mapping[str, str]) -> str:
    lower = f"{name}_proxy"
    return lower if environment.get(lower) else lower.upper()


def _proxy(variable: str, value: str) -> Proxy:
    scheme, _, rest = value.strip().rpartition("://")
    scheme = scheme.lower() or "http"
    # A password may hold any sign, be it one that ends the host of a well-formed address.
    user, _, address = rest.rpartition("@")
    address = address.rstrip("/")
    try:
        parts = urlsplit(f"//{address}")
        is_usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise StoryteamError(f"{variable} is not the address of a proxy, like http://host:3128.")
    if scheme not in _SCHEMES:
        raise StoryteamError(
            f"{variable}: a proxy that speaks {clean_line(scheme, 20)} cannot be used, "
            f"only {', '.join(_SCHEMES)}."
        )
    quoted = f"{_quoted(user)}@" if user else ""
    return Proxy(variable, f"{scheme}://{address}", f"{scheme}://{quoted}{address}")


def _quoted(user: str) -> str:
    name, separator, password = user.partition(":")
    return f"{quote(name, safe='%')}{separator}{quote(password, safe='%')}"
