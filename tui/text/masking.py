"""Secrets in a stream: masked whole, however the stream was cut, at a constant cost per delta."""

import re
from typing import Final

from tui.text.secrets import INVISIBLES, KEY_PREFIXES, LEAST_BEGINNING, MASK, Forms

_LEFT: Final = r"(?<![\w.\-])"
_KEY: Final = rf"{_LEFT}{KEY_PREFIXES}(?=[\w.\-]{{0,200}}\d)[\w.\-]{{12,}}"
"""A key of a known make. It has a digit and some length, unlike the "sk-something" of a story."""
_OPEN_KEY = re.compile(rf"{_LEFT}{KEY_PREFIXES}[\w.\-]*\Z")
_REST_OF_KEY = re.compile(r"[\w.\-]*")
_MOST_HELD = 512
_SEEN = 24
"""How much shown text is remembered, for a secret that began in it."""


class StreamMasker:
    """Masks one stream. What may be the beginning of a secret is held until it is clear."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._pattern = re.compile(f"{_KEY}|{forms.pattern}")
        self._most_held = max(_MOST_HELD, 2 * forms.longest)
        self._seen = self._held = ""
        self._is_in_key = False

    def take(self, text: str, *, is_last: bool = False) -> str:
        """Return what may be shown now; all that is left, when the stream has ended."""
        text = self._held + text
        self._held = ""
        if self._is_in_key:
            end = _REST_OF_KEY.match(text).end()  # type: ignore[union-attr]
            self._is_in_key = end == len(text) and not is_last
            self._seen, text = "", text[end:]
        window, start = self._seen + text, len(self._seen)
        end = len(window) if is_last else self._open_from(window, start)
        shown, at = [], start
        for found in self._pattern.finditer(window, 0, end):
            if found.end() > at:
                shown += [window[at : max(at, found.start())], MASK]
                at = found.end()
        shown.append(window[at:end])
        if len(window) - end > self._most_held:
            return "".join(shown) + self._let_go(window[end:])
        self._seen, self._held = window[max(0, end - _SEEN) : end], window[end:]
        return "".join(shown)

    def _open_from(self, window: str, start: int) -> int:
        """Return where a possible beginning of a secret stands, or the end of the window."""
        if key := _OPEN_KEY.search(window):
            return max(start, key.start())
        beginnings, letters = self._forms.beginnings, window.lower()
        if not window.isascii():
            letters = INVISIBLES.sub("", letters)
        for length in range(min(self._forms.longest, len(letters)), LEAST_BEGINNING - 1, -1):
            if letters[-length:] in beginnings:
                return max(start, _last(window, length))
        return len(window)

    def _let_go(self, held: str) -> str:
        """Return what is too long to be held: a mask, when it is a key that does not end."""
        self._is_in_key = bool(self._pattern.match(held))
        self._seen = "" if self._is_in_key else held[-_SEEN:]
        return MASK if self._is_in_key else held


def _last(window: str, letters: int) -> int:
    """Return where the last ``letters`` visible letters begin."""
    at = len(window)
    while letters:
        at -= 1
        letters -= not INVISIBLES.match(window[at])
    return at
