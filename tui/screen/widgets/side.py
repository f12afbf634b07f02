"""The side pane: gives its room to its panels by their weight.

A column beside the story where the screen is wide, a row above it where it is narrow. Panels are
measured when the screen or the team changes, never when a clock ticks.
"""

from collections.abc import Iterator
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size

from tui.run.state import RunState
from tui.screen.widgets.countdown import DIGIT_ROWS, Countdown
from tui.screen.widgets.pace import Pace
from tui.screen.widgets.panel import Panel
from tui.screen.widgets.team_pane import TeamPane
from tui.screen.widgets.timeline import Timeline

_FEW = 4
"""The members that get a row each before any other panel has more than two."""


_MOST_CALLS = 40


class Heights(NamedTuple):
    """The rows of each panel in the column, and of the gaps between them."""

    countdown: int
    team: int
    timeline: int
    pace: int
    gap: int


class Widths(NamedTuple):
    """The cells of the panels in the row; the team has what is left."""

    countdown: int
    pace: int


def heights(room: int, members: int, calls: int) -> Heights:
    """Divide ``room`` rows: first one for each panel, then more by weight."""
    rows = dict.fromkeys(Heights._fields, 0)
    for part, wanted, whole in _wishes(members, calls):
        got = wanted if wanted <= room else 0 if whole else room
        rows[part] += got
        room -= got
    return Heights(**{**rows, "gap": min(1, rows["gap"])})


def _wishes(members: int, calls: int) -> Iterator[tuple[str, int, bool]]:
    """Yield by weight: the panel, how many rows more, and whether fewer are useless."""
    listed = max(1, members)
    yield from ((part, 1, True) for part in ("countdown", "team", "pace", "countdown"))
    yield "team", min(listed, _FEW), False
    yield "pace", 1, True
    yield "gap", len(Heights._fields) - 2, True
    yield "countdown", DIGIT_ROWS, True
    yield "timeline", 3 if calls else 2, True
    yield "team", max(0, listed - _FEW), False
    yield "timeline", 2 if calls > 1 else 0, True
    yield "pace", 2, True
    yield "team", members, True
    for _ in range(2, min(calls, _MOST_CALLS)):
        yield "timeline", 2, True


def widths(room: int) -> Widths:
    """Divide the cells of a row."""
    return Widths(countdown=max(21, room * 3 // 10), pace=max(12, room * 3 // 10))


class Side(Container):
    """Countdown, team, calls and pace."""

    _shared: tuple[Size, int, int, bool] | None = None
    _members = _calls = 0

    def compose(self) -> ComposeResult:
        """The panels, from top to bottom."""
        yield Countdown()
        yield TeamPane()
        yield Timeline()
        yield Pace()

    def show(self, state: RunState, now: float) -> None:
        """Show this state at the instant ``now``."""
        self._members, self._calls = len(state.contributors), len(state.calls)
        self._share()
        for panel in self.query_children(Panel):
            panel.show(state, now)

    def on_resize(self, event: events.Resize) -> None:
        """Divide the new room."""
        self._share()

    def _share(self) -> None:
        is_row = self.screen.has_class("-narrow")
        size = self.content_size
        shared = (size, self._members, self._calls, is_row)
        if shared == self._shared or not size:
            return
        self._shared = shared
        if is_row:
            self._share_row(widths(size.width))
        else:
            self._share_column(heights(size.height, self._members, self._calls))

    def _share_row(self, cells: Widths) -> None:
        for panel in self.query_children(Panel):
            panel.styles.margin = (0, 2) if isinstance(panel, TeamPane) else 0
            panel.styles.height = 1
        self.query_one(Timeline).display = False
        self.query_one(Countdown).styles.width = cells.countdown
        self.query_one(TeamPane).styles.width = "1fr"
        self.query_one(Pace).styles.width = cells.pace

    def _share_column(self, rows: Heights) -> None:
        for index, panel in enumerate(self.query_children(Panel)):
            height = rows[index]
            panel.display = height > 0
            panel.styles.width = "1fr"
            panel.styles.height = height
            panel.styles.margin = (rows.gap if index and height else 0, 0, 0, 0)
