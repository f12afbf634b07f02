"""Which terminal this is, and the ASCII that stands in for a glyph it cannot show.

Widgets need not care: the app puts a filter before the terminal, and every stand-in takes exactly
the one cell of its glyph.
"""

# ruff: noqa: RUF001 - ambiguous characters are what this is about

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

_STAND_INS = {
    ".": "◌·…⋯․",
    "o": "◔○◎◦",
    "*": "●•★✦✱◆",
    "+": "✔✓⊕",
    "x": "✖✗✘×⊗",
    "#": "■▪▮",
    "=": "═━",
    "-": "–—‒―‐‑−╌╍┄┅┈┉▔",
    "|": "❚‖❘❙❯❮¦",
    "@": "◷◍◶◵◴⏱",
    "%": "◐◑◒◓",
    ">": "▸▶►›»→⇒❭⏵",
    "<": "◂◀◄‹«←⇐⏎⌫",
    "^": "▴▲↑⇑",
    "f": "ƒ",
    "v": "▾▼↓⇓",
    "'": "‘’‚′",
    '"': "“”„″▀",
    " ": "\u00a0\u2007\u202f",
    "_": "▁▂",
}
_ROWS = ((0x2190, 0x21FF, ">"), (0x25A0, 0x25FF, "*"), (0x2700, 0x27BF, "*"))
"""Whole rows of Unicode (arrows, shapes, dingbats) and what any other glyph of theirs becomes."""
_KEYS = {"⏎": "enter", "↑": "up", "↓": "down", "←": "left", "→": "right", "⌫": "backspace"}
"""How keys are named where their signs cannot be shown."""
_LIGHT_TERMINALS = ("7", "15")
"""What COLORFGBG ends with where the background is light."""


@dataclass(frozen=True, slots=True)
class TerminalTraits:
    """What a terminal can show, as far as its environment says."""

    ascii_only: bool = False
    few_colours: bool = False
    """It has 16 colours, and what they look like is the user's own choice."""
    is_light: bool = False


def key_name(sign: str, terminal: TerminalTraits) -> str:
    """Return how a key is named on this terminal."""
    return _KEYS.get(sign, sign) if terminal.ascii_only else sign


def traits(environment: Mapping[str, str]) -> TerminalTraits:
    """Return what the environment says of the terminal; nothing is asked of the terminal itself."""
    terminal = environment.get("TERM", "").lower()
    return TerminalTraits(
        ascii_only=terminal == "linux" or terminal.startswith("vt") or _is_ascii(environment),
        few_colours=_has_few_colours(terminal, environment),
        is_light=environment.get("COLORFGBG", "").rpartition(";")[2] in _LIGHT_TERMINALS,
    )


def _is_ascii(environment: Mapping[str, str]) -> bool:
    """Whether a locale was chosen that has no Unicode; without any, a terminal has it today."""
    locales = (environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    chosen = next((locale for locale in locales if locale), "UTF-8")
    return "UTF8" not in chosen.upper().replace("-", "")


def _has_few_colours(terminal: str, environment: Mapping[str, str]) -> bool:
    forced = environment.get("TEXTUAL_COLOR_SYSTEM", "auto")
    if forced != "auto":
        return forced == "standard"
    if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return False
    return not terminal.endswith(("256color", "kitty"))


def as_ascii(text: str) -> str:
    """Return the text with a stand-in for every glyph, cell by cell; letters stay as they are."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    table = {ord(glyph): stand_in for stand_in, glyphs in _STAND_INS.items() for glyph in glyphs}
    for first, last, stand_in in _ROWS:
        table = dict.fromkeys(range(first, last + 1), stand_in) | table
    for code in range(0x2500, 0x2580):
        table.setdefault(code, _of_line(unicodedata.name(chr(code))))
    for code in range(0x2580, 0x25A0):
        table.setdefault(code, _of_block(code))
    # Braille, for sparklines: the more dots, the darker.
    for code in range(0x2800, 0x2900):
        table[code] = " .:-=+*##"[(code & 0xFF).bit_count()]
    return table


def _of_line(name: str) -> str:
    if "HORIZONTAL" in name and "VERTICAL" not in name and " AND " not in name:
        return "=" if "HEAVY" in name or "DOUBLE" in name else "-"
    if "VERTICAL" in name and "HORIZONTAL" not in name and " AND " not in name:
        return "|"
    return "/" if "DIAGONAL" in name else "+"


def _of_block(code: int) -> str:
    if 0x2581 <= code <= 0x2588:
        return "_.:-=+*#"[code - 0x2581]
    upright = "▉▊▋▌▍▎▏▐▕"
    return "|" if chr(code) in upright else "#"
