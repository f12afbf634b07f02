"""Telling the team something while it works: the line it is typed in, and what waits."""

import threading
from collections.abc import Callable

from tui.run.reasons import Reason
from tui.run.summary import Summary
from tui.screen.runs import Runs
from tui.screen.screens.main import MainScreen
from tui.story.telling import (
    Messages,
    add,
    at_end,
    begun,
    direction_of,
    drop,
    forget,
    take_back,
)

HOW = "Enter: at once · Tab: when this is done · ↑ takes back"


class Teller:
    """Keeps the messages of the runs on the screen.

    ``go_on`` begins a passage with a direction; ``get_ready`` is called before one may be wanted
    at once, on a thread.
    """

    def __init__(
        self,
        screen: MainScreen,
        runs: Runs,
        go_on: Callable[[str], object],
        get_ready: Callable[[], object],
    ) -> None:
        self._screen = screen
        self._runs = runs
        self._go_on = go_on
        self._get_ready = get_ready
        self._direction = ""
        """What was handed over last."""

    @property
    def messages(self) -> Messages:
        """What was told, oldest first; the screen shows it."""
        return self._screen.message_bar.messages

    @messages.setter
    def messages(self, messages: Messages) -> None:
        self._screen.message_bar.messages = messages
        self._screen.message_bar.show(self._runs.state)

    def open(self) -> None:
        """Open the line; it stays when one run ends and another begins."""
        threading.Thread(target=self._get_ready, daemon=True).start()
        self._screen.ask_bar.ask(
            "Tell the team:", HOW, self.tell_now, self.tell_later, self.take_back
        )

    def tell_now(self, typed: str) -> None:
        """Stop, keep, and go on with this at once."""
        if self._add(typed):
            self._runs.cancel(Reason.TELL)

    def tell_later(self, typed: str) -> None:
        """Go on with this when the run is completed."""
        self._add(typed)

    def take_back(self) -> str | None:
        """Take the latest message back that waits, and return its text."""
        self.messages, text = take_back(self.messages)
        return text

    def _add(self, typed: str) -> bool:
        """Let a message wait for the end of the run; returns whether there is one to wait for."""
        text = direction_of(typed)
        if not text:
            return False
        if self._runs.state.ended:
            # It has ended while this was typed.
            self._go_on(text)
            return False
        self.messages = add(self.messages, text)
        return True

    def next_direction(self, end: Summary) -> str:
        """Return what to go on with behind a run that has ended, or nothing."""
        messages = self.messages
        if self._runs.state.started_at is not None:
            messages = begun(messages)
        self.messages, self._direction = at_end(messages, end)
        return self._direction

    def begin(self, direction: str) -> None:
        """Note that a run begins with this direction: what was handed over for another is lost."""
        if direction != self._direction:
            self.drop("something else was begun")
        self.messages = forget(self.messages)

    def drop(self, why: str) -> None:
        """Let what was handed over be dropped."""
        self.messages = drop(self.messages, why)
