"""The full-screen app: makes runs, folds their events into the state, and obeys the keys.

The rule of this module: the UI thread never waits, and only it touches a widget. A run's threads
put events on a queue; here they are folded into the state once per frame, and the screen shows it.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.control.deadline import STEP_SECONDS
from tui.history import History
from tui.run.events import CancelRequested, Event, Reason
from tui.run.protocol import Run, RunFactory, RunRequest
from tui.run.state import RunState
from tui.run.summary import Summary, summarize
from tui.screen import story_actions
from tui.screen.event_queue import EventQueue
from tui.screen.greeted import MakeGreeting
from tui.screen.keys import KEYS, MAIN_SCREEN_ACTIONS, STOPS, usable
from tui.screen.preferences import Preferences
from tui.screen.reading import GOING_ON, ReadingApp
from tui.screen.screens.main import MainScreen

if TYPE_CHECKING:
    from textual.timer import Timer

TICK_SECONDS = 0.2
ARMED_SECONDS = 2.0
"""How long a first press of escape waits for the second."""


class StoryApp(ReadingApp[Summary | None]):
    """Shows one run after the other; leaves with the summary of the last one."""

    CSS_PATH = "app.tcss"
    TITLE = "storyteam"
    BINDINGS = KEYS

    def __init__(
        self,
        make_run: RunFactory,
        request: RunRequest,
        history: History,
        *,
        hint: str = "",
        once: bool = False,
        clock: Callable[[], float] = time.monotonic,
        preferences: Preferences | None = None,
        make_greeting: MakeGreeting | None = None,
    ) -> None:
        super().__init__(preferences or Preferences(), make_greeting)
        self.run_state = RunState()
        self.summary: Summary | None = None
        self.main_screen = MainScreen(hint)
        self._make_run = make_run
        self._request = request
        self._history = history
        self._leave_at_end = once
        self._is_leaving = False
        self._early_cancel: Reason | None = None
        """A cancel that was asked for before there was a run."""
        self._clock = clock
        self._run: Run | None = None
        self._events: EventQueue | None = None
        self._armed_at: float | None = None
        self._ticker: Timer | None = None
        self._loop_of_app: asyncio.AbstractEventLoop | None = None
        self._told: set[str] = set()

    def get_default_screen(self) -> MainScreen:
        """The screen that everything else lies on."""
        return self.main_screen

    def on_ready(self) -> None:
        """Paint first, then run: the run imports Agno, which takes a second."""
        self._loop_of_app = asyncio.get_running_loop()
        self._ticker = self.main_screen.set_interval(TICK_SECONDS, self._tick, pause=True)
        # A worker, for it asks the disk, and a key must not wait for that.
        self.call_after_refresh(lambda: self.run_worker(self._start()))

    async def _start(self) -> None:
        if await self.greet(self._history, self._begin_new):
            # What was pressed before concerned nothing.
            self._early_cancel = None
            return
        request = self._request
        if story := await story_actions.read(self, self._history, request.story_id):
            self.open_story(story)
        self._begin(request)
        self.run_worker(story_actions.offer_interrupted(self, self._history))

    # One run after the other.

    def _begin(self, request: RunRequest) -> None:
        self.uncover()
        state = RunState()
        queue = EventQueue(lambda events: self._take(state, events))
        run = self._make_run(request, queue.put)
        run.pace(queue.is_full)
        state.run_id, state.model, state.story_id = run.run_id, run.model, run.story_id
        self.run_state, self._run, self._request, self.summary = state, run, request, None
        self._events = queue
        if request.story_id is None:
            self.main_screen.clear()
        mark = (request.direction or GOING_ON) if request.story_id else None
        self.main_screen.begin(state, request.prompt, mark)
        if self._ticker:
            self._ticker.resume()
        run.start()
        self._tick()
        if early := self._early_cancel:
            self._early_cancel = None
            self._cancel(early)

    def _take(self, state: RunState, events: list[Event]) -> None:
        for event in events:
            state.apply(event)
        try:
            self._show_news(state)
        except Exception as error:
            # A callback of the bare loop: only from one of its own does Textual hear of it.
            self.call_later(_raise, error)

    def _show_news(self, state: RunState) -> None:
        # An earlier run may still be tidying up; its events concern nobody any more.
        if state is self.run_state:
            self.main_screen.write_new()
            # The rest is drawn by the ticker: 5 times a second is plenty for it.
            if not self.main_screen.shows(state):
                self._tick()
            if state.ended and self.summary is None:
                # The word is painted first: laying the results out takes longer.
                self.main_screen.paint_status()
                self.summary = summarize(state)
                self._end(self.summary)

    def _end(self, summary: Summary) -> None:
        if self._ticker:
            self._ticker.pause()
        self.main_screen.show_results(summary)
        if self._leave_at_end:
            self.exit(summary)

    def _tick(self) -> None:
        self.show_state()
        story_actions.tell_troubles(self, self._history, self._told)

    # Keys.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out the keys that do nothing now, or hide them where there is no room for them."""
        is_covered = len(self.screen_stack) > 1 and not (self.covering and action in STOPS)
        if action in MAIN_SCREEN_ACTIONS and is_covered:
            return False
        greyed = None if self.main_screen.has_class("-wide") else False
        return usable(action, self.run_state, greyed=greyed)

    @property
    def is_at_rest(self) -> bool:
        """No search may have the keyboard while a run lives: c must always cancel."""
        return bool(self.run_state.ended) or self._run is None

    def action_cancel(self) -> None:
        """Cancel the run now, and say so before anything else happens."""
        self._cancel(Reason.USER)

    def _cancel(self, reason: Reason) -> None:
        if self._run is None:
            self._early_cancel = self._early_cancel or reason
        elif self._run.cancel(reason):
            # The run's own event says the same, but stands in the queue behind its text.
            self.run_state.apply(CancelRequested(reason, self._clock()))
            self._tick()
            self.main_screen.paint_status()
            if self._events:
                self._events.hurry()
            self.close_overlay()

    def action_arm(self) -> None:
        """Cancel at the second press of two seconds; after the run, hide or show the results."""
        now = self._clock()
        if self.summary:
            self.main_screen.toggle_results(self.summary)
        elif self._armed_at is not None and now - self._armed_at <= ARMED_SECONDS:
            self._armed_at = None
            self._cancel(Reason.USER)
        else:
            self._armed_at = now
            self.notify("Press esc again to cancel the run", timeout=ARMED_SECONDS, markup=False)

    def action_cancel_or_help(self) -> None:
        """Cancel while a run lives; the screen has already copied, if text is selected."""
        if self.run_state.ended:
            self.notify("Press q to leave", markup=False)
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
        """Write a new story from the same prompt."""
        self._begin(RunRequest(self._request.prompt))

    def action_new_story(self) -> None:
        """Ask for an idea, and write it."""
        self.main_screen.ask("New story:", "What is it about?", self._begin_new)

    def _begin_new(self, prompt: str) -> None:
        if prompt:
            self._begin(RunRequest(prompt))

    def action_go_on(self) -> None:
        """Ask for a direction, and go on from the very place where the text stops."""
        self.main_screen.ask(
            "Go on:",
            "your direction, or nothing: just continue",
            lambda direction: self.run_worker(self._go_on(direction)),
        )

    async def _go_on(self, direction: str) -> None:
        state = self.run_state
        story = await self.saved_story()
        # Reading waits for the disk; by now another run may have begun.
        if story and state is self.run_state:
            self._begin(RunRequest(story.prompt, direction, story.id, story.text))

    def action_leave(self) -> None:
        """Leave as soon as the run has ended, which is at once; when asked again, right now."""
        self._leave(Reason.QUIT)

    async def action_quit(self) -> None:
        """Leave; the palette offers this."""
        self._leave(Reason.QUIT)

    def leave_at_signal(self) -> None:
        """Leave because a signal asks for it, which may come before the loop runs."""
        loop = self._loop_of_app
        if loop is None:
            self._is_leaving = self._leave_at_end = True
            self._early_cancel = Reason.SIGNAL
        else:
            loop.call_soon_threadsafe(self._leave, Reason.SIGNAL)

    def _leave(self, reason: Reason) -> None:
        if self.run_state.ended or self._is_leaving or self._is_greeting:
            self.exit(self.summary)
        else:
            self._is_leaving = self._leave_at_end = True
            self._cancel(reason)

    def join_run(self, timeout: float) -> None:
        """Wait for the last run's threads, after the screen is gone."""
        if self._run:
            self._run.join(timeout)


def _raise(error: Exception) -> None:
    raise error
