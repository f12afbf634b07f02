"""The full-screen app: every action is defined here, and Textual's hooks.

The app owns a helper for each concern: ``runs`` (the run on the screen), ``teller`` (what the user
tells a run), ``library`` (the stories on the disk) and ``dialogs`` (help and menus).
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from rich.console import RenderableType
from textual import work
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.driver import Driver
from textual.events import Event
from textual.filter import LineFilter
from textual.screen import Screen

from tui.control.models import Models
from tui.history import History
from tui.run.protocol import Publish, Run, RunFactory, RunRequest
from tui.run.reasons import Reason
from tui.run.records import Contributor
from tui.run.summary import Summary
from tui.screen import clipboard, versions
from tui.screen.dialogs import Dialogs
from tui.screen.drawing.driver import driver_class
from tui.screen.drawing.shadow import Shadow
from tui.screen.drawing.update import minimal
from tui.screen.filters import fitting
from tui.screen.glyphs import key_name
from tui.screen.input_events import meant_event
from tui.screen.keys import KEYS, MAIN_SCREEN_ACTIONS, STOPS, usable
from tui.screen.library import Library
from tui.screen.preferences import Preferences
from tui.screen.runs import Runs
from tui.screen.screens.main import MainScreen
from tui.screen.telling import Teller
from tui.screen.theme import THEMES
from tui.screen.versions import Versions
from tui.text.untrusted import clean_line

MakeGreeting: TypeAlias = Callable[[], Screen[str | None]]
"""Makes the first screen of all: dismissed with the idea, or with None to leave."""
ARMED_SECONDS = 2.0
"""How long a first press of escape waits for the second."""
STOP_PAUSE_SECONDS = 0.5
"""How long the key that stops a member does nothing after it did: who works next has begun."""


class StoryApp(App[Summary | None]):
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
        models: Models | None = None,
        get_ready: Callable[[], object] = lambda: None,
    ) -> None:
        """``get_ready`` is called, on a thread, when a run may soon have to begin at once."""
        # Textual asks for the driver, which needs this, while it is initialized.
        self._shadow = Shadow()
        super().__init__()
        self._preferences = preferences = preferences or Preferences()
        self.main_screen = MainScreen(hint)
        self.library = Library(self, history)
        self.runs = Runs(self.main_screen, self.library, self._make_run, clock, self._on_end)
        self.dialogs = Dialogs(self, preferences)
        self.versions = Versions(self)
        self._models = models
        self.teller = Teller(self.main_screen, self.runs, self._go_on, get_ready)
        self._run_factory = make_run
        self._first_request = request
        self._make_greeting = make_greeting
        self._is_greeting = False
        self._leaves_at_end = once
        self._is_leaving = False
        self._clock = clock
        self._armed_at: float | None = None
        self._stopped_at = float("-inf")
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = preferences.theme
        self.set_keymap(preferences.keymap)

    def get_default_screen(self) -> MainScreen:
        """Return the screen that everything else lies on."""
        return self.main_screen

    # The beginning and the end.

    def on_ready(self) -> None:
        """Paint first, then run: the run imports Agno, which takes a second."""
        # A worker, for it asks the disk, and a key must not wait for that.
        self.call_after_refresh(lambda: self.run_worker(self._start()))

    async def _start(self) -> None:
        if self._make_greeting and await self.library.is_empty() and not self._is_leaving:
            self._is_greeting = True
            await self.push_screen(self._make_greeting(), self._end_greeting)
            if self._models:
                self.run_worker(self.dialogs.tell_of_servers(self._models))
            return
        request = self._first_request
        if story := await self.library.read(request.story_id):
            self.runs.open(story)
        self.runs.begin(request)
        self.run_worker(self.library.offer_interrupted())

    def _end_greeting(self, idea: str | None) -> None:
        self._is_greeting = False
        # A cancel until now concerned no run.
        self.runs.early_cancel = None
        if idea is None:
            self.exit(None)
        else:
            self.runs.begin_new(idea)

    def _on_end(self, summary: Summary) -> bool:
        """Go on with what the user has told meanwhile, or leave, or stay and show the results."""
        direction = self.teller.next_direction(summary)
        if direction and not self._is_leaving:
            self._go_on(direction)
            return False
        if self._leaves_at_end:
            self.exit(summary)
        return True

    def _make_run(self, request: RunRequest, publish: Publish) -> Run:
        self.teller.begin(request.direction)
        return self._run_factory(request, publish)

    @work
    async def _go_on(self, direction: str) -> None:
        if not await self.runs.go_on(direction):
            self.teller.drop("the story could not be read")
            if self.runs.summary:
                self.main_screen.show_results(self.runs.summary)

    def _leave(self, reason: Reason) -> None:
        if self.runs.state.ended or self._is_leaving or self._is_greeting:
            self.exit(self.runs.summary)
        else:
            self._is_leaving = self._leaves_at_end = True
            self.runs.cancel(reason)

    def leave_at_signal(self) -> None:
        """Leave because a signal asks for it, which may come before the loop runs."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._is_leaving = self._leaves_at_end = True
            self.runs.early_cancel = Reason.SIGNAL
        else:
            loop.call_soon_threadsafe(self._leave, Reason.SIGNAL)

    # Actions: while a run lives.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out the keys that do nothing now, or hide them where there is no room for them."""
        is_reachable = action in STOPS if self.main_screen.overlay else len(self.screen_stack) < 2
        if action in MAIN_SCREEN_ACTIONS and not is_reachable:
            return False
        if action == "choose_model":
            return self._models is not None and self._models.can_be_chosen
        greyed = None if self.main_screen.has_class("-wide") else False
        if action in versions.ACTIONS:
            return self.versions.is_usable(action, greyed=greyed)
        return usable(action, self.runs.state, greyed=greyed)

    def action_cancel(self) -> None:
        """Cancel the run now."""
        self.runs.cancel(Reason.USER)

    def action_arm(self) -> None:
        """Cancel at the second press within two seconds; after the run, toggle the results."""
        now = self._clock()
        if self.runs.summary:
            self.main_screen.toggle_results(self.runs.summary)
        elif self._armed_at is not None and now - self._armed_at <= ARMED_SECONDS:
            self._armed_at = None
            self.runs.cancel(Reason.USER)
        else:
            self._armed_at = now
            self.notify("Press esc again to cancel the run", timeout=ARMED_SECONDS, markup=False)

    def action_cancel_or_help(self) -> None:
        """Cancel while a run lives; the screen has already copied, if text is selected."""
        if self.runs.state.ended:
            self.notify("Press q to leave", markup=False)
        else:
            self.runs.cancel(Reason.USER)

    def action_tell(self) -> None:
        """Open the line for what the team is to be told."""
        self.teller.open()

    def action_stop_member(self) -> None:
        """Stop one member; a second press at once would mean the next one, and is none."""
        now = self._clock()
        if now - self._stopped_at >= STOP_PAUSE_SECONDS:
            self.dialogs.choose_member(self.runs.state, self._stop)

    def _stop(self, member: Contributor) -> None:
        self._stopped_at = self._clock()
        if member.is_leader:
            self.runs.cancel(Reason.USER)
        elif not self.runs.stop_member(member.name):
            self.notify(f"{clean_line(member.name, 40)} had already finished", markup=False)

    def action_move(self, direction: int) -> None:
        """Move the deadline by one step."""
        self.runs.move_deadline(direction)

    def action_hold(self) -> None:
        """Hold or resume the countdown."""
        self.runs.toggle_hold()

    def action_allow(self) -> None:
        """Let the team do what it asks for."""
        self.runs.answer(self.runs.question, True)

    def action_deny(self) -> None:
        """Do not let the team do what it asks for."""
        self.runs.answer(self.runs.question, False)

    def action_answer(self) -> None:
        """Ask the user for the text that the team asks for."""
        self.dialogs.answer(self.runs.question, self.runs.answer)

    # Actions: when the run has ended.

    def action_go_on(self) -> None:
        """Ask for a direction, and go on from the very place where the text stops."""
        self.main_screen.ask(
            "Go on:",
            "your direction, or nothing: just continue",
            self._go_on,
        )

    @work
    async def action_another_version(self) -> None:
        """Write the last passage again, from the same place and with the same direction."""
        await self.runs.write_again()

    @work
    async def action_flip(self, by: int) -> None:
        """Show the version before or after, or bring back what was taken back."""
        await self.versions.flip(by)

    @work
    async def action_take_back(self) -> None:
        """Let the story end one passage earlier."""
        await self.versions.take_back()

    @work
    async def action_edit(self) -> None:
        """Open the last passage in the user's editor."""
        await self.versions.edit()

    def action_note(self) -> None:
        """Ask for what holds for the whole story."""
        self.main_screen.ask(
            "Note:",
            "what holds for the whole story",
            lambda note: self.run_worker(self.versions.set_note(note)),
            self.runs.request.note,
        )

    def action_run_again(self) -> None:
        """Write a new story from the same prompt."""
        request = self.runs.request
        self.runs.begin(RunRequest(request.prompt, note=request.note))

    def action_new_story(self) -> None:
        """Ask for an idea, and write it."""
        self.main_screen.ask("New story:", "What is it about?", self.runs.begin_new)

    @work
    async def action_history(self) -> None:
        """Show the stories so far, and open the one that is chosen."""
        from tui.screen.screens.history import HistoryScreen

        if story := await self.push_screen_wait(HistoryScreen(self.library)):
            self.runs.open(story)

    @work
    async def action_copy_story(self) -> None:
        """Copy the story's text to the clipboard."""
        story = await self.runs.saved_story()
        await clipboard.copy(self, story.text if story else self.runs.state.story)

    @work
    async def action_save_story(self) -> None:
        """Save the story as Markdown: in the current folder, or where the browser saves."""
        if story := await self.runs.saved_story():
            await self.library.save(story)

    # Actions: at any time.

    def action_search(self) -> None:
        """Search in the story."""
        self.main_screen.search_bar.open()

    def action_toggle_team(self) -> None:
        """Show or hide the team."""
        self.main_screen.toggle_team()

    def action_toggle_fold(self) -> None:
        """Show the story only, or everything."""
        pane = self.main_screen.pane
        pane.folded = not pane.folded

    def action_toggle_raw(self) -> None:
        """Show the text as a page, or as it was written."""
        pane = self.main_screen.pane
        pane.raw = not pane.raw

    def action_toggle_help(self) -> None:
        """Show the help; it has its own keys to close it."""
        self.dialogs.show_help()

    def action_command_palette(self) -> None:
        """Offer everything that can be done now: in our own menu, not in Textual's palette."""
        self.dialogs.choose_command()

    def action_change_theme(self) -> None:
        """Let the user choose a theme."""
        self.dialogs.choose_theme()

    def action_choose_model(self) -> None:
        """Let the user choose a model, for the runs to come."""
        if self._models:
            self.dialogs.choose_model(self._models)

    def action_leave(self) -> None:
        """Cancel the run and leave when it has ended; at the second press, leave at once."""
        self._leave(Reason.QUIT)

    async def action_quit(self) -> None:
        """Leave, also where Textual itself offers it."""
        self._leave(Reason.QUIT)

    # Input and drawing, as Textual asks for them.

    def pop_screen(self) -> AwaitComplete:
        """Take the uppermost screen away, if anything lies under it."""
        return super().pop_screen() if len(self.screen_stack) > 1 else AwaitComplete()

    async def on_event(self, event: Event) -> None:
        """Replace a key by the one that is meant, and drop a click on what is gone."""
        if meant := await meant_event(self, event):
            await super().on_event(meant)

    def get_key_display(self, binding: Binding) -> str:
        """Return how a key is named on this terminal."""
        return key_name(super().get_key_display(binding), self._preferences.terminal)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the filters between the widgets and the terminal."""
        ascii_only = self._preferences.terminal.ascii_only
        filters = super().get_line_filters()
        return fitting(filters, own_colours=self.native_ansi_color, ascii_only=ascii_only)

    def get_driver_class(self) -> type[Driver]:
        """Return the driver for this terminal, or for a browser's page."""
        return driver_class(self._terminal_is_blank)

    def on_resize(self) -> None:
        """Paint everything again, even if the terminal gets back its former size at once."""
        self._shadow.forget()
        self.refresh()

    def _terminal_is_blank(self) -> None:
        self._shadow.forget()
        # A signal's handler may only ask the loop for it.
        asyncio.get_running_loop().call_soon_threadsafe(self.call_later, self.refresh)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, minimal(renderable, self._shadow))
