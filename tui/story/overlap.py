"""How a text begins after another: what of it repeats the other's end, and what joins the two.

Both questions are asked while the text still arrives. An answer of None means that it takes more
of the text to tell; once given, an answer holds however the text goes on.
"""

import re

from tui.story.continuing import Stop, open_word_of, stop_of

FEWEST_WORDS = 3
FEWEST_CHARACTERS = 12
"""A repetition has at least this many words or characters; less may be chance."""

_NEAR_CHARACTERS = 1500
"""How far before the end a repetition may begin anywhere; before that, only with a paragraph."""
_LONG_PARAGRAPH = 300
_LONGEST_WORD = 30
_START = re.compile(r"""(?<![^\s"“”'\u2018\u2019«»(*_—。\uff0c\uff01\uff1f「『-])\S""")
_PARAGRAPH = re.compile(r"(?:\A|\n)\s*(?=\S)")
_NOISE = re.compile(r"""[….\-—"“”'\u2018\u2019«»*_]{0,4}""")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_CONTRACTION = re.compile(r"['\u2019](?:s|t|d|m|re|ve|ll)\b")
_WHOLE_WORDS = frozenset("aAIO")
_ENDINGS = frozenset(("ing", "ed", "ly", "s", "es", "ness", "ment", "ments", "tion", "tions"))
_CLOSING = frozenset(".,;:!?…)]}\u2019”»%")
_OPENING = frozenset("“\u2018«([{")
_QUOTES = frozenset('"”»')


class Tail:
    """The end of a text, and how another text joins it.

    ``is_exact`` says that the other text's own beginning is right: no space is missing there.
    """

    def __init__(self, text: str, *, is_exact: bool = False) -> None:
        self._body = text.rstrip()
        self._gap = text[len(self._body) :]
        self._stop = stop_of(text)
        self._is_exact = is_exact
        self._open_word = open_word_of(text)
        self._known = set(_WORD.findall(self._body[: len(self._body) - len(self._open_word)]))
        self._line = self._body[self._body.rfind("\n") + 1 :]
        self._compact = "".join(text.split())
        self._starts = self._find_starts()

    def repeated(self, beginning: str, *, is_whole: bool) -> int | None:
        """Return how many characters of a text's beginning repeat the end of this one."""
        compact = "".join(beginning.split())
        longest, ahead = 0, 0
        for skipped in range(len(_match(_NOISE, compact)) + 1):
            said = compact[skipped:]
            for start in self._starts:
                size = len(self._compact) - start
                if len(said) < size:
                    if not is_whole and self._compact.startswith(said, start):
                        return None
                elif size > longest and self._compact.startswith(said[:size], start):
                    counts = self._counts(start, said[size:], is_whole=is_whole)
                    if counts is None:
                        return None
                    if counts:
                        longest, ahead = size, skipped + size
        return _raw_length(beginning, ahead)

    def glued(self, text: str, *, is_cut: bool, is_whole: bool) -> str | None:
        """Return a text's beginning as it has to be to follow this one.

        ``is_cut`` says that a repetition was taken away before it.
        """
        body = text.lstrip()
        if not body:
            return text if is_whole else None
        gap = text[: len(text) - len(body)]
        if self._stop is Stop.AFTER_PARAGRAPH:
            breaks = max(2 if not self._gap else 1, min(gap.count("\n"), 2))
            return "\n" * (breaks - self._gap.count("\n")) + body
        if gap or self._gap:
            return self._space(gap, body) + body
        if self._is_exact:
            return body
        missing = self._missing(body, is_cut=is_cut, is_whole=is_whole)
        return None if missing is None else missing + body

    def _find_starts(self) -> list[int]:
        """Return where in the compact text a repetition may begin, the longest first."""
        near = len(self._body) - _NEAR_CHARACTERS
        places = {match.end() for match in _PARAGRAPH.finditer(self._body)}
        places |= {m.start() for m in _START.finditer(self._body) if m.start() >= near}
        starts, compact_at, raw_at = list[int](), 0, 0
        for place in sorted(places):
            compact_at += len("".join(self._body[raw_at:place].split()))
            raw_at = place
            starts.append(compact_at)
        return [start for start in starts if start < len(self._compact)]

    def _counts(self, start: int, following: str, *, is_whole: bool) -> bool | None:
        """Return whether a repetition from ``start`` to the end is more than chance."""
        size = len(self._compact) - start
        if size >= FEWEST_CHARACTERS:
            return True
        words = len(self._body[_raw_length(self._body, start) :].split())
        if words >= FEWEST_WORDS:
            return True
        word = "".join(self._open_word.split())
        if self._gap or self._is_exact or self._stop is not Stop.IN_SENTENCE or size != len(word):
            return False
        # Asked to begin with the word that may be cut off, a model gives it whole.
        if word in _WHOLE_WORDS:
            if not following and not is_whole:
                return None
            return not following[:1].isalnum()
        return True

    def _space(self, gap: str, body: str) -> str:
        if "\n" in gap and not (self._stop is Stop.IN_SENTENCE and body[0].islower()):
            return "\n" * min(gap.count("\n"), 2)
        return "" if self._gap else " "

    def _missing(self, body: str, *, is_cut: bool, is_whole: bool) -> str | None:
        """Return the white space that is missing between two texts that have none."""
        first, last = body[0], self._body[-1]
        if first in _CLOSING or _CONTRACTION.match(body) or last in _OPENING:
            return ""
        is_quoting = self._line.count('"') % 2 == 1
        if '"' in (first, last) and is_quoting:
            return ""
        if self._stop is Stop.AFTER_SENTENCE:
            is_speech = first in '"“«' or last in _QUOTES
            return "\n\n" if is_speech or len(self._line) > _LONG_PARAGRAPH else " "
        if is_cut or _is_ideographic(first) or _is_ideographic(last):
            return ""
        if last in "-—/" and self._body[-2:-1].isalnum():
            return ""
        if not self._open_word or not first.isalnum():
            return " "
        word = _match(_WORD, body)
        if len(word) == len(body) < _LONGEST_WORD and not is_whole:
            return None
        return "" if self._is_completed_by(word) else " "

    def _is_completed_by(self, rest: str) -> bool:
        start, known = self._open_word, self._known
        if start + rest in known:
            return start not in known or rest not in known
        return rest in _ENDINGS and len(start) > 1


def _match(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.match(text)
    return match[0] if match else ""


def _raw_length(text: str, visible: int) -> int:
    """Return the length of the beginning with this many characters, white space not counted."""
    if visible:
        for index, character in enumerate(text):
            visible -= not character.isspace()
            if not visible:
                return index + 1
    return 0


def _is_ideographic(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\uff60"
