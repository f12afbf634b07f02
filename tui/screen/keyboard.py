"""Parses what is typed: keys of any terminal and layout, and pastes without an end."""

# ruff: noqa: RUF001 - letters of other alphabets are what this is about

import re
import time
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.keys import Keys
from textual.message import Message

PASTE_SECONDS = 1.0
"""A paste that was silent for this long is over, even without its end mark."""
_TYPED_SECONDS = 0.03
"""No hand types a character sooner after the one before."""
_KITTY = re.compile(r"\x1b\[(\d+)((?::\d*)*)(?:;(\d*)(?::(\d*))?(;[\d:]*)?)?u")
_RELEASED = "3"

_LATIN: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm"
_LAYOUTS: Final = (
    "йцукенгшщзхъфывапролджэячсмить",
    "йцукенгшщзхїфівапролджєячсмить",
    ";ςερτυθιοπ[]ασδφγηξκλ΄'ζχψωβνμ",
    "/'קראטוןםפ][שדגכעיחלךף,זסבהנמצ",
    "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةو",
)
"""What the keys of ``_LATIN`` type in Russian, Ukrainian, Greek, Hebrew and Arabic."""
_SAME_KEY: Final = {
    typed: latin
    for layout in _LAYOUTS
    for typed, latin in zip(layout, _LATIN, strict=True)
    if typed.isalpha()
} | {"ў": "o", "ё": "`", "ґ": "\\"}


class KeyParser(XTermParser):
    """Textual's parser, made to end every paste and to survive every sequence."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._is_pasting = False
        self._seen = ""
        """The last characters, in which a mark of a paste may have begun."""
        self._read_at = self._pasted_at = time.monotonic()

    def read(self, data: str) -> Iterable[Message]:
        """Return what was typed with ``data``, which may be nothing but the time that went by."""
        now = time.monotonic()
        if data:
            yield from self.feed(data)
            self._notice_pastes(data, now)
        yield from self.tick()
        if self._is_pasting and now - self._pasted_at >= PASTE_SECONDS:
            self._is_pasting = False
            yield from self.feed(BRACKETED_PASTE_END)

    def _notice_pastes(self, data: str, now: float) -> None:
        seen = self._seen + data
        begun, ended = (seen.rfind(mark) for mark in (BRACKETED_PASTE_START, BRACKETED_PASTE_END))
        if begun != ended:
            self._is_pasting = begun > ended
        # A key that is pressed again and again does not prolong the paste.
        if len(data) > 1 or now - self._read_at < _TYPED_SECONDS:
            self._pasted_at = now
        self._read_at = now
        self._seen = seen[1 - len(BRACKETED_PASTE_START) :]

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        known = _understood(sequence)
        try:
            yield from super()._sequence_to_key_events(known, alt) if known else ()
        except (ValueError, OverflowError):
            known = ""
        if not known:
            yield events.Key(Keys.Ignore, sequence)


def meant_key(key: str, bound: Collection[str]) -> str:
    """Return the bound key that is meant with Caps Lock on, or on another keyboard layout.

    ``key`` is Textual's name of a key that is not ``bound`` itself; it is returned unchanged when
    no bound key is meant.
    """
    *modifiers, letter = key.split("+")
    if len(letter) != 1 or not letter.isalpha():
        return key
    small = unicodedata.normalize("NFKC", letter).lower()
    for meant in (small, _SAME_KEY.get(small, "")):
        name = "+".join([*modifiers, _NAMES.get(meant, meant)])
        if name in bound:
            return name
    return key


_NAMES: Final = {
    "[": "left_square_bracket", "]": "right_square_bracket", ";": "semicolon",
    "'": "apostrophe", "`": "grave_accent", "\\": "backslash",
}  # fmt: skip
"""How Textual names what a letter of another layout stands for."""


def _understood(sequence: str) -> str:
    """Return a kitty sequence as Textual understands it: without alternate keys and event types.

    Empty for the release of a key.
    """
    match = _KITTY.fullmatch(sequence)
    if match is None or ":" not in sequence:
        return sequence
    code, alternates, modifiers, event, text = match.groups(default="")
    if event == _RELEASED:
        return ""
    base = alternates.split(":")[2:3]
    if base and base[0] and int(code) > 127:
        code = base[0]
    return f"\x1b[{code}{f';{modifiers}' if modifiers or text else ''}{text}u"
