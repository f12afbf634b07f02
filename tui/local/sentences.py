"""Where a scene may end: text goes through as it comes and stops after a whole sentence."""

import re

from tui.text.untrusted import count_words

_END = re.compile(r"""[.!?…]["”\u2019')]*(?=\n|\s+(?![a-z])\S)""")
_ENDS_WHOLE = re.compile(r"""[.!?…]["”\u2019')*]*$""")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Jr|No)\.$")
_LOOK_BACK = 6


class SentenceGate:
    """Shows a text as it arrives, nothing of it ever taken back, and closes when it is enough.

    From ``enough_words`` on it closes at the next end of a sentence; at ``most_words`` it closes
    between two words. White space is held back until something follows it.
    """

    def __init__(self, opening: str, enough_words: int, most_words: int) -> None:
        self.text = opening
        self.is_closed = False
        self._space = ""
        self._enough_words = enough_words
        self._most_words = most_words

    def take(self, delta: str) -> str:
        """Return how much of what has arrived may be shown; nothing once the gate is closed."""
        if self.is_closed:
            return ""
        arrived = self._space + delta
        shown = arrived.rstrip()
        self._space = arrived[len(shown) :]
        words, _ = count_words(self.text)
        if words >= self._enough_words:
            shown = self._up_to_end(arrived, shown, is_most=words >= self._most_words)
        self.text += shown
        return shown

    def finish(self) -> str:
        """Return what makes an unfinished last sentence a whole one, mostly nothing."""
        self.is_closed = True
        rest = "" if _ENDS_WHOLE.search(self.text) else "…" if self.text[-1:] in ",;:—-" else "."
        if self.text.count('"') % 2:
            rest += '"'
        elif self.text.count("“") > self.text.count("”"):
            rest += "”"
        self.text += rest
        return rest

    def _up_to_end(self, arrived: str, shown: str, *, is_most: bool) -> str:
        whole = self.text + arrived
        for match in _END.finditer(whole, max(0, len(self.text) - _LOOK_BACK)):
            if match.end() >= len(self.text) and _is_sound(whole[: match.end()]):
                self.is_closed = True
                return whole[len(self.text) : match.end()]
        if is_most and arrived[:1].isspace():
            self.is_closed = True
            return ""
        return shown


def _is_sound(text: str) -> bool:
    """Say whether the text is whole up to here: no open quotation, no mere abbreviation."""
    is_quote_open = text.count('"') % 2 or text.count("“") > text.count("”")
    return not is_quote_open and not _ABBREVIATION.search(text)
