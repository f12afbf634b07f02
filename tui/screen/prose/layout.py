"""The story as rows: sections of text, wrapped as they grow, without any screen.

A position is a section and an offset into that section's text; it stays true however the rows
fall. Rows are counted from the top of the story. A section that isn't the last may grow: what
follows it moves down.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tui.screen.prose.section import Role, SectionRows
from tui.screen.prose.wrapping import clusters, is_plain

DEFAULT_WIDTH = 80
SCENE_BREAK = "* * *"
GAP = -1
"""The index of the blank row before a section, which belongs to no text."""


class Position(NamedTuple):
    """A place in the story."""

    section: int
    offset: int
    """Characters from the start of the section's text, its heading included."""


@dataclass(slots=True)
class Change:
    """Which rows of a section changed since the changes were last taken."""

    section: SectionRows
    first_row: int
    """The first row that is different, counted within the section."""
    moved: bool
    """Whether what follows the section may have moved."""


class Layout:
    """All sections, one below the other with a blank row between."""

    def __init__(
        self, width: int = DEFAULT_WIDTH, on_change: Callable[[], None] = lambda: None
    ) -> None:
        """``on_change`` is called after each change that ``take_changes`` will return."""
        self.width = width
        self._on_change = on_change
        self.is_raw = False
        """Whether the text is shown as it was written, marks and all."""
        self.is_folded = False
        """Whether only the story itself is shown: no headings, no drafts, no talk about it."""
        self.clear()

    def clear(self) -> None:
        """Begin again without text, to be shown in the same way."""
        self.sections: list[SectionRows] = []
        self._by_key: dict[Hashable, SectionRows] = {}
        self._tops: list[int] = []
        self._height = 0
        self._stale_from = 0
        self._changes: dict[int, Change] = {}

    def open(self, key: Hashable, heading: str | None = None, color: int = 0) -> None:
        """Begin a section at the end; from now on the key means it."""
        self._by_key[key] = self._add(" ".join((heading or "").split()), color, is_mark=False)

    def mark(self, text: str = "") -> None:
        """Put a quiet line between what was and what follows."""
        self._add(" ".join(text.split()) or SCENE_BREAK, 0, is_mark=True)

    def append(self, key: Hashable, text: str) -> None:
        """Add text to a section.

        Raises:
            KeyError: No section was opened with that key.
        """
        section = self._by_key[key]
        height = section.height
        first = section.append(text)
        self._note(section, first, section.height != height)

    def finish(self, key: Hashable) -> None:
        """Say that a section is complete, so that what its last line means is sure.

        Raises:
            KeyError: No section was opened with that key.
        """
        section = self._by_key[key]
        height = section.height
        first = section.finish()
        self._note(section, first, section.height != height)

    def set_role(self, key: Hashable, role: Role) -> None:
        """Say what a section is to the story.

        Raises:
            KeyError: No section was opened with that key.
        """
        section = self._by_key[key]
        section.fold(self.is_folded, role)
        self._note(section, 0, True)

    def reflow(self, width: int | None = None, *, is_raw: bool | None = None) -> None:
        """Wrap everything again, for another width or because other text is to be seen."""
        self.width = self.width if width is None else width
        self.is_raw = self.is_raw if is_raw is None else is_raw
        for section in self.sections:
            section.reflow(self.width, is_raw=self.is_raw)
        self._stale_from = 0
        self._changes.clear()

    def fold(self, is_folded: bool) -> None:
        """Show the story only, or everything."""
        self.is_folded = is_folded
        for section in self.sections:
            section.fold(is_folded, section.role)
        self._stale_from = 0

    def is_away(self, position: Position) -> bool:
        """Say whether a position is folded away."""
        section = self.sections[position.section]
        return section.is_away or position.offset < section.first_offset

    def take_changes(self) -> list[Change]:
        """Return what changed since the last call, at most one item per section."""
        changes = list(self._changes.values())
        self._changes.clear()
        return changes

    @property
    def height(self) -> int:
        """The number of rows."""
        self._settle()
        return self._height

    @property
    def text(self) -> str:
        """The story: sections with a blank line between, each below its heading."""
        return "\n\n".join(text for text in (section.text for section in self.sections) if text)

    @property
    def start(self) -> Position:
        """The position of the first character."""
        return Position(0, 0)

    @property
    def end(self) -> Position:
        """The position after the last character."""
        if not self.sections:
            return self.start
        return Position(len(self.sections) - 1, self.sections[-1].flow.length)

    def locate(self, row: int) -> tuple[SectionRows, int] | None:
        """Return the section at a row and the row's index within, `GAP` for its blank row."""
        self._settle()
        if not 0 <= row < self._height:
            return None
        ordinal = bisect_right(self._tops, row) - 1
        index = row - self._tops[ordinal] - self._gap(ordinal)
        section = self.sections[ordinal]
        return section, GAP if index < 0 else index + section.first

    def first_row(self, section: int) -> int:
        """Return the row on which a section's first row is, or would be if it is folded away."""
        self._settle()
        return self._tops[section] + self._gap(section) - self.sections[section].first

    def row_of(self, position: Position) -> int:
        """Return the row that shows a position, or the nearest."""
        self._settle()
        if not self.sections:
            return 0
        ordinal = min(max(0, position.section), len(self.sections) - 1)
        section = self.sections[ordinal]
        if position.offset < 0:
            return self._tops[ordinal]
        row = min(section.flow.row_at(position.offset), max(section.first, section.shown - 1))
        return self.first_row(ordinal) + max(row, section.first)

    def position_of(self, row: int) -> Position:
        """Return where a row begins; a blank row before a section has the offset `GAP`."""
        located = self.locate(row)
        if located is None:
            return self.end if row > 0 else self.start
        section, index = located
        return Position(section.ordinal, GAP if index < 0 else section.flow.starts[index])

    def extract(self, start: Position, end: Position) -> str:
        """Return the text between two positions as it was written, not as it is wrapped."""
        return "\n\n".join(text for text in self._pieces(start, end) if text)

    def after_character(self, position: Position) -> Position:
        """Return the position moved on to the next end of what a reader takes for a character."""
        if position.section >= len(self.sections):
            return self.end
        flow = self.sections[position.section].flow
        row = flow.row_at(position.offset)
        if styled := flow.styled_row(row):
            position = position._replace(offset=styled.after(position.offset))
        if is_plain(flow.rows[row]):
            return position
        within = position.offset - flow.starts[row]
        ends = (end for start, end, _cells in clusters(flow.rows[row]) if start < within <= end)
        return Position(position.section, flow.starts[row] + next(ends, within))

    def _pieces(self, start: Position, end: Position) -> Iterator[str]:
        for section in self.sections[max(0, start.section) : end.section + 1]:
            flow = section.flow
            last = flow.length if section.ordinal < end.section else end.offset
            first = 0 if section.ordinal > start.section else start.offset
            first = max(first, section.first_offset)
            piece = flow.slice(first, last)
            yield piece.rstrip("\n") if section.ordinal < end.section else piece

    def _add(self, heading: str, color: int, *, is_mark: bool) -> SectionRows:
        section = SectionRows(
            len(self.sections),
            heading,
            color,
            self.width,
            is_mark=is_mark,
            is_raw=self.is_raw,
            is_folded=self.is_folded,
        )
        self.sections.append(section)
        self._tops.append(0)
        self._note(section, 0, True)
        return section

    def _note(self, section: SectionRows, first_row: int, moved: bool) -> None:
        ordinal = section.ordinal
        if moved:
            self._stale_from = min(self._stale_from, ordinal)
        change = self._changes.get(ordinal)
        if change is None:
            self._changes[ordinal] = Change(section, first_row, moved)
        else:
            change.first_row = min(change.first_row, first_row)
            change.moved = change.moved or moved
        self._on_change()

    def _gap(self, ordinal: int) -> int:
        return 1 if self._tops[ordinal] and self.sections[ordinal].height else 0

    def _bottom(self, ordinal: int) -> int:
        return self._tops[ordinal] + self._gap(ordinal) + self.sections[ordinal].height

    def _settle(self) -> None:
        """Count the tops again from the first section that grew."""
        for ordinal in range(self._stale_from, len(self.sections)):
            if ordinal:
                self._tops[ordinal] = self._bottom(ordinal - 1)
            self._height = self._bottom(ordinal)
        self._stale_from = len(self.sections)
