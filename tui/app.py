"""The full-screen app: folds events into the state, shows the state, and obeys the keys.

The rule of this module: the UI thread never waits, and only it touches a widget. A run's threads
put events on a queue; here they are folded into the state once per frame, and the widgets show it.
"""

import asyncio
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from tui.deadline import STEP_SECONDS
from tui.events import CancelRequested, Event, Reason
from tui.run import Run, RunFactory
from tui.screens.main import MainScreen
from tui.state import RunState
from tui.summary import Summary, summarize
from tui.transport import EventQueue
from tui.widgets.countdown import Countdown
from tui.widgets.look import look_of
from tui.widgets.notice import Notice
from tui.widgets.results import ResultsPanel
from tui.widgets.search_bar import SearchBar
from tui.widgets.status_bar import StatusBar
from tui.widgets.story_log import StoryLog
from tui.widgets.story_writer import StoryWriter
from tui.widgets.team_pane import TeamPane

if TYPE_CHECKING:
    from textual.timer import Timer

TICK_SECONDS = 0.2
ARMED_SECONDS = 2.0
"""How long a first press of escape waits for the second."""


class StoryApp(App[Summary | None]):
    """Shows one run after the other; leaves with the summary of the last one."""

    CSS_PATH = "app.tcss"
    TITLE = "storyteam"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "cancel", "Cancel", id="cancel", tooltip="Stop the run at once"),
        Binding("escape", "arm", "Cancel", show=False, id="arm"),
        Binding("ctrl+c", "cancel_or_help", "Cancel", show=False, id="interrupt"),
        Binding("q", "leave", "Quit", id="quit"),
        Binding("plus,equals_sign", "move(1)", "+10s", key_display="+", id="later"),
        Binding("minus", "move(-1)", "-10s", key_display="-", id="sooner"),
        Binding("space", "hold", "Hold", id="hold", tooltip="Hold or resume the countdown"),
        Binding("r", "run_again", "Again", id="again", tooltip="Run the same prompt again"),
        Binding("y", "copy_story", "Copy", id="copy", tooltip="Copy the story"),
        Binding("slash", "search", "Search", key_display="/", show=False, id="search"),
        Binding("m", "toggle_team", "Team", id="team", tooltip="Show or hide the team"),
        Binding("question_mark,f1", "toggle_help", "Help", key_display="?", id="help"),
        Binding("ctrl+q", "leave", "Quit", show=False, id="quit_too"),
    ]

    def __init__(
        self,
        make_run: RunFactory,
        *,
        prompt: str,
        hint: str = "",
        once: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.run_state = RunState()
        self.summary: Summary | None = None
        self._make_run = make_run
        self._prompt = prompt
        self._hint = hint
        self._leave_at_end = once
        self._clock = clock
        self._run: Run | None = None
        self._armed_at: float | None = None
        self._ticker: Timer | None = None

    def get_default_screen(self) -> MainScreen:
        """The only screen there is at the start."""
        return MainScreen(self._hint)

    def on_ready(self) -> None:
        """Paint first, then run: the run imports Agno, which takes a second."""
        self.query_one(StoryLog).focus()
        self._ticker = self.set_interval(TICK_SECONDS, self._show_time, pause=True)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(number, self._leave, Reason.SIGNAL)
        self.call_after_refresh(self._start_run)

    # One run after the other.

    def _start_run(self) -> None:
        state = RunState()
        queue = EventQueue(lambda events: self._take(state, events))
        run = self._make_run(queue.put)
        state.run_id, state.model = run.run_id, run.model
        self.run_state, self._run, self.summary = state, run, None
        log = self.query_one(StoryLog)
        log.clear()
        self._writer = StoryWriter(state, log)
        self.query_one(ResultsPanel).hide()
        self.query_one(SearchBar).action_close()
        bar = self.query_one(StatusBar)
        bar.prompt, bar.model = self._prompt, run.model
        if self._ticker:
            self._ticker.resume()
        run.start()
        self._show()

    def _take(self, state: RunState, events: list[Event]) -> None:
        for event in events:
            state.apply(event)
        # An earlier run may still be tidying up; its events concern nobody any more.
        if state is self.run_state:
            self._writer.write_new()
            self._show()
            if state.ended and self.summary is None:
                self._end(state)

    def _end(self, state: RunState) -> None:
        self.summary = summarize(state)
        if self._ticker:
            self._ticker.pause()
        self.query_one(ResultsPanel).show(self.summary)
        if self._leave_at_end:
            self.exit(self.summary)

    def _show(self) -> None:
        bar, look = self.query_one(StatusBar), look_of(self.run_state)
        if bar.look is not look:
            bar.look = look
            # The footer is built anew for it, which takes longer than the word itself may.
            self.call_after_refresh(self.refresh_bindings)
        self._show_time()

    def _show_time(self) -> None:
        now, state = self._clock(), self.run_state
        self.query_one(Countdown).show(state, now)
        self.query_one(TeamPane).show(state, now)
        self.query_one(Notice).show(state, now)

    # Keys.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out the keys that do nothing now."""
        state = self.run_state
        lives = self._run is not None and not state.ended
        match action:
            case "cancel" | "arm" | "move" | "hold":
                return True if lives and not state.cancel else None
            case "run_again" | "search":
                # No input may have the keyboard while a run lives: c must always cancel.
                return True if state.ended else None
            case "copy_story":
                return True if state.words else None
        return True

    def action_cancel(self) -> None:
        """Cancel the run now, and say so before anything else happens."""
        self._cancel(Reason.USER)

    def _cancel(self, reason: Reason) -> None:
        if self._run and self._run.cancel(reason):
            # The run's own event says the same, but stands in the queue behind its text.
            self.run_state.apply(CancelRequested(reason, self._clock()))
            self._show()

    def action_arm(self) -> None:
        """Cancel at the second press of two seconds."""
        now = self._clock()
        if self._armed_at is not None and now - self._armed_at <= ARMED_SECONDS:
            self._armed_at = None
            self._cancel(Reason.USER)
        else:
            self._armed_at = now
            self.notify("Press esc again to cancel the run", timeout=ARMED_SECONDS, markup=False)

    def action_cancel_or_help(self) -> None:
        """Cancel while a run lives; the screen has already copied, if text is selected."""
        if self.run_state.ended:
            self.action_help_quit()
        else:
            self._cancel(Reason.USER)

    def action_move(self, direction: int) -> None:
        """Move the deadline by one step."""
        if self._run:
            self._run.move_deadline(direction * STEP_SECONDS)

    def action_hold(self) -> None:
        """Hold or resume the countdown."""
        if self._run:
            self._run.toggle_hold()

    def action_run_again(self) -> None:
        """Run the same prompt once more."""
        self._start_run()

    def action_search(self) -> None:
        """Search in the story."""
        self.query_one(SearchBar).open()

    def action_copy_story(self) -> None:
        """Copy the story's text to the clipboard."""
        self.copy_to_clipboard("\n\n".join(section.text for section in self.run_state.sections))
        self.notify(f"Copied {self.run_state.words:,} words", markup=False)

    def action_toggle_team(self) -> None:
        """Show or hide the team."""
        self.query_one("#side").toggle_class("-hidden")

    def action_toggle_help(self) -> None:
        """Show or hide the help."""
        if self.screen.query("HelpPanel"):
            self.action_hide_help_panel()
        else:
            self.action_show_help_panel()

    def action_leave(self) -> None:
        """Leave at once, or as soon as the run has ended."""
        self._leave(Reason.QUIT)

    def _leave(self, reason: Reason) -> None:
        if self._run is None or self.run_state.ended:
            self.exit(self.summary)
        else:
            self._leave_at_end = True
            self._cancel(reason)

    def join_run(self, timeout: float) -> None:
        """Wait for the last run's threads, after the screen is gone."""
        if self._run:
            self._run.join(timeout)
