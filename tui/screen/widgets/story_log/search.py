"""Search in the story while it grows: every match is marked, and one of them is the current one."""

from collections.abc import Iterable

from tui.screen.prose.finding import Finder
from tui.screen.prose.layout import Layout, Position
from tui.screen.prose.section import Section
from tui.screen.widgets.story_log.painter import Highlight
from tui.screen.widgets.story_log.palette import Palette


class Search:
    """The phrase that is looked for in a layout, if any.

    The text is searched as it was written, and what is folded away as well.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._finder: Finder | None = None
        self.current: Position | None = None
        """The match that is on the screen."""

    def start(self, phrase: str, here: Position) -> None:
        """Look for a phrase, upper and lower case alike, the current match from ``here`` on.

        A blank phrase ends the search.
        """
        self.stop()
        if phrase.strip():
            self._finder = Finder(phrase)
            self._finder.scan(self._layout.sections)
            self.current = self._finder.nearest(here)

    def stop(self) -> None:
        """Look for nothing any more."""
        self._finder = self.current = None

    def restart(self) -> None:
        """Look for the same phrase in a story that begins again."""
        self._finder = Finder(self._finder.phrase) if self._finder else None
        self.current = None

    def step(self, by: int) -> None:
        """Move on by this many matches; after the last comes the first."""
        if self._finder and self.current:
            self.current = self._finder.step(self.current, by)
        elif self._finder:
            self.current = self._finder.nearest(self._layout.start)

    def scan(self, sections: Iterable[Section]) -> bool:
        """Search what is new in these sections; returns whether there were matches."""
        return bool(self._finder and self._finder.scan(sections))

    @property
    def count(self) -> int:
        """How many matches there are."""
        return self._finder.count if self._finder else 0

    @property
    def number(self) -> int:
        """Which match is the current one, from one; 0 without any."""
        return self._finder.number(self.current) if self._finder and self.current else 0

    def highlights(self, section: Section, row: int, palette: Palette) -> list[Highlight]:
        """Return the matches in a row."""
        if self._finder is None:
            return []
        start = section.flow.starts[row]
        end = start + len(section.flow.rows[row])
        highlights = []
        for match in self._finder.within(section.ordinal, start, end):
            is_current = Position(section.ordinal, match) == self.current
            style = palette.current_match if is_current else palette.match
            at = match - start
            highlights.append(Highlight(at, at + self._finder.length, style))
        return highlights
