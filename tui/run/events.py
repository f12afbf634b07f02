"""What can happen in a run, as facts. Standard library only: every layer may import this.

Instants (``at``) are seconds on the monotonic clock.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from tui.run.limits import NO_LIMITS, Limits
from tui.run.reasons import Reason


class Outcome(StrEnum):
    """How a run, or one member's part of it, ended."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    INCOMPLETE = "incomplete"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who produced a text: one run of the leader or of a member."""

    run_id: str
    name: str
    is_leader: bool = False


@dataclass(frozen=True, slots=True)
class Preparing:
    """The run is being prepared, such as by fetching the weights."""

    what: str
    fraction: float | None = None
    """How much of it is done, 0 to 1, or None when that is not known."""


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The team was given its task; the countdown runs from here."""

    run_id: str
    model: str
    at: float
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class MemberStarted:
    """A member began to work on its task."""

    speaker: Speaker
    at: float


@dataclass(frozen=True, slots=True)
class MemberEnded:
    """A member's run ended; ``error`` is a sentence when it failed."""

    speaker: Speaker
    outcome: Outcome
    error: str | None = None
    is_stopped: bool = False
    """Whether the user stopped it alone: its leader was given what it wrote, and goes on."""


@dataclass(frozen=True, slots=True)
class MemberStopRequested:
    """The user asked for one member to be stopped; ``MemberEnded`` says whether it was."""

    name: str
    at: float


@dataclass(frozen=True, slots=True)
class AllMembersStopped:
    """No member is left whom the leader of the team could hand its work to."""


@dataclass(frozen=True, slots=True)
class SpeakerPaused:
    """The leader or a member waits for a human's answer."""

    speaker: Speaker
    at: float


@dataclass(frozen=True, slots=True)
class ModelRequested:
    """A request went to the model on the speaker's behalf; no text has come yet."""

    speaker: Speaker
    at: float
    is_streamed: bool = True
    """Whether the answer comes in pieces; otherwise nothing is shown until it is complete."""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of text as it arrived, already made harmless."""

    speaker: Speaker
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class StructuredOutput:
    """A whole answer that is an object instead of prose: its JSON, indented."""

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
    """What the reader should know while nothing is written, such as a limit of the server."""

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
    """None when the model's price is not known."""


@dataclass(frozen=True, slots=True)
class CostEstimated:
    """What a run with a limit of cost has cost so far, with its open requests."""

    cost_usd: float


@dataclass(frozen=True, slots=True)
class DelegationStarted:
    """A leader delegated a task to a member."""

    call_id: str
    member: str
    task: str
    at: float = 0.0
    leader: str = ""
    """The name of the one who delegated, who need not lead the whole team."""


@dataclass(frozen=True, slots=True)
class DelegationEnded:
    """The leader got the member's answer."""

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
    """Its beginning on one line, or what went wrong."""
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
    """The run brought something beside the text, such as a citation or a picture."""

    speaker: Speaker
    kind: Attachment
    title: str
    """What it is, on one line: a title, or the question of a followup."""
    link: str
    """Its address, or its path on this machine; empty when it has neither."""
    at: float


class Chore(StrEnum):
    """What a leader or member does beside writing, after the word "is"."""

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
    """The leader or a member began a chore, for which its model may be asked unseen."""

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
    """The team has written everything, and only chores are left.

    A cancel from now on skips those, and the run ends as this event says.
    """

    outcome: Outcome
    error: str | None = None


class QuestionKind(StrEnum):
    """What answers a question."""

    CONFIRMATION = "confirmation"
    """Yes or no: may the tool be called?"""
    TEXT = "text"
    """A line of text, such as a value that the tool needs."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the team asks a human."""

    id: str
    kind: QuestionKind
    asker: str
    """The name of the leader or member that asks."""
    text: str
    """On one line: the call to confirm, or what to give."""
    options: tuple[str, ...] = ()
    """The choices, unless any answer will do."""


@dataclass(frozen=True, slots=True)
class Paused:
    """The team waits for a human's answers, and generates nothing meanwhile."""

    questions: tuple[Question, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Answered:
    """A human answered a question; after the last one the team goes on."""

    question_id: str
    answer: bool | str
    at: float


@dataclass(frozen=True, slots=True)
class DeadlineChanged:
    """The countdown was set, moved, held or resumed.

    ``deadline`` is an instant while the countdown runs, ``held_seconds`` the seconds left while it
    is held; both are None without a limit.
    """

    deadline: float | None
    held_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """A cancel of the run was requested."""

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
    """More sentences for the reader, such as about a tool that was still running."""


Event: TypeAlias = (
    Preparing
    | RunStarted
    | MemberStarted
    | MemberEnded
    | MemberStopRequested
    | AllMembersStopped
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
