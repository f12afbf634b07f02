"""What is known of a run: a reducer over its events. No clock, no I/O, no widgets.

``RunState.apply`` is deterministic, and its cost does not grow with the story: text is kept as the
pieces that arrived, and joined only when it is read.
"""

from dataclasses import dataclass, field

from tui.run.events import (
    Answered,
    Attached,
    CancelRequested,
    Chore,
    ChoreEnded,
    ChoreStarted,
    DeadlineChanged,
    DelegationEnded,
    DelegationStarted,
    Event,
    MemberEnded,
    MemberStarted,
    MemberStopRequested,
    ModelRequested,
    Noticed,
    Outcome,
    Paused,
    Preparing,
    Question,
    ReasoningDelta,
    RunEnded,
    RunStarted,
    Speaker,
    SpeakerPaused,
    StructuredOutput,
    TextDelta,
    TextRecalled,
    ToolEnded,
    ToolStarted,
    UsageReported,
)
from tui.run.limits import NO_LIMITS, Limits
from tui.run.reasons import Reason
from tui.run.records import Activity, Call, Contributor, Phase, Section, Usage
from tui.run.story_text import Told, story_data, story_text

_ACTIVITY_AFTER = {
    Outcome.COMPLETED: Activity.DONE,
    Outcome.INCOMPLETE: Activity.CUT,
    Outcome.ERROR: Activity.FAILED,
    Outcome.CANCELLED: Activity.CANCELLED,
}

