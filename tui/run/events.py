"""What can happen in a run, as facts. Standard library only: every layer may import this.

Instants (``at``) are seconds on the monotonic clock.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from tui.run.limits import NO_LIMITS, Limits


class Outcome(StrEnum):
    """How a run, or one member's part of it, ended."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    INCOMPLETE = "incomplete"
    ERROR = "error"


class Reason(StrEnum):
    """Who asked for the cancel."""

    USER = "user"
    COUNTDOWN = "countdown"
    SIGNAL = "signal"
    QUIT = "quit"
    WORDS = "words"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who produced a text: one run of the leader or of a member."""

    run_id: str
    name: str
    is_leader: bool = False


@dataclass(frozen=True, slots=True)
class Preparing:
    """Something has to be had before the run can start, such as the weights."""

    what: str
    fraction: float | None = None
    """How much of it is done, 0 to 1, or None when nobody can tell."""


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The team was handed its task; the countdown runs from here."""

    run_id: str
    model: str
    at: float
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class MemberStarted:
    """A member began to work on what was delegated to it."""

    speaker: Speaker
    at: float


@dataclass(frozen=True, slots=True)
class MemberEnded:
    """A member's run ended; ``error`` is a sentence when it failed."""

    speaker: Speaker
    outcome: Outcome
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SpeakerPaused:
    """The leader or a member waits for the answer of a human."""

    speaker: Speaker
    at: float


@dataclass(frozen=True, slots=True)
class ModelRequested:
    """A request went to the model on the speaker's behalf; no text has come yet."""

    speaker: Speaker
    at: float
    is_streamed: bool = True
    """Whether the answer comes piece by piece; if not, nothing can be seen until it is whole."""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of text as it arrived, already made harmless."""

    speaker: Speaker
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class StructuredOutput:
    """An answer that is an object and no prose, whole: its JSON, laid out to be read."""

    speaker: Speaker
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of what a speaker thinks before it writes, already made harmless."""

    speaker: Speaker
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class TextRecalled:
    """What the speaker wrote in this turn so far turned out to be a thought, and no story."""

    speaker: Speaker


@dataclass(frozen=True, slots=True)
class Noticed:
    """What the reader should know while nothing is written, such as a server that limits."""

    sentence: str
    at: float


@dataclass(frozen=True, slots=True)
class UsageReported:
    """What one model request cost; the tokens are estimated when the model did not say."""

    speaker: Speaker
    input_tokens: int
    output_tokens: int
    estimated: bool = False
    cost_usd: float | None = None
    """None when nobody knows the model's price."""


@dataclass(frozen=True, slots=True)
class CostEstimated:
    """What a run with a limit of cost has cost by now, its open requests included."""

    cost_usd: float


@dataclass(frozen=True, slots=True)
class DelegationStarted:
    """A leader handed a task to a member."""

    call_id: str
    member: str
    task: str
    at: float = 0.0
    leader: str = ""
    """The name of who handed it over, which need not be the leader of the whole team."""


@dataclass(frozen=True, slots=True)
class DelegationEnded:
    """The member's answer came back to the leader."""

    call_id: str
    failed: bool = False
    at: float = 0.0
    error: str = ""
    """Why it failed, on one line."""


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """The leader or a member called a tool that is not a delegation."""

    call_id: str
    speaker: Speaker
    tool: str
    arguments: str = ""
    """On one line, such as "city='Rome', days=3"."""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class ToolEnded:
    """A tool returned."""

    call_id: str
    failed: bool = False
    result: str = ""
    """The beginning of it, on one line; what went wrong, when it failed."""
    at: float = 0.0


class Attachment(StrEnum):
    """What a run may bring beside its text."""

    CITATION = "citation"
    FOLLOWUP = "followup"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Attached:
    """Something came that belongs to the story and is no text of it."""

    speaker: Speaker
    kind: Attachment
    title: str
    """What it is, on one line: a title, or the question of a followup."""
    link: str
    """Its address or its path on this machine; nothing when it has none."""
    at: float


class Chore(StrEnum):
    """What a team does beside writing, as it is said of who does it."""

    INPUT_CHECK = "checking the input"
    COMPRESSION = "compressing what it knows"
    REWRITING = "rewriting the answer"
    PARSING = "parsing the answer"
    OUTPUT_CHECK = "checking the answer"
    MEMORIES = "saving memories"
    SUMMARY = "summarizing the session"
    FOLLOWUPS = "thinking of what to ask next"


@dataclass(frozen=True, slots=True)
class ChoreStarted:
    """The leader or a member began with a chore; its model may be asked for it, unseen."""

    speaker: Speaker
    chore: Chore
    at: float


@dataclass(frozen=True, slots=True)
class ChoreEnded:
    """A chore is done."""

    speaker: Speaker
    chore: Chore


@dataclass(frozen=True, slots=True)
class StoryWritten:
    """The team has written all that it will, and only chores are left.

    A cancel from now on skips those, and leaves the run as it is said here.
    """

    outcome: Outcome
    error: str | None = None


class QuestionKind(StrEnum):
    """What a question is answered with."""

    CONFIRMATION = "confirmation"
    """Yes or no: may the tool be called?"""
    TEXT = "text"
    """A line of text, such as a value that the tool needs."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the team waits for a human to decide."""

    id: str
    kind: QuestionKind
    asker: str
    """The name of who wants to know."""
    text: str
    """On one line: the call to be confirmed, or what is to be given."""
    options: tuple[str, ...] = ()
    """What may be chosen from, if not anything goes."""


@dataclass(frozen=True, slots=True)
class Paused:
    """The team waits for the answers of a human; nothing is generated meanwhile."""

    questions: tuple[Question, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Answered:
    """A human answered; when no question is left, the team goes on."""

    question_id: str
    answer: bool | str
    at: float


@dataclass(frozen=True, slots=True)
class DeadlineChanged:
    """The countdown was set, moved, held or resumed.

    ``deadline`` is an instant while the countdown runs, ``held_seconds`` what is left while it
    is held; both are None when there is no limit.
    """

    deadline: float | None
    held_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """Somebody asked for the run to be stopped."""

    reason: Reason
    at: float


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The last event of a run: nothing follows it."""

    outcome: Outcome
    at: float
    error: str | None = None
    """A sentence about what went wrong and what to do, when something did."""
    notes: tuple[str, ...] = field(default=())
    """Sentences the reader should know besides, such as a tool that was still running."""


Event: TypeAlias = (
    Preparing
    | RunStarted
    | MemberStarted
    | MemberEnded
    | SpeakerPaused
    | ModelRequested
    | TextDelta
    | StructuredOutput
    | ReasoningDelta
    | TextRecalled
    | Noticed
    | UsageReported
    | CostEstimated
    | DelegationStarted
    | DelegationEnded
    | ToolStarted
    | ToolEnded
    | Attached
    | ChoreStarted
    | ChoreEnded
    | StoryWritten
    | Paused
    | Answered
    | DeadlineChanged
    | CancelRequested
    | RunEnded
)
