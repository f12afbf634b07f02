"""What a person types while the team is at work: directions for what comes next."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from tui.errors import StoryteamError
from tui.plain.output import PlainOutput
from tui.run.events import Event, RunStarted, TextDelta
from tui.run.protocol import Run, RunRequest
from tui.run.reasons import Reason
from tui.run.summary import Summary
from tui.story.telling import (
    Fate,
    Messages,
    add,
    at_end,
    begun,
    direction_of,
    drop,
    forget,
    take_back,
)
from tui.text.untrusted import clean_line

HOW = (
    "[A line that you type is told to the team, which goes on with it at once. "
    "After a + it waits until this is done; a - takes it back.]"
)
_LATER, _BACK = "+", "-"


@dataclass(frozen=True, slots=True)
class Sequel:
    """How a story goes on behind a run."""

    request: Callable[[str, str], RunRequest]
    """Given the story's id and the direction; may raise ``StoryteamError``."""
    get_ready: Callable[[], object]
    """Called while a run lives: another one may have to begin at once."""


class Teller:
    """Takes what is typed, and says what becomes of it."""

    def __init__(self, output: PlainOutput, sequel: Sequel) -> None:
        self._output = output
        self._sequel = sequel
        self._run: Run | None = None
        self._messages: Messages = ()
        self._is_ready = False

    def begin(self, run: Run) -> None:
        """Tell this run from now on."""
        self._run, self._is_ready = run, False
        if not self._messages:
            self._output.tell(HOW)

    def follow(self, event: Event) -> None:
        """Deliver what was told for the run that begins."""
        match event:
            case RunStarted():
                self._become(begun(self._messages))
                self._messages = forget(self._messages)
            case TextDelta() if not self._is_ready:
                self._is_ready = True
                threading.Thread(target=self._sequel.get_ready, daemon=True).start()

    def take(self, typed: str) -> None:
        """Take a line: a direction for at once or for later, or one less."""
        try:
            text = direction_of(typed)
        except StoryteamError as error:
            self._output.tell(f"[{error}]", "error")
            return
        if text == _BACK:
            self._messages, taken = take_back(self._messages)
            self._output.tell(f"[taken back: {_short(taken)}]" if taken else "[nothing waits]")
        elif text.startswith(_LATER) and (later := text[1:].strip()):
            self._become(add(self._messages, later))
        elif text not in ("", _LATER):
            self._become(add(self._messages, text))
            if self._run:
                self._run.cancel(Reason.TELL)

    def next_request(self, end: Summary) -> RunRequest | None:
        """Return how it goes on behind a run that has ended, or None."""
        messages, direction = at_end(self._messages, end)
        self._become(messages)
        if not direction or end.story_id is None:
            return None
        try:
            return self._sequel.request(end.story_id, direction)
        except StoryteamError as error:
            self._become(drop(messages, f"it cannot go on: {error}"))
            return None

    def _become(self, messages: Messages) -> None:
        """Replace the messages, and tell of each whose fate is another one."""
        told = {id(each) for each in self._messages}
        for each in messages:
            if id(each) not in told and each.fate is not Fate.HANDED_OVER:
                self._output.tell(f"[{each}: {_short(each.text)}]")
        self._messages = messages


def _short(text: str) -> str:
    return clean_line(text, 200)
