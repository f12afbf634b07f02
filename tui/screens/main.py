"""The main screen: header, story and team, results, footer, and the help that explains them."""

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.widgets import Footer

from tui.widgets.countdown import Countdown
from tui.widgets.notice import Notice
from tui.widgets.results import ResultsPanel
from tui.widgets.search_bar import SearchBar
from tui.widgets.status_bar import StatusBar
from tui.widgets.story_log import StoryLog
from tui.widgets.team_pane import TeamPane

MEASURE = 88
"""The widest line of prose, in cells: longer ones are hard to read."""


class MainScreen(Screen[None]):
    """Where a story is written. The app fills it; it only lays it out."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (104, "-wide")]  # noqa: RUF012 - Textual's own type
    HELP = """\
# storyteam

A leader hands the work to a storyteller and an editor, and you watch them write.

- `c` stops the run at once and keeps every word; `esc` twice does the same.
- `+` and `-` move the countdown by ten seconds, `space` holds it.
- Scroll up to read on in peace; `End` follows the text again.
- When the run has ended: `r` runs it again, `/` searches, `y` copies the story, `q` leaves.
"""

    def __init__(self, hint: str = "") -> None:
        """``hint`` is what the line under the story says while there is nothing to wait for."""
        super().__init__(id="_default")
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Header, story and team, results, footer."""
        yield StatusBar()
        with Container(id="body"):
            with Vertical(id="page"):
                yield (log := StoryLog(max_text_width=MEASURE))
                yield SearchBar(log)
                yield Notice(self._hint)
            with Container(id="side"):
                yield Countdown()
                yield TeamPane()
        yield ResultsPanel()
        yield Footer(show_command_palette=False)
