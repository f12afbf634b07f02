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
_SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|_PASS|_PWD)\Z")
_HEADERS_NAME = re.compile(r"HEADERS?\Z")
_USER_INFO = re.compile(r"://(\S+)@")
"""Up to the last @: a password that was never encoded may hold anything."""
_URL_MARKS = re.compile(r"[:/?#@\[\]]")
_known: set[str] = set()


def remember(secret: str) -> None:
    """Mask this very secret from now on, whatever it looks like."""
    if len(secret) >= _LEAST_LENGTH:
        _known.add(secret)


def remember_all(environment: Mapping[str, str]) -> None:
    """Mask what variables hold that is secret: by their name, or as the user of an address."""
    for name, value in environment.items():
        if _SECRET_NAME.search(name.upper()):
            remember(value.strip())
        elif _HEADERS_NAME.search(name.upper()):
            for line in re.split(r"[\n,]", value):
                remember(re.split("[:=]", line, maxsplit=1)[-1].strip())
        remember_user(value)


def remember_user(text: str) -> None:
    """Mask the user and the password in every address in ``text``, whole and in parts.

    Who reads an address with a password that was never encoded takes a part of it for the host or
    the port, and says so.
    """
    for found in _USER_INFO.findall(text):
        for written in {found, unquote(found)}:
            password = written.partition(":")[2]
            # With its password even a short user is no ordinary word.
            if len(written) >= _LEAST_LENGTH or password:
                _known.add(written)
            remember(password)
            for part in _URL_MARKS.split(password):
                remember(part)


def mask(text: str) -> str:
    """Return ``text`` without known secrets, and without anything that looks like one."""
    # The longest first: it may hold another one.
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
