"""Search in the pane: every match is marked, the current one is on the screen."""

from collections.abc import Iterable, Sequence

from textual.reactive import var

from tui.screen.prose.finding import Finder
from tui.screen.prose.layout import Position
from tui.screen.prose.section import Section
from tui.screen.widgets.story_log.painter import Highlight
from tui.screen.widgets.story_log.views import ViewedPane


class SearchablePane(ViewedPane):
    """A pane in which a phrase can be looked for while the text still grows.

    The text is searched as it was written, what is folded away as well: a match there unfolds it.
    """

    matches: var[int] = var(0, init=False)
    """How many matches there are."""
    match_number: var[int] = var(0, init=False)
    """Which of them is the current one, from one; 0 without any."""

    _finder: Finder | None = None
    _current: Position | None = None

    def search(self, query: str) -> int:
        """Mark every match, show the first from here on, and return how many there are.

        Upper and lower case are alike. A blank query ends the search.
        """
        self.clear_search()
        if not query.strip():
            return 0
        self._finder = Finder(query)
        self._finder.scan(self.layout_rows.sections)
        here = self.layout_rows.position_of(self.scroll_offset.y)
        self._go_to(self._finder.nearest(here))
        return self._finder.count

    def search_next(self) -> None:
        """Go to the next match; after the last comes the first."""
        self._step(1)

    def search_previous(self) -> None:
        """Go to the match before; before the first comes the last."""
        self._step(-1)

    def clear_search(self) -> None:
        """Mark nothing any more."""
        self._finder = self._current = None
        self.matches = self.match_number = 0
        self.repaint()

    def forget(self) -> None:
        """Begin again; a search goes on in what is to come."""
        if self._finder is not None:
            self._finder = self._finder.afresh()
        self._current = None
        self.matches = self.match_number = 0
        super().forget()

    def text_arrived(self, sections: Iterable[Section]) -> None:
        """Search what is new."""
        if self._finder is not None and self._finder.scan(sections):
            self._count()
            self.repaint()

    def highlights(self, section: Section, row: int) -> Sequence[Highlight]:
        """Return the matches in a row."""
        if self._finder is None:
            return ()
        start = section.flow.starts[row]
        end = start + len(section.flow.rows[row])
        return [
            self._highlight(Position(section.ordinal, match), start)
            for match in self._finder.within(section.ordinal, start, end)
        ]

    def _highlight(self, match: Position, row_start: int) -> Highlight:
        assert self._finder is not None
        palette = self.palette
        style = palette.current_match if match == self._current else palette.match
        start = match.offset - row_start
        return Highlight(start, start + self._finder.length, style)

    def _step(self, by: int) -> None:
        if self._finder is None:
            return
        if self._current is None:
            self._go_to(self._finder.nearest(self.layout_rows.start))
        else:
            self._go_to(self._finder.step(self._current, by))

    def _go_to(self, match: Position | None) -> None:
        self._current = match
        self._count()
        self.repaint()
        if match is not None:
            self.show(match)

    def _count(self) -> None:
        assert self._finder is not None
        self.matches = self._finder.count
        self.match_number = self._finder.number(self._current) if self._current else 0
