"""What opens over the main screen: the help, and lists to choose from.

Each is imported when it is first needed, because the first paint needs none of them.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.binding import Binding

from tui.config.choice import ModelChoice
from tui.control.models import Models
from tui.run.events import Question
from tui.run.records import Contributor
from tui.run.state import RunState
from tui.screen.keys import BINDINGS
from tui.screen.preferences import Preferences
from tui.screen.theme import THEMES, memory_key
from tui.system.state_file import remember
from tui.text.untrusted import clean_line

if TYPE_CHECKING:
    from tui.screen.app import StoryApp


class Dialogs:
    """Opens the dialogs, and does what is chosen in them."""

    def __init__(self, app: "StoryApp", preferences: Preferences) -> None:
        self._app = app
        self._preferences = preferences

    def keys_of(self, binding: Binding) -> str:
        """Return the keys that a binding has now, as they are shown."""
        keys = self._preferences.keymap.get(binding.id or "", binding.key)
        each = Binding.make_bindings([binding.with_key(keys)])
        return " ".join(map(self._app.get_key_display, each))

    def show_help(self) -> None:
        """Show the help; it has its own keys to close it."""
        from tui.screen.screens.help import HelpScreen

        self._app.push_screen(HelpScreen(self.keys_of))

    def choose_command(self) -> None:
        """Offer everything that can be done now."""
        from tui.screen.screens.menu import Entry, Menu

        commands = [b for b in BINDINGS if b.tooltip and self._is_usable(b.action)]

        def run(chosen: int | None) -> None:
            if chosen is not None:
                self._app.call_later(self._app.run_action, commands[chosen].action)

        entries = [Entry(binding.tooltip, self.keys_of(binding)) for binding in commands]
        # A search would take c while a run lives.
        is_at_rest = self._app.runs.is_at_rest
        menu = Menu("What shall be done?", entries, is_searchable=is_at_rest)
        self._app.push_screen(menu, run)

    def _is_usable(self, action: str) -> bool:
        name = action.partition("(")[0]
        return name != "command_palette" and self._app.check_action(name, ()) is True

    def choose_theme(self) -> None:
        """Offer the themes, and remember the chosen one.

        The highlighted theme is shown at once, but not while a run lives: that takes a fifth of a
        second.
        """
        from tui.screen.screens.menu import Entry, Menu

        app = self._app
        ours = [theme.name for theme in THEMES]
        names = [*ours, *sorted(app.available_themes.keys() - ours)]
        before = app.theme

        def preview(index: int) -> None:
            app.theme = names[index]

        def settle(chosen: int | None) -> None:
            app.theme = before if chosen is None else names[chosen]
            if chosen is not None:
                self._remember_theme()

        entries = [Entry(name) for name in names]
        on_highlight = preview if app.runs.is_at_rest else None
        menu = Menu("Theme", entries, first=names.index(before), on_highlight=on_highlight)
        app.push_screen(menu, settle)

    def choose_model(self, models: Models) -> None:
        """Offer models, and let the chosen one write from the next run on."""
        from tui.screen.screens.model_picker import ModelPicker

        def settle(choice: ModelChoice | None) -> None:
            if choice is not None:
                self._app.run_worker(self._use_model(models, choice))

        self._app.push_screen(ModelPicker(models), settle)

    async def _use_model(self, models: Models, choice: ModelChoice) -> None:
        await asyncio.to_thread(models.choose, choice)
        model = models.writing
        self._app.main_screen.tell_hint(model.hint)
        if not self._tell_greeting(f"Who writes: {model.writer}.", model.others):
            told = f"{model.label} writes from the next run on (r, n or Enter)"
            self._app.notify(told, markup=False)

    async def tell_of_servers(self, models: Models) -> None:
        """Say in the greeting which servers on this machine have models, if there are any."""
        if names := " and ".join(await asyncio.to_thread(models.servers)):
            told = f"{names} runs on this machine: ctrl+o offers its models."
            self._tell_greeting(models.writing.reason, told)

    def _tell_greeting(self, model: str, others: str) -> bool:
        from tui.screen.screens.greeting import GreetingScreen

        greeting = self._app.screen
        if not isinstance(greeting, GreetingScreen):
            return False
        greeting.tell_model(model, others)
        return True

    def _remember_theme(self) -> None:
        if path := self._preferences.memory:
            key = memory_key(self._preferences.terminal)
            self._app.run_worker(asyncio.to_thread(remember, path, key, self._app.theme))

    def choose_member(self, state: RunState, stop: Callable[[Contributor], object]) -> None:
        """Ask which of those at work is to be stopped; a member who works alone is not asked for.

        The leader is only stopped when it was chosen: that cancels the run.
        """
        from tui.screen.screens.menu import Entry, Menu

        at_work = [state.contributors[name] for name in state.at_work]
        members = [each for each in at_work if not each.is_leader]
        leaders = [each for each in at_work if each.is_leader]
        if len(members) == 1:
            stop(members[0])
            return

        def choose(chosen: int | None) -> None:
            if chosen is not None:
                stop([*members, *leaders][chosen])

        entries = [Entry(clean_line(each.name, 50)) for each in members]
        entries += [Entry(f"{clean_line(each.name, 30)}: cancel the whole run") for each in leaders]
        self._app.push_screen(Menu("Who shall stop?", entries), choose)

    def answer(self, question: Question, answer: Callable[[Question, str], None]) -> None:
        """Ask for the answer to the team's question: in a list of its options, else in a line.

        The line takes the keyboard, but only because the user wants to type.
        """
        if not question.options:
            asker = f"{clean_line(question.asker, 30)}:"
            text = clean_line(question.text)
            self._app.main_screen.ask(asker, text, partial(answer, question))
            return
        from tui.screen.screens.menu import Entry, Menu

        def choose(chosen: int | None) -> None:
            if chosen is not None:
                answer(question, question.options[chosen])

        options = [Entry(option) for option in question.options]
        self._app.push_screen(Menu(clean_line(question.text, 60), options), choose)
