"""The app around the story: themes, keys, the help and the menu; nothing here knows of runs."""

import asyncio
import time
from collections.abc import Sequence
from typing import TypeVar

from rich.console import RenderableType
from rich.segment import Segment
from textual.app import App, ScreenStackError
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.color import Color
from textual.driver import Driver
from textual.errors import NoWidget
from textual.events import Event, InputEvent, Key, MouseEvent, Paste
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.widgets import Input, TextArea

from tui.screen.drawing.driver import announcing
from tui.screen.drawing.shadow import Shadow
from tui.screen.drawing.update import thrifty
from tui.screen.glyphs import as_ascii
from tui.screen.keyboard import meant_key
from tui.screen.keys import BINDINGS
from tui.screen.preferences import Preferences
from tui.screen.screens.overlay import Overlay
from tui.screen.state_file import remember
from tui.screen.theme import THEMES, memory_key
from tui.system.browser import in_browser

_Result = TypeVar("_Result")
READY_SECONDS = 1.0
"""How long a key waits for a screen that was opened just before it."""
_SPELLED = {"⏎": "enter", "↑": "up", "↓": "down", "←": "left", "→": "right", "⌫": "backspace"}
"""How keys are named where their signs cannot be shown."""


class AsciiFilter(LineFilter):
    """Puts an ASCII stand-in where the terminal cannot show a glyph."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments, cell by cell in ASCII."""
        return [Segment(as_ascii(text), style, control) for text, style, control in segments]


class GuidedApp(App[_Result]):
    """Has what a person needs to find the way."""

    def __init__(self, preferences: Preferences) -> None:
        self._shadow = Shadow()
        super().__init__()
        self._preferences = preferences
        self._last_filters = [NoColor(), AsciiFilter()]
        for theme in THEMES:
            self.register_theme(theme)

        self.theme = preferences.theme
        self.set_keymap(preferences.keymap)

    def get_driver_class(self) -> type[Driver]:
        """What draws: a page is gone in other ways than a terminal."""
        return announcing(self._plain_driver_class(), self._terminal_is_blank)

    def _plain_driver_class(self) -> type[Driver]:
        if in_browser():
            from tui.screen.tab_driver import TabDriver

            return TabDriver
        from tui.screen.driver import TerminalDriver

        return TerminalDriver

    async def on_event(self, event: Event) -> None:
        """Take a key for the one that is meant by it, unless it is typed into a text."""
        if isinstance(event, InputEvent | Paste):
            await self._wait_for_screen()
        if isinstance(event, MouseEvent) and not self._is_there(event):
            return
        if isinstance(event, Key) and not event.is_forwarded:
            is_typed = isinstance(self.focused, Input | TextArea) and event.is_printable
            bound = () if is_typed else self.screen.active_bindings
            if event.key not in bound and (meant := meant_key(event.key, bound)) != event.key:
                event = Key(meant, None)
        await super().on_event(event)

    async def _wait_for_screen(self) -> None:
        """Wait until what was pushed is there, for the hand that is quicker."""
        give_up_at = time.monotonic() + READY_SECONDS
        while not self.screen.is_mounted and time.monotonic() < give_up_at:  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    def _is_there(self, event: MouseEvent) -> bool:
        """Whether what is pointed at has not just been taken away, as a notification is."""
        try:
            return self.get_widget_at(int(event.screen_x), int(event.screen_y))[0].is_attached
        except NoWidget:
            return True

    def _terminal_is_blank(self) -> None:
        """Paint all of it anew, as soon as there is something to paint."""
        self._shadow.forget()
        # A signal's handler may only ask the loop for it.
        asyncio.get_running_loop().call_soon_threadsafe(self.call_later, self.refresh)

    def on_resize(self) -> None:
        """Paint all of it anew, also when the terminal is soon as large as it was."""
        self._shadow.forget()
        self.refresh()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, thrifty(renderable, self._shadow))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what stands between the widgets and the terminal."""
        filters = list(super().get_line_filters())
        no_color, ascii_only = self._last_filters
        if self.native_ansi_color:
            # The terminal's own colours become none at all: no grey can be told from them.
            filters = [no_color if isinstance(f, Monochrome) else f for f in filters]
        return [*filters, ascii_only] if self._preferences.terminal.ascii_only else filters

    def get_key_display(self, binding: Binding) -> str:
        """Return how a key is named on this terminal."""
        shown = super().get_key_display(binding)
        return _SPELLED.get(shown, shown) if self._preferences.terminal.ascii_only else shown

    def keys_of(self, binding: Binding) -> str:
        """Return the keys that a binding has now, as they are shown."""
        keys = self._preferences.keymap.get(binding.id or "", binding.key)
        each = Binding.make_bindings([binding.with_key(keys)])
        return " ".join(map(self.get_key_display, each))

    @property
    def covering(self) -> Overlay[object] | None:
        """The overlay that lies on the screen, if there is one."""
        try:
            return self.screen if isinstance(self.screen, Overlay) else None
        except ScreenStackError:
            return None

    def uncover(self) -> None:
        """Close whatever lies on the first screen: it may have the keyboard."""
        for _ in self.screen_stack[1:]:
            self.screen.dismiss(None)

    def close_overlay(self) -> None:
        """Show what lies under the overlay."""
        if overlay := self.covering:
            overlay.action_close()

    def pop_screen(self) -> AwaitComplete:
        """Take the uppermost screen away, if anything lies under it."""
        return super().pop_screen() if len(self.screen_stack) > 1 else AwaitComplete()

    def action_toggle_help(self) -> None:
        """Show the help; it has its own keys to close it."""
        from tui.screen.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.keys_of))

    def action_command_palette(self) -> None:
        """Offer all that can be done now: to search in, or as a plain list."""
        commands = [
            binding for binding in BINDINGS if binding.tooltip and self._can(binding.action)
        ]
        self._open_menu(commands)

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing goes on that a key might have to stop at once."""
        return True

    def _can(self, action: str) -> bool:
        name = action.partition("(")[0]
        return name != "command_palette" and self.check_action(name, ()) is True

    def _open_menu(self, commands: Sequence[Binding]) -> None:
        from tui.screen.screens.menu import Entry, Menu

        def run(chosen: int | None) -> None:
            if chosen is not None:
                self.call_later(self.run_action, commands[chosen].action)

        entries = [Entry(binding.tooltip, self.keys_of(binding)) for binding in commands]
        # A search would keep c to itself while a run lives.
        menu = Menu("What shall be done?", entries, is_searchable=self.is_at_rest)
        self.push_screen(menu, run)

    def search_themes(self) -> None:
        """Let the user choose a theme, and see it meanwhile; the choice is remembered.

        To put one on takes a fifth of a second, so while a run lives only the chosen one is.
        """
        from tui.screen.screens.menu import Entry, Menu

        ours = [theme.name for theme in THEMES]
        names = [*ours, *sorted(self.available_themes.keys() - ours)]
        before = self.theme

        def try_on(index: int) -> None:
            self.theme = names[index]

        def settle(chosen: int | None) -> None:
            self.theme = before if chosen is None else names[chosen]
            if chosen is not None:
                self._remember_theme()

        entries = [Entry(name) for name in names]
        on_highlight = try_on if self.is_at_rest else None
        menu = Menu("Theme", entries, first=names.index(before), on_highlight=on_highlight)
        self.push_screen(menu, settle)

    def _remember_theme(self) -> None:
        if path := self._preferences.memory:
            key = memory_key(self._preferences.terminal)
            self.run_worker(asyncio.to_thread(remember, path, key, self.theme))
