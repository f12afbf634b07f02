"""Where a phrase occurs in a story that is still growing."""

import re
from bisect import bisect_left
from collections.abc import Iterable

from tui.screen.prose.layout import Position
from tui.screen.prose.section import SectionRows


class Finder:
    """The matches of one phrase, upper and lower case alike; only new text is searched."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        self.length = len(phrase)
        """How long a match is, in characters."""
        self.count = 0
        self._pattern = re.compile(re.escape(phrase), re.IGNORECASE)
        self._starts: list[list[int]] = []
        self._searched: list[int] = []

    def scan(self, sections: Iterable[SectionRows]) -> int:
        """Search what is new in these sections and return how many matches that gave."""
        before = self.count
        for section in sections:
            while section.ordinal >= len(self._starts):
                self._starts.append([])
                self._searched.append(0)
            self._scan_section(section)
        return self.count - before

    def within(self, section: int, start: int, end: int) -> list[int]:
        """Return where the matches begin that touch this stretch of a section."""
        if section >= len(self._starts):
            return []
        starts = self._starts[section]
        first = bisect_left(starts, start - self.length + 1)
        return starts[first : bisect_left(starts, end)]

    def nearest(self, position: Position) -> Position | None:
        """Return the first match from a position on, or the very first."""
        for section in range(position.section, len(self._starts)):
            starts = self._starts[section]
            offset = position.offset if section == position.section else 0
            first = bisect_left(starts, offset)
            if first < len(starts):
                return Position(section, starts[first])
        return self._at(0)

    def step(self, current: Position, by: int) -> Position | None:
        """Return the match that is ``by`` further on; after the last comes the first."""
        return self._at((self.number(current) - 1 + by) % self.count) if self.count else None

    def number(self, match: Position) -> int:
        """Return which match it is, counted from one in the order of the story."""
        before = sum(len(starts) for starts in self._starts[: match.section])
        return before + bisect_left(self._starts[match.section], match.offset) + 1

    def _at(self, index: int) -> Position | None:
        for section, starts in enumerate(self._starts):
            if index < len(starts):
                return Position(section, starts[index])
            index -= len(starts)
        return None

    def _scan_section(self, section: SectionRows) -> None:
        flow, starts = section.flow, self._starts[section.ordinal]
        end = flow.length if section.begun else section.heading_length
        searched = self._searched[section.ordinal]
        begin = max(0, searched - self.length + 1, starts[-1] + self.length if starts else 0)
        found = self._pattern.finditer(flow.slice(begin, end))
        new = [begin + match.start() for match in found]
        starts += new
        self.count += len(new)
        self._searched[section.ordinal] = end
