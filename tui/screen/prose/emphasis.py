"""Emphasis in a line of Markdown: which marks open and close it, and its style.

It follows CommonMark, but for three things: pairs of ``*`` and of ``_`` may overlap; an asterisk
between two letters opens nothing, so that censored words stay as they are (except where words
aren't parted by spaces); and a run of more than three marks is only text.
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from rich.cells import get_character_cell_size

EMPHASIS, STRONG, STRUCK, CODE, LINK = 1, 2, 4, 8, 16
"""Styles of text, as flags."""

LONGEST_RUN = {"*": 3, "_": 3, "~": 2}
MOST_OPENERS = 16
_STYLE_OF_COUNT = (0, EMPHASIS, STRONG, EMPHASIS | STRONG)


class Opener(NamedTuple):
    """A run of marks that has opened emphasis."""

    at: int
    """Its offset in the text."""
    sign: str
    marks: int
    """How many of them are not closed yet."""
    dead: int
    """How many never will be: they are shown, and do nothing."""

    @property
    def style(self) -> int:
        """The style of the text behind it."""
        count = self.marks - self.dead
        return (STRUCK if count else 0) if self.sign == "~" else _STYLE_OF_COUNT[count]


class Flanks(NamedTuple):
    """What marks can do between two characters."""

    can_open: bool
    can_close: bool
    is_within_word: bool


def close(
    openers: tuple[Opener, ...], sign: str, count: int, *, is_within_word: bool
) -> tuple[tuple[Opener, ...], int]:
    """Close what these marks close, the latest first; return what is open, and the marks left.

    Within a word marks close only as many as were opened: that is no product of two numbers.
    """
    left = list(openers)
    for index in range(len(openers) - 1, -1, -1):
        opener = openers[index]
        if opener.sign != sign or (is_within_word and opener.marks != count):
            continue
        marks = opener.marks
        while count and marks:
            used = 2 if count >= 2 and marks >= 2 else 1
            count -= used
            marks -= used
        if marks:
            left[index] = opener._replace(marks=marks)
        else:
            del left[index]
        if not count:
            break
    return tuple(left), count


@lru_cache(4096)
def flanks(sign: str, before: str, after: str) -> Flanks:
    """Say what marks can do between two characters; no character is the end of the line."""
    is_left = not _is_space(after) and (not _is_punctuation(after) or not _is_letter(before))
    is_right = not _is_space(before) and (not _is_punctuation(before) or not _is_letter(after))
    is_within_word = _is_letter(before) and _is_letter(after)
    if sign == "_":
        return Flanks(
            is_left and (_is_space(before) or _is_punctuation(before)),
            is_right and (_is_space(after) or _is_punctuation(after)),
            is_within_word,
        )
    return Flanks(is_left and not is_within_word, is_right, is_within_word)


def _is_space(character: str) -> bool:
    return not character or character.isspace()


def _is_punctuation(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "PS"


def _is_letter(character: str) -> bool:
    """Say whether it is a letter of a script that parts its words by spaces."""
    return not (
        _is_space(character) or _is_punctuation(character) or get_character_cell_size(character) > 1
    )
