"""What a line of Markdown is: prose, a heading, an item of a list, a quote, a rule, code.

A line is a block: nothing but a fence reaches from one line into the next. While a line is written
its first characters may not say yet what it will be; then it is not sure, and nothing of it is
shown. That takes a few characters at most, because markers are short, or they are none.
"""

import re
from enum import Enum, auto
from typing import NamedTuple

BULLET, BAR, CODE_MARGIN = "• ", "▎ ", "  "
_DEEPEST_INDENT = 12
_QUOTE = re.compile(r"(?: {0,3}> ?){1,6}")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]{1,40}|$)")
_ITEM = re.compile(r"([ \t]{0,12})(?:[-+*]|(\d{1,3}[.)]))(?:[ \t]{1,40}|$)")
_RULE = re.compile(r"(?=.{0,200}$) {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_FENCE = re.compile(r"[ \t]{0,12}(`{3,20}(?=[^`]{0,80}$)|~{3,20}(?=.{0,80}$))")
_NOT_SURE = re.compile(
    r"(?=.{0,200}$)[ \t]*(?:#{1,6}|\+|([-*_])(?:[ \t]*\1)*|`{1,20}|~{1,20}|\d{1,3}[.)]?"
    r"|`{3,20}[^`]{0,80}|~{3,20}.{0,80})?[ \t]*$"
)
_FIRST = frozenset("#>-+*_`~| \t0123456789")
_CLOSING = 80


class BlockKind(Enum):
    """The kinds of lines."""

    PROSE = auto()
    HEADING = auto()
    ITEM = auto()
    RULE = auto()
    FENCE = auto()
    CODE = auto()
    VERBATIM = auto()
    """Shown as it was written, a row of a table for one."""


class Block(NamedTuple):
    """A line, and how its rows begin."""

    kind: BlockKind
    start: int = 0
    """Where the text begins behind the markers, in characters of the line."""
    first: str = ""
    """What the first row begins with."""
    rest: str = ""
    """What the other rows begin with, as wide."""
    level: int = 0
    """Of a heading, from 1 to 6."""
    fence: str = ""
    """What opened the code, for a fence that opens some."""
    is_quote: bool = False
    is_sure: bool = True
    """Whether more text cannot make another kind of line of it."""

    @property
    def is_plain(self) -> bool:
        """Whether its rows are just text."""
        return self.kind is BlockKind.PROSE and not self.start and not self.first


PROSE, VERBATIM = Block(BlockKind.PROSE), Block(BlockKind.VERBATIM)


def classify(line: str, *, is_whole: bool, fence: str = "") -> Block:
    """Say what a line is, or what it is so far; ``fence`` is the one that opened code above it."""
    if fence:
        return _classify_code(line, fence, is_whole)
    if line and line[0] not in _FIRST:
        return PROSE
    if line.startswith("|"):
        return VERBATIM
    quote = _QUOTE.match(line)
    start = quote.end() if quote else 0
    block = _classify_text(line[start:], is_whole)
    if not quote:
        return block
    if block.kind is BlockKind.FENCE:
        block = PROSE  # code in a quote would need the marks of the quote on every line
    bars = BAR * quote.group().count(">")
    return block._replace(
        start=block.start + start,
        first=bars + block.first,
        rest=bars + block.rest,
        is_quote=True,
    )


def _classify_text(text: str, is_whole: bool) -> Block:
    if not is_whole and _NOT_SURE.match(text):
        # Digits and spaces are shown: they stay what they are.
        start = 0 if text[:1].isdigit() or text.isspace() else len(text)
        return PROSE._replace(start=start, is_sure=False)
    if _RULE.match(text):
        return Block(BlockKind.RULE, len(text))
    if heading := _HEADING.match(text):
        return Block(BlockKind.HEADING, heading.end(), level=len(heading.group(1)))
    if fence := _FENCE.match(text):
        return Block(BlockKind.FENCE, len(text), fence=fence.group(1))
    if item := _ITEM.match(text):
        indent = min(len(item.group(1).expandtabs(4)), _DEEPEST_INDENT)
        first = " " * indent + (f"{item.group(2)} " if item.group(2) else BULLET)
        return Block(BlockKind.ITEM, item.end(), first, " " * len(first))
    return PROSE


def _classify_code(line: str, fence: str, is_whole: bool) -> Block:
    text = line.strip()
    is_fence = len(line) <= _CLOSING and text == fence[0] * len(text)
    if is_fence and is_whole and len(text) >= len(fence):
        return Block(BlockKind.FENCE, len(line))
    if is_fence and text and not is_whole:
        return Block(BlockKind.CODE, len(line), CODE_MARGIN, CODE_MARGIN, is_sure=False)
    return Block(
        BlockKind.CODE, 0, CODE_MARGIN, CODE_MARGIN, is_sure=len(line) > _CLOSING or not is_fence
    )


def end_of_heading(text: str, before: str) -> int:
    """Return where the text of a heading ends: marks that close it are not shown."""
    line = text.rstrip(" \t")
    words = line.rstrip("#")
    end = len(words.rstrip(" \t"))
    is_closing = (words or before)[-1:] in ("", " ", "\t")
    if len(line) - len(words) in range(1, 7) and is_closing and len(text) - end <= _CLOSING:
        return end
    return len(text)
