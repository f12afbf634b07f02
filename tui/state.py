"""What is known of a run: a reducer over its events. No clock, no I/O, no widgets.

``RunState.apply`` is deterministic, and constant in the length of the story: text is kept as the
pieces that arrived and joined only when somebody asks.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from tui.events import (
    CancelRequested,
    DeadlineChanged,
    DelegationEnded,
    DelegationStarted,
    Event,
    MemberEnded,
    MemberStarted,
    ModelRequested,
    Outcome,
    Preparing,
    Reason,
    RunEnded,
    RunStarted,
    Speaker,
    TextDelta,
    ToolEnded,
    ToolStarted,
    UsageReported,
)
from tui.text import count_words


class Phase(StrEnum):
    """Where a run is, as the screen says it."""

    PREPARING = "preparing"
    WAITING = "waiting"
    WRITING = "writing"
    CANCELLING = "cancelling"
    ENDED = "ended"


class Activity(StrEnum):
    """What the leader or a member is doing now."""

    IDLE = "waiting"
    THINKING = "thinking"
    WRITING = "writing"
    DONE = "done"
    CUT = "incomplete"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ACTIVITY_AFTER = {
    Outcome.COMPLETED: Activity.DONE,
    Outcome.INCOMPLETE: Activity.CUT,
    Outcome.ERROR: Activity.FAILED,
    Outcome.CANCELLED: Activity.CANCELLED,
}


@dataclass(slots=True)
class Section:
    """The text of one speaker in one turn."""

    speaker: Speaker
    pieces: list[str] = field(default_factory=list)
    words: int = 0
    ends_in_word: bool = False
    is_closed: bool = False

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
    """What the leader, or one member over all its runs, has contributed."""

    name: str
    is_leader: bool
    activity: Activity = Activity.IDLE
    since: float = 0.0
    """The instant at which the activity began."""
    words: int = 0
    runs: int = 0
    output_tokens: int = 0
    error: str | None = None


@dataclass(slots=True)
class Usage:
    """Tokens over all requests of a run; estimated when any request did not report."""

    input_tokens: int = 0
    output_tokens: int = 0
    estimated: bool = False

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens


@dataclass(slots=True)
class Delegation:
    """A task the leader handed to a member."""

    member: str
    task: str
    is_done: bool = False
    failed: bool = False


@dataclass(slots=True)
class RunState:
    """Everything a front end shows about one run."""

    run_id: str = ""
    model: str = ""
    story_id: str | None = None
    preparing: Preparing | None = None
    started_at: float | None = None
    first_text_at: float | None = None
    requested_at: float | None = None
    """When the model was last asked and has not answered yet."""
    sections: list[Section] = field(default_factory=list)
    contributors: dict[str, Contributor] = field(default_factory=dict)
    delegations: dict[str, Delegation] = field(default_factory=dict)
    open_tools: dict[str, str] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    words: int = 0
    deadline: DeadlineChanged = field(default_factory=lambda: DeadlineChanged(None))
    cancel: CancelRequested | None = None
    ended: RunEnded | None = None
    _open_sections: dict[str, Section] = field(default_factory=dict)

    @property
    def phase(self) -> Phase:
        """Where the run is."""
        if self.ended:
            return Phase.ENDED
        if self.cancel:
            return Phase.CANCELLING
        if self.started_at is None:
            return Phase.PREPARING
        return Phase.WAITING if self.requested_at is not None else Phase.WRITING

    @property
    def reason(self) -> Reason | None:
        """Who asked for the cancel, if anybody did."""
        return self.cancel.reason if self.cancel else None

    @property
    def text(self) -> str:
        """All that was written, whoever wrote it."""
        return "\n\n".join(section.text for section in self.sections)

    def apply(self, event: Event) -> None:
        """Fold one event in. Nothing changes any more after the end."""
        if self.ended:
            return
        match event:
            case TextDelta():
                self._write(event)
            case ModelRequested(speaker, at):
                self._close_section(speaker.run_id)
                self.requested_at = at
                self._set_activity(speaker, Activity.THINKING, at)
            case UsageReported(speaker, input_tokens, output_tokens, estimated):
                self.usage.input_tokens += input_tokens
                self.usage.output_tokens += output_tokens
                self.usage.estimated |= estimated
                self._contributor(speaker).output_tokens += output_tokens
            case MemberStarted(speaker, at):
                self._contributor(speaker).runs += 1
                self._set_activity(speaker, Activity.THINKING, at)
            case MemberEnded(speaker, outcome, error):
                self._close_section(speaker.run_id)
                contributor = self._contributor(speaker)
                contributor.activity = _ACTIVITY_AFTER[outcome]
                contributor.error = error or contributor.error
            case DelegationStarted(call_id, member, task):
                self.delegations[call_id] = Delegation(member, task)
            case DelegationEnded(call_id, failed):
                if delegation := self.delegations.get(call_id):
                    delegation.is_done, delegation.failed = True, failed
            case ToolStarted(call_id, _, tool):
                self.open_tools[call_id] = tool
            case ToolEnded(call_id):
                self.open_tools.pop(call_id, None)
            case _:
                self._move(event)

    def _move(self, event: Event) -> None:
        match event:
            case Preparing():
                self.preparing = event
            case RunStarted(run_id, model, at):
                self.run_id, self.model = run_id, model
                self.started_at = self.requested_at = at
            case DeadlineChanged():
                self.deadline = event
            case CancelRequested():
                self.cancel = self.cancel or event
            case RunEnded():
                self._end(event)

    def _write(self, delta: TextDelta) -> None:
        section = self._open_sections.get(delta.speaker.run_id)
        if section is None:
            section = Section(delta.speaker)
            self.sections.append(section)
            self._open_sections[delta.speaker.run_id] = section
            self._set_activity(delta.speaker, Activity.WRITING, delta.at)
        words = section.append(delta.text)
        self.words += words
        self._contributor(delta.speaker).words += words
        self.requested_at = None
        if self.first_text_at is None:
            self.first_text_at = delta.at

    def _close_section(self, run_id: str) -> None:
        if section := self._open_sections.pop(run_id, None):
            section.is_closed = True

    def _end(self, event: RunEnded) -> None:
        self.ended = event
        for section in self._open_sections.values():
            section.is_closed = True
        for contributor in self.contributors.values():
            if contributor.is_leader:
                contributor.activity = _ACTIVITY_AFTER[event.outcome]
            elif contributor.activity in (Activity.THINKING, Activity.WRITING):
                contributor.activity = Activity.CANCELLED

    def _set_activity(self, speaker: Speaker, activity: Activity, at: float) -> None:
        contributor = self._contributor(speaker)
        contributor.activity, contributor.since = activity, at

    def _contributor(self, speaker: Speaker) -> Contributor:
        if speaker.name not in self.contributors:
            self.contributors[speaker.name] = Contributor(speaker.name, speaker.is_leader)
        return self.contributors[speaker.name]
