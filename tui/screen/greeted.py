"""The app's part in the first run of all: it asks for an idea before there is a story."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from textual.screen import Screen

from tui.history import History
from tui.screen import story_actions
from tui.screen.preferences import Preferences
from tui.screen.questions import AnsweringApp

_Result = TypeVar("_Result")
MakeGreeting: TypeAlias = Callable[[], Screen[str | None]]
"""The screen is dismissed with the idea, or with None by somebody who leaves."""


class GreetedApp(AnsweringApp[_Result]):
    """Greets whoever has not said what to write, and has never written anything."""

    _is_leaving = False

    def __init__(self, preferences: Preferences, make_greeting: MakeGreeting | None) -> None:
        super().__init__(preferences)
        self._make_greeting = make_greeting
        self._is_greeting = False

    async def greet(self, history: History, begin: Callable[[str], None]) -> bool:
        """Return whether there is a greeting; ``begin`` gets the idea when there is one."""
        make = self._make_greeting
        if make is None or not await story_actions.is_empty(history) or self._is_leaving:
            return False

        def hear(idea: str | None) -> None:
            self._is_greeting = False
            if idea is None:
                self.exit(None)
            else:
                begin(idea)

        self._is_greeting = True
        await self.push_screen(make(), hear)
        return True