_AT_WORK = (Activity.THINKING, Activity.WRITING, Activity.PAUSED, Activity.STOPPING)


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
    """When the model was asked, while it has not answered."""
    sections: list[Section] = field(default_factory=list)
    contributors: dict[str, Contributor] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    """The delegations and the calls of tools, by id, in the order in which they began."""
    thoughts: list[Section] = field(default_factory=list)
    """What the speakers thought before they wrote, which is not the story."""
    chores: dict[str, tuple[Chore, float]] = field(default_factory=dict)
    """What a speaker does beside writing, and since when, by name."""
    attachments: list[Attached] = field(default_factory=list)
    """What came beside the text, such as citations and pictures."""
    questions: dict[str, Question] = field(default_factory=dict)
    """The questions that wait for a human, by id."""
    notice: str = ""
    """What the reader should know while the model has not answered."""
    words_by_second: list[int] = field(default_factory=list)
    """How many words came in each second of the run."""
    usage: Usage = field(default_factory=Usage)
    words: int = 0
    limits: Limits = NO_LIMITS
    deadline: DeadlineChanged = field(default_factory=lambda: DeadlineChanged(None))
    cancel: CancelRequested | None = None
    ended: RunEnded | None = None
    _open_sections: dict[str, Section] = field(default_factory=dict)
    _open_thoughts: dict[str, Section] = field(default_factory=dict)

    @property
    def phase(self) -> Phase:
        """What the run is doing."""
        if self.ended:
            return Phase.ENDED
        if self.cancel:
            return Phase.CANCELLING
        if self.started_at is None:
            return Phase.PREPARING
        if self.questions:
            return Phase.PAUSED
        if self.requested_at is not None:
            return Phase.WAITING
        return Phase.THINKING if self._open_thoughts and not self._open_sections else Phase.WRITING

    @property
    def reason(self) -> Reason | None:
        """The reason of the cancel, if one was requested."""
        return self.cancel.reason if self.cancel else None

    @property
    def at_work(self) -> list[str]:
        """The names of those who do something that can be stopped; nothing once it was asked."""
        if self.cancel or self.ended or self.questions:
            return []
        return [each.name for each in self.contributors.values() if each.is_at_work]

    @property
    def text(self) -> str:
        """All that was written, by any speaker."""
        return "\n\n".join(section.text for section in self.sections)

    @property
    def turns(self) -> list[Told]:
        """What decides which sections are the story."""
        return [
            Told(section.speaker.is_leader, section.text, section.is_thought, section.is_data)
            for section in self.sections
        ]

    @property
    def story(self) -> str:
        """The story of this run, as far as it has come."""
        return story_text(self._outcome, self.turns)

    @property
    def data(self) -> tuple[str, ...]:
        """The JSON of every object in the story."""
        return story_data(self._outcome, self.turns)

    @property
    def _outcome(self) -> Outcome | None:
        return self.ended.outcome if self.ended else None

    def apply(self, event: Event) -> None:
        """Fold one event in; after the end nothing changes."""
        if self.ended:
            return
        match event:
            case TextDelta():
                self._write(event)
            case StructuredOutput():
                self._write_data(event)
            case ModelRequested(speaker, at, is_streamed):
                self._close_section(speaker.run_id)
                self.requested_at = at
                if not is_streamed:
                    self.notice = not_streamed(speaker.name)
                self._set_activity(speaker, Activity.THINKING, at)
            case ReasoningDelta(speaker, text, at):
                self._think(speaker, text, at)
            case TextRecalled(speaker):
                self._recall(speaker)
            case UsageReported(speaker):
                self.usage.add(event)
                self._contributor(speaker).output_tokens += event.output_tokens
            case MemberStarted(speaker, at):
                self._contributor(speaker).runs += 1
                self._set_activity(speaker, Activity.THINKING, at)
            case ChoreStarted(speaker, chore, at):
                self.chores[speaker.name] = (chore, at)
            case ChoreEnded(speaker):
                self.chores.pop(speaker.name, None)
            case Attached():
                self.attachments.append(event)
            case SpeakerPaused(speaker, at):
                self._set_activity(speaker, Activity.PAUSED, at)
            case MemberStopRequested(name, at):
                if (found := self.contributors.get(name)) and found.is_at_work:
                    found.activity, found.since = Activity.STOPPING, at
            case MemberEnded():
                self._end_member(event)
            case DelegationStarted() | DelegationEnded() | ToolStarted() | ToolEnded():
                self._follow_call(event)
            case _:
                self._move(event)

    def _end_member(self, event: MemberEnded) -> None:
        contributor = self._contributor(event.speaker)
        contributor.activity = _ACTIVITY_AFTER[event.outcome]
        if event.is_stopped:
            contributor.activity = Activity.STOPPED
            contributor.stops += 1
            if section := self._open_sections.get(event.speaker.run_id):
                section.is_stopped = True
        contributor.error = event.error or contributor.error
        self._close_section(event.speaker.run_id)
        self.chores.pop(event.speaker.name, None)

    def _follow_call(
        self, event: DelegationStarted | DelegationEnded | ToolStarted | ToolEnded
    ) -> None:
        match event:
            case DelegationStarted(call_id, member, task, at, leader):
                self.notice = ""
                self.calls[call_id] = Call(member, task, at, leader, is_delegation=True)
            case ToolStarted(call_id, speaker, tool, arguments, at):
                self.notice = ""
                self.calls[call_id] = Call(tool, arguments, at, speaker.name)
            case _ if call := self.calls.get(event.call_id):
                call.ended_at, call.failed = event.at, event.failed
                call.result = event.result if isinstance(event, ToolEnded) else event.error

    def _move(self, event: Event) -> None:
        match event:
            case Preparing():
                self.preparing = event
            case RunStarted(run_id, model, at, limits):
                self.run_id, self.model, self.limits = run_id, model, limits
                self.started_at = self.requested_at = at
            case DeadlineChanged():
                self.deadline = event
            case CancelRequested():
                self.cancel = self.cancel or event
            case Noticed(sentence):
                self.notice = sentence
            case Paused(questions):
                self.questions = {question.id: question for question in questions}
                self.requested_at = None
            case Answered(question_id, _, at):
                self.questions.pop(question_id, None)
                if not self.questions:
                    self._resume(at)
            case RunEnded():
                self._end(event)

    def _resume(self, at: float) -> None:
        for contributor in self.contributors.values():
            if contributor.activity is Activity.PAUSED:
                contributor.activity, contributor.since = Activity.THINKING, at

    def _write(self, delta: TextDelta) -> None:
        section = self._open_sections.get(delta.speaker.run_id)
        if thought := self._open_thoughts.pop(delta.speaker.run_id, None):
            thought.is_closed = True
        if section is None:
            section = Section(delta.speaker)
            self.sections.append(section)
            self._open_sections[delta.speaker.run_id] = section
            self._set_activity(delta.speaker, Activity.WRITING, delta.at)
        words = section.append(delta.text)
        self.words += words
        self._note_pace(words, delta.at)
        self._contributor(delta.speaker).words += words
        self._see_answer(delta.at)

    def _write_data(self, output: StructuredOutput) -> None:
        """Keep an object as one section, which has no words."""
        speaker = output.speaker
        self._close_section(speaker.run_id)
        section = Section(speaker, [output.text], is_closed=True, is_data=True)
        self.sections.append(section)
        self._set_activity(speaker, Activity.WRITING, output.at)
        self._see_answer(output.at)

    def _see_answer(self, at: float) -> None:
        self.requested_at, self.notice = None, ""
        if self.first_text_at is None:
            self.first_text_at = at

    def _recall(self, speaker: Speaker) -> None:
        section = self._open_sections.pop(speaker.run_id, None)
        if section and not section.is_closed:
            section.is_thought = section.is_closed = True
            self.words -= section.words
            self._contributor(section.speaker).words -= section.words

    def _note_pace(self, words: int, at: float) -> None:
        if self.started_at is None:
            return
        second = max(0, int(at - self.started_at))
        self.words_by_second += [0] * (second + 1 - len(self.words_by_second))
        self.words_by_second[second] += words

    def _think(self, speaker: Speaker, text: str, at: float) -> None:
        thought = self._open_thoughts.get(speaker.run_id)
        if thought is None:
            thought = self._open_thoughts[speaker.run_id] = Section(speaker)
            self.thoughts.append(thought)
            self._set_activity(speaker, Activity.THINKING, at)
        thought.append(text)
        self.requested_at, self.notice = None, ""

    def _close_section(self, run_id: str) -> None:
        for open_sections in (self._open_sections, self._open_thoughts):
            if section := open_sections.pop(run_id, None):
                section.is_closed = True

    def _end(self, event: RunEnded) -> None:
        self.ended = event
        self.questions, self.chores = {}, {}
        for section in (*self._open_sections.values(), *self._open_thoughts.values()):
            section.is_closed = True
        for contributor in self.contributors.values():
            if contributor.is_leader:
                contributor.activity = _ACTIVITY_AFTER[event.outcome]
            elif contributor.activity in _AT_WORK:
                contributor.activity = Activity.CANCELLED

    def _set_activity(self, speaker: Speaker, activity: Activity, at: float) -> None:
        contributor = self._contributor(speaker)
        contributor.activity, contributor.since = activity, at

    def _contributor(self, speaker: Speaker) -> Contributor:
        if speaker.name not in self.contributors:
            self.contributors[speaker.name] = Contributor(speaker.name, speaker.is_leader)
        return self.contributors[speaker.name]


def not_streamed(name: str) -> str:
    """Return the sentence about an answer that does not come in pieces."""
    return f"{name} answers in one piece: nothing can be seen until it is whole."
