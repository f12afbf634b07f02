"""One run after the other on the main screen: begin, show its events, cancel, answer.

The rule of this module: the UI thread never waits, and only it touches a widget. A run's threads
put events on a queue; here they are folded into the state once per frame, and the screen shows it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.control.deadline import STEP_SECONDS
from tui.errors import StoryteamError
from tui.history import Story
from tui.run.events import Answered, CancelRequested, Event, MemberStopRequested, Question
from tui.run.protocol import Run, RunFactory, RunRequest
from tui.run.reasons import Reason
from tui.run.state import RunState
from tui.run.summary import Summary, summarize
from tui.screen.event_queue import EventQueue
from tui.screen.library import Library
from tui.screen.marks import mark_of_passage, mark_of_request
from tui.screen.screens.main import MainScreen
from tui.screen.widgets.story_writer import StoryWriter
from tui.story.next_passage import another_version, go_on, opened
from tui.story.retelling import retell

if TYPE_CHECKING:
    from textual.timer import Timer

TICK_SECONDS = 0.2


class Runs:
    """The run on the screen, live or read from the disk, and what the keys do to it."""

    def __init__(
        self,
        screen: MainScreen,
        library: Library,
        make_run: RunFactory,
        clock: Callable[[], float],
        on_end: Callable[[Summary], bool],
    ) -> None:
        self.state = RunState()
        self.summary: Summary | None = None
        """How the run ended, as soon as it has."""
        self.request = RunRequest("")
        self.taken_back = False
        """Whether a passage was taken back that can be brought back."""
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
        if not request.story_id or request.after == "":
            self._screen.clear()
        self.taken_back = False
        self._screen.pane.follow()
        self._screen.begin(state, request.prompt, mark_of_request(request), request.note)
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

    async def go_on(self, direction: str) -> bool:
        """Start a run that goes on with the story on the screen; returns whether that could be."""
        if story := await self.saved_story():
            self.begin(go_on(story, direction))
        return story is not None

    async def write_again(self) -> None:
        """Start a run that writes another version of the last passage."""
        if story := await self.saved_story():
            try:
                request = another_version(story)
            except StoryteamError as error:
                self._library.tell(error)
                return
            self.open(replace(story, passages=story.passages[:-1]))
            self.begin(request)

    async def saved_story(self) -> Story | None:
        """Return the story on the screen from the disk; None if it is gone from either."""
        state = self.state
        story = await self._library.read(state.story_id, state.run_id)
        # Reading waits for the disk; by now another run may have begun.
        return story if state is self.state else None

    def open(self, story: Story) -> None:
        """Show a story from the disk, as if its last run had just ended."""
        self._screen.clear()
        for number, passage in enumerate(story.passages):
            self.state = retell(passage, story.id)
            mark = mark_of_passage(passage, is_first=number == 0)
            self._screen.begin(self.state, story.title, mark, story.note)
            StoryWriter(self.state, self._screen.pane.story).write_new()
        self.summary = summarize(self.state)
        self.request, self.taken_back = opened(story), story.taken_back
        self._show()
        self._screen.refresh_keys()

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
            if self._on_end(self.summary):
                self._screen.show_results(self.summary)

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

    def stop_member(self, name: str) -> bool:
        """Stop one member; returns whether it was at work."""
        if self._run is None or name not in self.state.at_work or not self._run.stop_member(name):
            return False
        self.state.apply(MemberStopRequested(name, self._clock()))
        self._tick()
        return True

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
