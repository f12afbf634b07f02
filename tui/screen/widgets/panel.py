"""A panel of the side pane: rows of text that are drawn again only where they changed.

No panel asks for a layout: the side pane gives it its room, and the panel shows as much as fits.
"""

from typing import ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from tui.run.state import RunState


class Panel(Widget):
    """Shows rows of a run's state; ``show`` may be called several times a second."""

    ALLOW_SELECT = False
    DEFAULT_CSS: ClassVar[str] = """
    Panel { text-wrap: nowrap; text-overflow: clip; }
    """

    _state: RunState | None = None
    _now = 0.0
    _rows: tuple[Content, ...] = ()

    def describe(self, state: RunState, now: float, width: int, height: int) -> list[Content]:
        """Return the rows to show; a subclass implements this, and excess rows are cut."""
        raise NotImplementedError

    def show(self, state: RunState, now: float) -> None:
        """Show this state at the instant ``now``."""
        self._state, self._now = state, now
        self._update()

    def on_resize(self, event: events.Resize) -> None:
        """Show as much as fits now."""
        self._update()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        width = self.content_size.width
        if y >= len(self._rows) or not width:
            return Strip.blank(width, self.visual_style.rich_style)
        return Visual.to_strips(self, self._rows[y], width, 1, self.visual_style)[0]

    def _update(self) -> None:
        width, height = self.content_size
        if self._state is None or not width or not height:
            return
        before = self._rows
        rows = self.describe(self._state, self._now, width, height)[:height]
        self._rows = tuple(row.truncate(width, ellipsis=True) for row in rows)
        count = max(len(before), len(self._rows))
        changed = [y for y in range(count) if not _is_same(before, self._rows, y)]
        if changed:
            self.refresh(Region(0, changed[0], width, changed[-1] - changed[0] + 1))


def title(text: str, right: str, width: int) -> Content:
    """Return the row above the rows of a panel: its name, a rule, and what there is to count."""
    right = f" {right}" if right else ""
    rule = "─" * max(0, width - len(text) - len(right) - 1)
    return Content.assemble(
        (text, "$foreground-muted bold"), (f" {rule}{right}", "$foreground-muted")
    )


def spread(left: Content, right: Content, width: int) -> Content:
    """Return one row with something at each end; the right end has its room first."""
    room = width - right.cell_length - (1 if right.cell_length else 0)
    if room < 1:
        return left.truncate(width, ellipsis=True)
    left = left.truncate(room, ellipsis=True)
    return left + Content(" " * (width - left.cell_length - right.cell_length)) + right


def _is_same(before: tuple[Content, ...], after: tuple[Content, ...], y: int) -> bool:
    if y >= len(before) or y >= len(after):
        return False
    # Contents are equal when their texts are; here the colours count as well.
    return before[y] == after[y] and before[y].spans == after[y].spans
