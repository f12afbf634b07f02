"""Emphasis, code, links and escapes within a line of Markdown, also of one still being written.

The rule for what is not closed yet: an opener counts from the moment it is certain that it opens,
so its mark is hidden and the text behind it styled at once; nothing moves when the closer comes.
Only a line that ends without the closer shows the mark as it was written, and loses the style. A
mark at the very end of what has come, of which the next character decides, isn't shown yet. Links
and code work the other way round, because brackets and backticks are often meant as such: a link
is text in brackets until it is complete. Both are short, or they are none.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from tui.screen.prose.emphasis import CODE, LINK, LONGEST_RUN, MOST_OPENERS, Opener, close, flanks

_ESCAPABLE = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_RUN = re.compile(r"(.)\1*")
_PAIR = re.compile(r"([*_])(\1{0,2})([^*_~`\\\[]+)\1\2(?![*_])")
_LINK = re.compile(
    r"!?\[([^\[\]]{1,200})\]\((?:[^\s()]|\([^\s()]{0,100}\)){0,500}(?: \"[^\"]{0,200}\")?\)"
)
_MAYBE_LINK = re.compile(
    r"!?\[(?:[^\[\]]{0,200}|[^\[\]]{1,200}\](\((?:[^\s()]|\([^\s()]{0,100}\)){0,500}"
    r"(?:\([^\s()]{0,100}| (?:\"[^\"]{0,200}\"?)?)?)?)\Z"
)
_CODE = re.compile(r"(`{1,8})(?!`)(.{1,300}?)(?<!`)\1(?!`)")
_MAYBE_CODE = re.compile(r"`{1,8}(?:(?!`).{0,300})?\Z")

SPECIAL = re.compile(r"[*_~`\\\[]")
"""Text without any of these characters is shown as it is."""


class Stretch(NamedTuple):
    """A link or code that has begun: where its text ends, and where all of it does."""

    text_end: int
    end: int


class Inline(NamedTuple):
    """What holds at one place of a line, so that reading may go on there."""

    openers: tuple[Opener, ...] = ()
    link: Stretch | None = None
    code: Stretch | None = None

    @property
    def style(self) -> int:
        """The flags of the style of text at this place."""
        style = (LINK if self.link else 0) | (CODE if self.code else 0)
        for opener in self.openers:
            style |= opener.style
        return style


NOTHING = Inline()


class TextRun(NamedTuple):
    """A piece of a line that is shown in one style."""

    text: str
    """What is shown."""
    start: int
    """Where what was written begins, in the whole text."""
    length: int
    """How long it is: more than what is shown where a backslash is hidden."""
    style: int
    state: Inline


class InlineReader:
    """Reads a line from some place on; afterwards its fields say what it found."""

    def __init__(
        self,
        source: str,
        offset: int,
        *,
        before: str = "",
        state: Inline = NOTHING,
        is_whole: bool = True,
        dead: Mapping[int, int] | None = None,
    ) -> None:
        """``before`` is the character before the source, which begins at ``offset``.

        ``dead`` says of openers, by their offset, how many of their marks are never closed.
        """
        self.runs: list[TextRun] = []
        self.state = state
        """What holds at the end."""
        self.pending: int | None = None
        """From where on more text may change what this text means."""
        self._source = source
        self._offset = offset
        self._before = before
        self._is_whole = is_whole
        self._dead = dead or {}
        self._style = state.style
        self._read()

    def _read(self) -> None:
        at, end = 0, len(self._source)
        while at < end:
            _openers, link, code = self.state
            if code:
                at = self._leave(at, code, self.state._replace(code=None))
                continue
            limit = min(link.text_end - self._offset, end) if link else end
            special = SPECIAL.search(self._source, at, limit)
            if special:
                at = self._take(special.group(), at, special.start(), limit)
                continue
            self._show(at, limit)
            at = self._leave(limit, link, self.state._replace(link=None)) if link else limit

    def _take(self, sign: str, shown: int, start: int, limit: int) -> int:
        """Show what stands before a mark, read the mark, and return where to go on."""
        if sign == "[" and start > shown and self._source[start - 1] == "!":
            start -= 1
        self._show(shown, start)
        if sign == "\\":
            return self._escape(start)
        if sign == "[":
            return self._link(start)
        if sign in "*_" and not self.state.openers and (end := self._pair(start, limit)):
            return end
        run = _RUN.match(self._source, start)
        assert run is not None
        if sign == "`":
            return self._code(start, run.end(), limit)
        self._emphasis(start, run.end())
        return run.end()

    def _pair(self, start: int, limit: int) -> int:
        """Read emphasis with nothing but text in it, the quick way; return its end, or 0."""
        pair = _PAIR.match(self._source, start, limit)
        if pair is None or (pair.end() == len(self._source) and not self._is_whole):
            return 0
        sign, more, text = pair.groups()
        before, after = self._previous(start), self._source[pair.end() : pair.end() + 1]
        opens = before != sign and flanks(sign, before, text[0]).can_open
        if not opens or not flanks(sign, text[-1], after).can_close:
            return 0
        outside = self.state
        opener = Opener(self._offset + start, sign, 1 + len(more), 0)
        self._enter(Inline((opener,), outside.link, outside.code))
        self._show(pair.start(3), pair.end(3))
        self._enter(outside)
        return pair.end()

    def _escape(self, start: int) -> int:
        after = self._source[start + 1 : start + 2]
        if not after:  # a hard break, or an escape to come
            self._wait(start)
            return start + 1
        if after not in _ESCAPABLE:
            self._show(start, start + 1)
            return start + 1
        self.runs.append(TextRun(after, self._offset + start, 2, self._style, self.state))
        return start + 2

    def _code(self, start: int, end: int, limit: int) -> int:
        found = None
        if self._previous(start) != "`":
            found = _CODE.match(self._source, start, limit)
            is_live = not self._is_whole and limit == len(self._source)
            if is_live and (found is None or found.end() == limit):
                maybe = _MAYBE_CODE.match(self._source, start)
                if found or maybe:
                    self._wait(start)
                if maybe and not found:
                    stretch = Stretch(self._offset + limit, self._offset + limit)
                    self._enter(self.state._replace(code=stretch))
                    return end
        if found is None:
            self._show(start, end)
            return end
        stretch = Stretch(self._offset + found.end(2), self._offset + found.end())
        self._enter(self.state._replace(code=stretch))
        return found.start(2)

    def _link(self, start: int) -> int:
        found = None if self.state.link else _LINK.match(self._source, start)
        if found:
            stretch = Stretch(self._offset + found.end(1), self._offset + found.end())
            self._enter(self.state._replace(link=stretch))
            return found.start(1)
        if not self._is_whole and not self.state.link:
            maybe = _MAYBE_LINK.match(self._source, start)
            if maybe:
                self._wait(start)
                if maybe.group(1):  # the address is on its way
                    self._show(start, maybe.start(1))
                    return len(self._source)
        end = self._source.index("[", start) + 1
        self._show(start, end)
        return end

    def _emphasis(self, start: int, end: int) -> None:
        sign, count = self._source[start], end - start
        before, after = self._previous(start), self._source[end : end + 1]
        if before == sign or count > LONGEST_RUN[sign]:
            self._show(start, end)
            return
        if not after and not self._is_whole:
            self._wait(start)
            return
        if sign == "~" and count == 1:
            self._show(start, end)
            return
        can_open, can_close, is_within_word = flanks(sign, before, after)
        openers, link, code = self.state
        if can_close and openers:
            openers, count = close(openers, sign, count, is_within_word=is_within_word)
            self._enter(Inline(openers, link, code))
        if not count:
            return
        if not can_open or len(openers) >= MOST_OPENERS:
            self._show(end - count, end)
            return
        at = self._offset + end - count
        dead = min(count, self._dead.get(at, 0))
        self._show(end - count, end - count + dead)
        self._enter(Inline((*openers, Opener(at, sign, count, dead)), link, code))

    def _leave(self, at: int, stretch: Stretch, state: Inline) -> int:
        """Show the rest of a link or of code, and return where it ends."""
        text_end = min(stretch.text_end - self._offset, len(self._source))
        self._show(at, text_end)
        self._enter(state)
        return max(at, stretch.end - self._offset)

    def _enter(self, state: Inline) -> None:
        self.state, self._style = state, state.style

    def _show(self, start: int, end: int) -> None:
        if start < end:
            text = self._source[start:end]
            self.runs.append(
                TextRun(text, self._offset + start, end - start, self._style, self.state)
            )

    def _wait(self, start: int) -> None:
        if self.pending is None and not self._is_whole:
            self.pending = self._offset + start

    def _previous(self, at: int) -> str:
        return self._source[at - 1] if at else self._before
