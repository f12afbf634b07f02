"""Mask keys and passwords in what is shown or stored."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Collection, Iterator, Mapping
from itertools import filterfalse
from typing import Final
from urllib.parse import unquote, urlsplit

from tui.text.untrusted import clean, clean_line

MASK = "…"
KEY_PREFIXES: Final = (
    r"(?:(?:sk|pk|rk|gsk|xai|hf|gh[oprsu])[-_]|github_pat_|glpat-|xox[abeoprs]-|AKIA|ASIA|AIza|eyJ)"
)
_KEY_LIKE = re.compile(
    rf"(?i)\b(bearer\s+|{KEY_PREFIXES})[\w.\-]{{6,}}|\bbasic\s+[\w+/\-]{{8,}}=*|(?<=://)[^/\s@]+@"
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
"""Up to the last @: a password that is not encoded may hold anything."""
_HOST_AND_PATH = re.compile(r"[^/?#@:]+(?::\d*)?[/?#]")
"""What begins like this is no user: the @ is in the path."""
_URL_MARKS = re.compile(r"[:/?#@\[\]]")
_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f"
INVISIBLES = re.compile(f"[{_INVISIBLE}]")
"""What may stand between the letters of a secret without being seen."""
LEAST_BEGINNING = 3
"""The fewest letters of a secret that are held back."""
_known: set[str] = set()


class Forms:
    """All the ways in which a set of secrets may be written."""

    def __init__(self, secrets: Collection[str]) -> None:
        self.number = len(secrets)
        forms = sorted({form for secret in secrets for form in _forms(secret)}, key=len)
        # The longest first: it may hold another one.
        parts = [f"[{_INVISIBLE}]*".join(map(re.escape, form)) for form in reversed(forms)]
        self.pattern = "|".join(f"(?i:{part})" for part in parts) or r"(?!)"
        self.compiled = re.compile(self.pattern)
        self.beginnings = {
            form[:end].lower() for form in forms for end in range(LEAST_BEGINNING, len(form))
        }
        self.longest = max(map(len, forms), default=0)


_ready = Forms(())


def forms() -> Forms:
    """Return the ways in which the secrets known now may be written."""
    global _ready
    # Secrets are only ever added.
    if _ready.number != len(_known):
        _ready = Forms(frozenset(_known))
    return _ready


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

    A library may take a part of a password that is not encoded for the host or the port, and quote
    it in an error.
    """
    for found in filterfalse(_HOST_AND_PATH.match, _USER_INFO.findall(text)):
        for written in {found, unquote(found)}:
            password = written.partition(":")[2]
            # Together with a password even a short user name is no ordinary word.
            if len(written) >= _LEAST_LENGTH or password:
                _known.add(written)
            remember(password)
            for part in _URL_MARKS.split(password):
                remember(part)


def mask(text: str) -> str:
    """Return ``text`` without known secrets, and without anything that looks like one."""
    return _KEY_LIKE.sub(MASK, forms().compiled.sub(MASK, text))


def masked_line(text: str, limit: int = 400) -> str:
    """Return untrusted text as one harmless line without secrets.

    It is masked before it is cut, so that half a key is not missed.
    """
    return clean_line(mask(clean(text[: _READ_CHARACTERS + limit])), limit)


def masked_key(key: str) -> str:
    """Return a key as its owner recognises it, without giving it away."""
    if len(key) < _LONG_KEY:
        return MASK
    prefix = _KEY_PREFIX.match(key)
    return f"{prefix.group() if prefix else ''}{MASK}{key[-_SHOWN_OF_KEY:]}"


def public_address(url: str) -> str:
    """Return a server's address without the user, the password and the query in it."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return mask(url)
    return mask(f"{parts.scheme}://{host}{parts.path}")


def _forms(secret: str) -> Iterator[str]:
    """Yield a secret, and the part of its base64 that depends on nothing around it."""
    yield secret
    data = secret.encode()
    for before in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            whole = encode(bytes(before) + data).decode().rstrip("=")
            inner = whole[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
            if len(inner) >= len(data):
                yield inner
