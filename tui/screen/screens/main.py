"""The main screen: header, story and team, results, questions and footer."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual import getters, on
from textual.actions import SkipAction
from textual.app import ComposeResult, ScreenStackError
from textual.containers import Container, Vertical
from textual.events import Click
from textual.screen import Screen

from tui.run.state import RunState
from tui.run.summary import Summary
from tui.screen import clipboard
from tui.screen.prose.layout import Position
from tui.screen.screens.overlay import Overlay
from tui.screen.widgets.ask_bar import AskBar
from tui.screen.widgets.countdown import Countdown
from tui.screen.widgets.key_bar import KeyBar
from tui.screen.widgets.message_bar import MessageBar
from tui.screen.widgets.note_line import NoteLine
from tui.screen.widgets.notice import Notice
from tui.screen.widgets.question_bar import QuestionBar
from tui.screen.widgets.results import ResultsPanel, is_early_error
from tui.screen.widgets.search_bar import SearchBar
from tui.screen.widgets.side import Side
from tui.screen.widgets.status_bar import StatusBar
from tui.screen.widgets.status_style import status_of
from tui.screen.widgets.story_log import StoryLog

if TYPE_CHECKING:
    from tui.run.events import DeadlineChanged

MEASURE = 88
"""The widest line of prose, in cells: longer ones are hard to read."""
_CLICKS: Final = {
    Countdown: "app.hold",
    StatusBar: "app.command_palette",
    QuestionBar: "app.answer",
}
"""What a click on a widget does."""


class MainScreen(Screen[None]):
    """Lays out the story and what is known of the run, and shows a state of it."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (112, "-wide")]  # noqa: RUF012 - Textual's own type
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]  # noqa: RUF012

    bar = getters.query_one(StatusBar)
    pane = getters.query_one(StoryLog)
    note_line = getters.query_one(NoteLine)
    ask_bar = getters.query_one(AskBar)
    message_bar = getters.query_one(MessageBar)
    search_bar = getters.query_one(SearchBar)

    def __init__(self, hint: str = "") -> None:
        """``hint`` is what the line under the story says while there is nothing to wait for."""
        super().__init__(id="_default")
        self._hint = hint
        self._deadline: DeadlineChanged | None = None
        self._is_answering = False
        self._has_story = False
        """Whether there is anything to read; until then the notice fills the page."""
        self._first_section = 0
        """Where the passage begins in the pane."""
        self._usable: tuple[object, ...] = ()
        """What decides which keys do something: the end, text, a question."""

    def compose(self) -> ComposeResult:
        """Header, story and team, results, footer."""
        yield StatusBar()
        with Container(id="body"):
            with Vertical(id="page"):
                yield NoteLine()
                yield (log := StoryLog(max_text_width=MEASURE))
                yield SearchBar(log)
                yield Notice(self._hint)
            yield Side(id="side")
        yield ResultsPanel()
        yield QuestionBar()
        yield MessageBar()
        yield AskBar()
        yield KeyBar(show_command_palette=False, compact=True)

    def on_resize(self) -> None:
        """Lay the results out again; everything else does it by itself."""
        self.query_one(ResultsPanel).fit()

    def clear(self) -> None:
        """Forget the story that is shown."""
        self.pane.clear()
        self._has_story = False

    def begin(self, state: RunState, prompt: str, mark: str | None = None, note: str = "") -> None:
        """Show a passage: what comes is written behind what is there, after a quiet mark."""
        self.note_line.show(note)
        self._first_section = len(self.pane.story.sections)
        if mark is not None:
            self.pane.story.mark(mark)
            self._has_story = True
        self.bar.prompt, self.bar.model = prompt, state.model
        self.hide_results()
        self.search_bar.action_close()
        if not self.ask_bar.stays:
            self.ask_bar.action_close()
            self.pane.focus()

    def show_beginning(self) -> None:
        """Scroll to where the passage begins, if that is above the screen."""
        self.pane.settle()
        self.pane.viewport.show(Position(self._first_section, 0))

    def shows(self, state: RunState) -> bool:
        """Whether the screen already says how this state is, and when its deadline comes."""
        return self.bar.status is status_of(state) and self._deadline is state.deadline

    def show(self, state: RunState, now: float) -> None:
        """Show everything else of this state at the instant ``now``."""
        self.bar.status, self._deadline = status_of(state), state.deadline
        self._has_story |= bool(state.words or state.ended)
        self.set_class(not self._has_story, "-blank")
        # The models of a user team are known when it has been loaded.
        self.bar.model = state.model
        question = self.query_one(QuestionBar).show(state)
        if self._is_answering and question is None:
            self.ask_bar.action_close()
        usable = (bool(state.ended), bool(state.words), question and question.kind, *state.at_work)
        if self._usable != usable:
            self._usable = usable
            # Later: rebuilding the footer takes longer than the status and the results may.
            self.call_after_refresh(self.call_after_refresh, self.refresh_keys)
        self.query_one(Side).show(state, now)
        self.query_one(Notice).show(state, now)
        self.message_bar.show(state)

    def paint_status(self) -> None:
        """Paint the header now, without waiting for Textual's next frame."""
        self._dirty_widgets.add(self.bar)
        self._on_timer_update()

    def refresh_keys(self) -> None:
        """Let the footer show which keys do something now."""
        self.refresh_bindings()
        # The footer remembers every key that it ever showed, until this is set once more.
        self.query_one(KeyBar).mutate_reactive(KeyBar.compact)

    def show_results(self, summary: Summary) -> None:
        """Show how the run ended."""
        self.set_class(is_early_error(summary), "-nothing")
        self.query_one(ResultsPanel).show(summary)

    def toggle_results(self, summary: Summary) -> None:
        """Hide the results of an ended run, or show them again."""
        if self.query_one(ResultsPanel).has_class("-shown"):
            self.hide_results()
        else:
            self.show_results(summary)

    def hide_results(self) -> None:
        """Leave all the room to the story."""
        self.remove_class("-nothing")
        self.query_one(ResultsPanel).hide()

    def action_copy_text(self) -> None:
        """Copy the selection and clear it, so that the key can cancel again."""
        text = self.get_selected_text()
        if text is None:
            raise SkipAction
        self.clear_selection()
        self.run_worker(clipboard.copy(self.app, text))

    def tell_hint(self, hint: str) -> None:
        """Say something else while there is nothing to wait for."""
        self.query_one(Notice).tell_hint(hint)

    def ask(
        self,
        question: str,
        placeholder: str,
        on_answer: Callable[[str], object],
        value: str = "",
    ) -> None:
        """Ask for a line of text; while a run lives, only as long as it waits for that."""
        self._is_answering = not any(self._usable[:1])
        self.ask_bar.ask(question, placeholder, on_answer, value=value)

    @on(AskBar.Closed)
    def _give_keyboard_back(self) -> None:
        self._is_answering = False
        self.pane.focus()

    async def on_click(self, event: Click) -> None:
        """Run the action of what was clicked."""
        if action := _action_of_click(event):
            await self.app.run_action(action)

    def toggle_team(self) -> None:
        """Show or hide who is at work."""
        self.query_one("#side").toggle_class("-hidden")

    # What lies on this screen.

    @property
    def overlay(self) -> Overlay[object] | None:
        """The overlay that lies on top, if there is one."""
        try:
            top = self.app.screen
        except ScreenStackError:
            return None
        return top if isinstance(top, Overlay) else None

    def close_overlay(self) -> None:
        """Show what lies under the overlay."""
        if overlay := self.overlay:
            overlay.action_close()

    def uncover(self) -> None:
        """Close everything that lies on this screen: it may have the keyboard."""
        for _ in self.app.screen_stack[1:]:
            self.app.screen.dismiss(None)


def _action_of_click(event: Click) -> str | None:
    clicked = event.widget
    if clicked is None:
        return None
    if isinstance(clicked, ResultsPanel) and event.y == 0:
        # On the frame, where its title is.
        return "app.arm"
    for kind, action in _CLICKS.items():
        if any(isinstance(node, kind) for node in clicked.ancestors_with_self):
            return action
    return None
