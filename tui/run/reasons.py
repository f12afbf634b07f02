"""Why a run is cancelled: each reason, and the words and the exit code that go with it."""

from dataclasses import dataclass
from enum import StrEnum

from tui.system import exit_codes


class Reason(StrEnum):
    """Why a run was cancelled: who or what asked for it."""

    USER = "user"
    COUNTDOWN = "countdown"
    SIGNAL = "signal"
    QUIT = "quit"
    WORDS = "words"
    COST = "cost"
    TELL = "tell"
    """The user told the team something, with which the story goes on at once."""


@dataclass(frozen=True, slots=True)
class ReasonFacts:
    """What there is to say of a run that was cancelled for one reason."""

    because: str
    """Completes the sentence "It was cancelled because ..."."""
    asked_by: str
    """Who or what asked for it, in a word."""
    exit_code: int = exit_codes.STOPPED


def _limit(because: str, asked_by: str) -> ReasonFacts:
    return ReasonFacts(because, asked_by, exit_codes.LIMIT_REACHED)


REASONS = {
    Reason.USER: ReasonFacts("you asked for it", "you"),
    Reason.COUNTDOWN: _limit("the countdown ran out", "countdown"),
    Reason.SIGNAL: ReasonFacts("a signal asked for it", "signal"),
    Reason.QUIT: ReasonFacts("you left", "quit"),
    Reason.WORDS: _limit("it reached the limit of words", "limit"),
    Reason.COST: _limit("it reached the limit of cost", "limit"),
    Reason.TELL: ReasonFacts("you told the team something", "you"),
}
