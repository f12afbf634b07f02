"""One run after the other on the main screen: begin, show its events, cancel, answer.

The rule of this module: the UI thread never waits, and only it touches a widget. A run's threads
put events on a queue; here they are folded into the state once per frame, and the screen shows it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.control.deadline import STEP_SECONDS
from tui.history import Story
from tui.run.events import Answered, CancelRequested, Event, Question, Reason
from tui.run.protocol import Run, RunFactory, RunRequest
from tui.run.state import RunState
from tui.run.summary import Summary, summarize
from tui.screen.event_queue import EventQueue
from tui.screen.library import Library
from tui.screen.screens.main import MainScreen
from tui.screen.widgets.story_writer import StoryWriter
from tui.story.retelling import retell

if TYPE_CHECKING:
    from textual.timer import Timer

TICK_SECONDS = 0.2
GOING_ON = "going on"
"""The mark before a passage without a direction."""


class Runs:
    """The run on the screen, live or read from the disk, and what the keys do to it."""

    def __init__(
        self,
        screen: MainScreen,
        library: Library,
        make_run: RunFactory,
        clock: Callable[[], float],
        on_end: Callable[[Summary], None],
    ) -> None:
        self.state = RunState()
        self.summary: Summary | None = None
        """How the run ended, as soon as it has."""
        self.request = RunRequest("")
        self.early_cancel: Reason | None = None
        """A cancel that was asked for before there was a run."""
        self._screen = screen
        self._library = library
        self._make_run = make_run
        self._clock = clock
        self._on_end = on_end
        self._run: Run | None = None
        self._events: EventQueue | None = None
        self._writer: StoryWriter | None = None
        self._ticker: Timer | None = None

    @property
    def is_at_rest(self) -> bool:
        """Whether no run lives, so that a text field may have the keyboard: c must cancel."""
        return bool(self.state.ended) or self._run is None

    def begin(self, request: RunRequest) -> None:
        """Start a run, and show it instead of the one before."""
        self._screen.uncover()
        state = RunState()
        queue = EventQueue(lambda events: self._take(state, events))
        run = self._make_run(request, queue.put)
        run.pace(queue.is_full)
        state.run_id, state.model, state.story_id = run.run_id, run.model, run.story_id
        self.state, self.request, self.summary = state, request, None
        self._run, self._events = run, queue
        if request.story_id is None:
            self._screen.clear()
        mark = (request.direction or GOING_ON) if request.story_id else None
        self._screen.begin(state, request.prompt, mark)
        self._writer = StoryWriter(state, self._screen.pane.story)
        self._ticker = self._screen.set_interval(TICK_SECONDS, self._tick)
        run.start()
        self._tick()
        if early := self.early_cancel:
            self.early_cancel = None
            self.cancel(early)

    def begin_new(self, prompt: str) -> None:
        """Start a run for a new story, if there is an idea for it."""
        if prompt:
            self.begin(RunRequest(prompt))

    async def go_on(self, direction: str) -> None:
        """Start a run that goes on with the story on the screen."""
        state = self.state
        story = await self._library.read(state.story_id)
        # Reading waits for the disk; by now another run may have begun.
        if story and state is self.state:
            self.begin(RunRequest(story.prompt, direction, story.id, story.text))

    def open(self, story: Story) -> None:
        """Show a story from the disk, as if its last run had just ended."""
        self._screen.clear()
        for number, passage in enumerate(story.passages):
            self.state = retell(passage, story.id)
            mark = (passage.direction or GOING_ON) if number else None
            self._screen.begin(self.state, story.title, mark)
            StoryWriter(self.state, self._screen.pane.story).write_new()
        self.summary = summarize(self.state)
        self.request = RunRequest(story.prompt, "", story.id, story.text)
        self._show()

    def _take(self, state: RunState, events: list[Event]) -> None:
        for event in events:
            state.apply(event)
        try:
            # An earlier run may still be tidying up; nothing of it is shown any more.
            if state is self.state:
                self._show_news()
        except Exception as error:
            # This is a callback of the bare loop: Textual handles errors of its own callbacks only.
            self._screen.call_later(_raise, error)

    def _show_news(self) -> None:
        state = self.state
        if self._writer:
            self._writer.write_new()
        # The rest is drawn by the ticker: 5 times a second is plenty for it.
        if not self._screen.shows(state):
            self._tick()
        if state.ended and self.summary is None:
            # The word is painted first: laying the results out takes longer.
            self._screen.paint_status()
            self.summary = summarize(state)
            if self._ticker:
                self._ticker.stop()
            self._screen.show_results(self.summary)
            self._on_end(self.summary)

    def _tick(self) -> None:
        self._show()
        self._library.tell_write_errors()

    def _show(self) -> None:
        self._screen.show(self.state, self._clock())

    def cancel(self, reason: Reason) -> None:
        """Cancel the run now, and say so before anything else happens.

        Before there is a run, it will be cancelled at its start.
        """
        if self._run is None:
            self.early_cancel = self.early_cancel or reason
        elif self._run.cancel(reason):
            # The run's own event says the same, but stands in the queue behind its text.
            self.state.apply(CancelRequested(reason, self._clock()))
            self._tick()
            self._screen.paint_status()
            if self._events:
                self._events.hurry()
            self._screen.close_overlay()

    def move_deadline(self, steps: int) -> None:
        """Move the deadline by this many steps."""
        if self._run:
            self._run.move_deadline(steps * STEP_SECONDS)

    def toggle_hold(self) -> None:
        """Hold or resume the countdown."""
        if self._run:
            self._run.toggle_hold()

    @property
    def question(self) -> Question:
        """The question that the team waits for; there is one while the run is paused."""
        return next(iter(self.state.questions.values()))

    def answer(self, question: Question, answer: bool | str) -> None:
        """Answer a question that is still open. An empty text is an answer too."""
        if self._run is None or question.id not in self.state.questions:
            return
        self._run.answer(question.id, answer)
        # The run's own event says the same, but comes later.
        self.state.apply(Answered(question.id, answer, self._clock()))
        self._show()

    def join(self, timeout: float) -> None:
        """Wait for the last run's threads."""
        if self._run:
            self._run.join(timeout)


def _raise(error: Exception) -> None:
    raise error
