"""The side pane: shares its room out among its panels, so that what matters least gives way first.

A column beside the story where the screen is wide, a row above it where it is narrow. Panels are
measured when the screen or the team changes, never when a clock ticks.
"""

from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size

from tui.state import RunState
from tui.widgets.countdown import Countdown
from tui.widgets.pace import Pace
from tui.widgets.panel import Panel
from tui.widgets.team_pane import TeamPane
from tui.widgets.timeline import Timeline


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
    """Share ``room`` rows out: first a row of each, then more of what is looked at most."""
    countdown = min(1, room)
    team = min(1, room - countdown)
    pace = min(1, room - countdown - team)
    timeline = gap = 0
    left = room - countdown - team - pace

    def take(wanted: int, whole: bool = True) -> int:
        nonlocal left
        got = wanted if wanted <= left else 0 if whole else left
        left -= got
        return got

    countdown += take(1)
    team += take(min(max(1, members), 4), whole=False)
    pace += take(1)
    gap = 1 if take(3) else 0
    countdown += take(3)
    wanted = 1 + max(1, 2 * calls)
    timeline += take(min(3, wanted))
    team += take(max(0, 1 + members - team), whole=False)
    timeline += take(min(2, wanted - timeline)) if timeline else 0
    pace += take(2)
    if team == 1 + members:
        team += take(members)
    timeline += take(max(0, wanted - timeline), whole=False) if timeline else 0
    return Heights(countdown, team, timeline, pace, gap)


def widths(room: int) -> Widths:
    """Share the cells of a row out."""
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
        """Share the new room out."""
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
