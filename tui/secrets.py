"""Keys never appear in what is shown or stored: whatever others say is masked here first."""

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from tui.text import clean, clean_line

_MASK = "…"
_KEY_LIKE = re.compile(
    r"(?i)\b(bearer\s+|(?:sk|pk|rk|gsk|xai|hf|ghp)[-_]|aiza)[\w.\-]{6,}|(?<=://)[^/\s@]+@"
    r"|(?<=[?&])(?:api[-_]?key|key|token|access_token)=[^&\s\"']+"
)
_KEY_PREFIX = re.compile(r"(?:sk|pk|rk|gsk|xai|hf|ghp)[-_]")
_LONG_KEY = 16
"""Of a shorter key, four characters would give too much away."""
_SHOWN_OF_KEY = 4
_READ_CHARACTERS = 20_000
_LEAST_LENGTH = 8
"""A shorter secret would mask ordinary words."""
_SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)\Z")
_USER = re.compile(r"://([^\s@/]+|[^\s/:]+:\D[^\s]*)@")
"""A password with a slash in it is none for the rules of addresses, and one for its owner."""
_known: set[str] = set()


def remember(secret: str) -> None:
    """Mask this very secret from now on, whatever it looks like."""
    if len(secret) >= _LEAST_LENGTH:
        _known.add(secret)


def remember_user(address: str) -> None:
    """Mask the user and the password in an address, however oddly they are written."""
    for user in _USER.findall(address):
        password = user.partition(":")[2]
        for secret in (user, unquote(user), password, unquote(password)):
            remember(secret)


def remember_all(environment: Mapping[str, str]) -> None:
    """Mask what the names of variables call a secret: a team's models and tools have their own."""
    for name, value in environment.items():
        remember_user(value)
        if _SECRET_NAME.search(name.upper()):
            remember(value.strip())


def mask(text: str) -> str:
    """Return ``text`` without known secrets, and without anything that looks like one."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, _MASK)
    return _KEY_LIKE.sub(_MASK, text)


def masked_line(text: str, limit: int = 400) -> str:
    """Return what others said as one harmless line.

    Far too much is cut before it is masked, and the rest after: half a key would not be known.
    """
    return clean_line(mask(clean(text[: _READ_CHARACTERS + limit])), limit)


def masked_key(key: str) -> str:
    """Return a key so that its owner knows it again and nobody else learns it."""
    if len(key) < _LONG_KEY:
        return _MASK
    prefix = _KEY_PREFIX.match(key)
    return f"{prefix.group() if prefix else ''}{_MASK}{key[-_SHOWN_OF_KEY:]}"


def public_address(url: str) -> str:
    """Return a server's address without the user, the password and the query in it."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return mask(url)
    return mask(f"{parts.scheme}://{host}{parts.path}")
