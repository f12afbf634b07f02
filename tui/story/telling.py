"""What the user tells the team while it works: messages that wait, and what becomes of them.

A front end keeps a tuple of messages, oldest first, and replaces it by what these functions
return. Nothing is delivered before the passage that was given it has begun.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from tui.errors import UsageError
from tui.run.events import Outcome
from tui.run.reasons import REASONS, Reason
from tui.run.summary import Summary
from tui.text.untrusted import without_surrogates

MOST_CHARACTERS = 10_000
"""Of one direction: some three pages. The model is to write the story, not the user."""


class Fate(StrEnum):
    """What has become of a message."""

    WAITING = "waiting"
    HANDED_OVER = "handed over"
    """A passage was asked for with it, and has not begun."""
    DELIVERED = "delivered"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Message:
    """A direction that was given while the team was at work."""

    text: str
    fate: Fate = Fate.WAITING
    why: str = ""
    """Completes "dropped, because ..."."""

    @property
    def is_open(self) -> bool:
        """Whether it has yet to be delivered."""
        return self.fate in (Fate.WAITING, Fate.HANDED_OVER)

    def __str__(self) -> str:
        fate = Fate.WAITING if self.is_open else self.fate
        return f"{fate}, because {self.why}" if self.why else str(fate)


Messages: TypeAlias = tuple[Message, ...]


def direction_of(typed: str) -> str:
    """Return what was typed as a direction.

    Raises:
        UsageError: when it is longer than any direction.
    """
    if len(typed) > MOST_CHARACTERS:
        raise UsageError(
            f"A direction may have {MOST_CHARACTERS:,} characters, and this one has "
            f"{len(typed):,}. Say it more briefly."
        )
    return without_surrogates(typed).strip()


def add(messages: Messages, text: str) -> Messages:
    """Let one more message wait."""
    return (*messages, Message(text))


def take_back(messages: Messages) -> tuple[Messages, str | None]:
    """Take the latest message that waits back; returns its text, or None when there is none."""
    for number in reversed(range(len(messages))):
        if messages[number].fate is Fate.WAITING:
            return messages[:number] + messages[number + 1 :], messages[number].text
    return messages, None


def at_end(messages: Messages, end: Summary) -> tuple[Messages, str]:
    """Decide what becomes of the messages when a run has ended.

    All that are open are handed over together, in their order, when the run is completed or was
    stopped for them; else they are dropped. Returns the direction to go on with, if there is one.
    """
    is_for_them = end.reason is Reason.TELL and end.outcome is not Outcome.ERROR
    still_open = forget(messages)
    if is_for_them or end.outcome is Outcome.COMPLETED:
        handed_over = tuple(replace(each, fate=Fate.HANDED_OVER) for each in still_open)
        return handed_over, "\n".join(each.text for each in still_open)
    return drop(still_open, _why(end)), ""


def begun(messages: Messages) -> Messages:
    """Note that the passage has begun which was asked for with what was handed over."""
    return tuple(
        replace(each, fate=Fate.DELIVERED) if each.fate is Fate.HANDED_OVER else each
        for each in messages
    )


def drop(messages: Messages, why: str) -> Messages:
    """Let all that is open be dropped."""
    return tuple(
        replace(each, fate=Fate.DROPPED, why=why) if each.is_open else each for each in messages
    )


def forget(messages: Messages) -> Messages:
    """Leave out the messages whose fate is known."""
    return tuple(each for each in messages if each.is_open)


def _why(end: Summary) -> str:
    if end.outcome is Outcome.CANCELLED and end.reason:
        return REASONS[end.reason].because
    return "the run failed" if end.outcome is Outcome.ERROR else "the run is incomplete"
