"""Keys never appear in what is shown or stored: whatever others say is masked here first."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

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
_LEAST_LENGTH = 8
"""A shorter secret would mask ordinary words."""
_SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)\Z")
_known: set[str] = set()


def remember(secret: str) -> None:
    """Mask this very secret from now on, whatever it looks like."""
    if len(secret) >= _LEAST_LENGTH:
        _known.add(secret)


def remember_all(environment: Mapping[str, str]) -> None:
    """Mask what the names of variables call a secret: a team's models and tools have their own."""
    for name, value in environment.items():
        if _SECRET_NAME.search(name.upper()):
            remember(value.strip())


def mask(text: str) -> str:
    """Return ``text`` without known secrets, and without anything that looks like one."""
    for secret in tuple(_known):
        text = text.replace(secret, _MASK)
    return _KEY_LIKE.sub(_MASK, text)


def masked_line(text: str, limit: int = 400) -> str:
    """Return what others said as one harmless line; cut last, lest half a key be unknown."""
    return clean_line(mask(clean(text)), limit)


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
