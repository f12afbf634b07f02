"""What is selected of the story. Textual's offsets are (characters into the section, section)."""

from rich.style import Style
from textual.selection import Selection

from tui.screen.prose.layout import Layout, Position
from tui.screen.prose.section import SectionRows
from tui.screen.widgets.story_log.painter import Highlight


def selected_text(layout: Layout, selection: Selection) -> str:
    """Return what is selected, as it was written rather than as it is wrapped."""
    return layout.extract(*_ends(layout, selection))


def selected_part(
    layout: Layout, selection: Selection, section: SectionRows, row: int, style: Style
) -> list[Highlight]:
    """Return the selected part of a row, if any."""
    first, last = _ends(layout, selection)
    ordinal = section.ordinal
    if not first.section <= ordinal <= last.section:
        return []
    row_start = section.flow.starts[row]
    start = first.offset - row_start if ordinal == first.section else 0
    end = last.offset - row_start if ordinal == last.section else len(section.flow.rows[row])
    return [Highlight(start, end, style)]


def _ends(layout: Layout, selection: Selection) -> tuple[Position, Position]:
    start, end = selection
    first = Position(start.y, start.x) if start else layout.start
    last = layout.after_character(Position(end.y, end.x)) if end else layout.end
    return first, last
