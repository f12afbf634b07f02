"""Search in the story while it grows: every match is marked, and one of them is the current one."""

from collections.abc import Callable, Iterable

from tui.screen.prose.finding import Finder
from tui.screen.prose.layout import Layout, Position
from tui.screen.prose.section import SectionRows
from tui.screen.widgets.story_log.painter import Highlight
from tui.screen.widgets.story_log.palette import Palette


class Search:
    """The phrase that is looked for in a layout, if any.

    The text is searched as it was written, and what is folded away as well.
    """

    def __init__(
        self, layout: Layout, here: Callable[[], Position], on_change: Callable[[], None]
    ) -> None:
        """``here`` returns the place that is shown; ``on_change`` shows the current match."""
        self.current: Position | None = None
        """The match that is on the screen."""
        self._layout = layout
        self._here = here
        self._on_change = on_change
        self._finder: Finder | None = None

    def start(self, phrase: str) -> int:
        """Mark every match, show the first from here on, and return how many there are.

        Upper and lower case are alike. A blank phrase ends the search.
        """
        self._finder = Finder(phrase) if phrase.strip() else None
        self.scan(self._layout.sections)
        self._go_to(self._finder.nearest(self._here()) if self._finder else None)
        return self.count

    def stop(self) -> None:
        """Mark nothing any more."""
        self.start("")

    def restart(self) -> None:
        """Search for the same phrase in a story that begins again."""
        self._finder = Finder(self._finder.phrase) if self._finder else None
        self._go_to(None)

    def step(self, by: int) -> None:
        """Go this many matches on, or back; after the last comes the first."""
        if self._finder and self.current:
            self._go_to(self._finder.step(self.current, by))
        elif self._finder:
            self._go_to(self._finder.nearest(self._layout.start))

    def _go_to(self, match: Position | None) -> None:
        self.current = match
        self._on_change()

    def scan(self, sections: Iterable[SectionRows]) -> bool:
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

    def highlights(self, section: SectionRows, row: int, palette: Palette) -> list[Highlight]:
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
