"""The shortest codes from one style to the next."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_FOREGROUND = {str(code) for code in (*range(30, 38), 39, *range(90, 98))}
_BACKGROUND = {str(code) for code in (*range(40, 48), 49, *range(100, 108))}
_LENGTHS = {"2": 5, "5": 3}
"""How many parameters a colour has, by its kind: three parts, or a number in a palette."""
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}
"""What ends an attribute; two of them end together."""
_UNSEEN_ON_BLANKS = {"1", "2", "3"}


class CellStyle(NamedTuple):
    """How a cell is written: the parameters of its colours and attributes, and its link."""

    codes: str
    link: str = ""


@lru_cache(maxsize=4096)
def cell_style(codes: str, link: str = "") -> CellStyle:
    """Return a style; the same one each time, so that styles can be told apart by identity."""
    return CellStyle(codes, link)


PLAIN = cell_style("")


class _Ink(NamedTuple):
    attributes: frozenset[str]
    foreground: str = "39"
    background: str = "49"


@lru_cache(maxsize=4096)
def change(before: CellStyle, after: CellStyle) -> str:
    """Return the codes that change the style."""
    codes = _change_of_codes(before.codes, after.codes)
    link = f"\x1b]8;{after.link or ';'}\x1b\\" if before.link != after.link else ""
    return codes + link


@lru_cache(maxsize=4096)
def of_blank(full: CellStyle) -> CellStyle:
    """Return the style of a blank cell without what is invisible there, such as its colour."""
    ink = _ink(full.codes)
    if full.link or ink.attributes - _UNSEEN_ON_BLANKS:
        return full
    return cell_style("" if ink.background == "49" else ink.background)


@lru_cache(maxsize=4096)
def cost(character: str, wanted: CellStyle, before: CellStyle) -> int:
    """Return how many characters of codes it takes to write a character in another style."""
    return 0 if _is_seen_alike(character, wanted, before) else len(change(before, wanted))


def write(
    text: Sequence[str], styles: Sequence[CellStyle], before: CellStyle
) -> tuple[str, CellStyle]:
    """Return the text of some cells with its codes, and the style that they end with."""
    parts: list[str] = []
    for character, wanted in zip(text, styles, strict=True):
        if wanted is not before and not _is_seen_alike(character, wanted, before):
            parts.append(change(before, wanted))
            before = wanted
        parts.append(character)
    return "".join(parts), before


def _is_seen_alike(character: str, wanted: CellStyle, other: CellStyle) -> bool:
    return wanted is other or (character == " " and of_blank(other) is wanted)


def _change_of_codes(before: str, after: str) -> str:
    if before == after:
        return ""
    if after == PLAIN.codes:
        return "\x1b[m"
    old, new = _ink(before), _ink(after)
    gone = old.attributes - new.attributes
    kept = old.attributes - {"1", "2"} if gone & {"1", "2"} else old.attributes
    codes = sorted({_OFF.get(each, "0") for each in gone})
    if "0" in codes:
        return f"\x1b[0;{after}m"
    codes += sorted(new.attributes - kept)
    codes += [new.foreground] * (old.foreground != new.foreground)
    codes += [new.background] * (old.background != new.background)
    return min(f"\x1b[{';'.join(codes)}m", f"\x1b[0;{after}m", key=len)


@lru_cache(maxsize=4096)
def _ink(codes: str) -> _Ink:
    parameters = codes.split(";") if codes else []
    attributes: set[str] = set()
    colors = {"38": "39", "48": "49"}
    while parameters:
        code = parameters[0]
        length = 1
        if code in colors:
            length = _LENGTHS.get(parameters[1], 1)
            colors[code] = ";".join(parameters[:length])
        elif code in _FOREGROUND:
            colors["38"] = code
        elif code in _BACKGROUND:
            colors["48"] = code
        else:
            attributes.add(code)
        del parameters[:length]
    return _Ink(frozenset(attributes), colors["38"], colors["48"])
