"""The records of a run's state: its phase, its contributors, their texts and their calls."""

from dataclasses import dataclass, field
from enum import StrEnum

from tui.run.events import Outcome, Speaker, UsageReported
from tui.text.untrusted import count_words


class Phase(StrEnum):
    """What a run is doing as a whole."""

    PREPARING = "preparing"
    WAITING = "waiting"
    THINKING = "thinking"
    WRITING = "writing"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    ENDED = "ended"


class Activity(StrEnum):
    """What the leader or a member is doing now."""

    IDLE = "waiting"
    THINKING = "thinking"
    WRITING = "writing"
    PAUSED = "waits for you"
    STOPPING = "stopping"
    DONE = "done"
    CUT = "incomplete"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STOPPED = "stopped by you"


_ENDS = {
    Activity.DONE: Outcome.COMPLETED,
    Activity.CUT: Outcome.INCOMPLETE,
    Activity.FAILED: Outcome.ERROR,
}


@dataclass(slots=True)
class Section:
    """The text of one speaker in one turn."""

    speaker: Speaker
    pieces: list[str] = field(default_factory=list)
    words: int = 0
    ends_in_word: bool = False
    is_closed: bool = False
    is_thought: bool = False
    """Whether it turned out to be no part of the story."""
    is_data: bool = False
    """Whether it is the JSON of an object instead of prose."""
    is_stopped: bool = False
    """Whether the user stopped its speaker here."""

    @property
    def text(self) -> str:
        """The whole text so far."""
        return "".join(self.pieces)

    def append(self, text: str) -> int:
        """Add a piece and return how many words began in it."""
        words, self.ends_in_word = count_words(text, self.ends_in_word)
        self.words += words
        self.pieces.append(text)
        return words


@dataclass(slots=True)
class Contributor:
    """The leader, or one member over all its runs, and what it has contributed."""

    name: str
    is_leader: bool
    activity: Activity = Activity.IDLE
    since: float = 0.0
    """When the activity began."""
    words: int = 0
    runs: int = 0
    output_tokens: int = 0
    error: str | None = None
    stops: int = 0
    """How often the user stopped it alone."""

    @property
    def is_at_work(self) -> bool:
        """Whether it does something that can be stopped."""
        return self.activity in (Activity.THINKING, Activity.WRITING)

    @property
    def status(self) -> str:
        """How its part of an ended run ended: the outcome of its last run, or "stopped"."""
        return "stopped" if self.stops else _ENDS.get(self.activity, Outcome.CANCELLED).value


@dataclass(slots=True)
class Usage:
    """Tokens over all requests of a run; estimated when any request did not report."""

    input_tokens: int = 0
    output_tokens: int = 0
    estimated: bool = False
    cost_usd: float | None = 0.0
    """None as soon as one request has no known price."""

    def add(self, report: UsageReported) -> None:
        """Add what one request used."""
        self.input_tokens += report.input_tokens
        self.output_tokens += report.output_tokens
        self.estimated |= report.estimated
        if self.cost_usd is not None:
            self.cost_usd = None if report.cost_usd is None else self.cost_usd + report.cost_usd

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens


@dataclass(slots=True)
class Call:
    """A call of a tool, or a delegation, which is a leader's call of a member."""

    name: str
    """The tool, or the member."""
    details: str
    """The arguments, or the task."""
    started_at: float
    caller: str = ""
    is_delegation: bool = False
    ended_at: float | None = None
    result: str = ""
    failed: bool = False
