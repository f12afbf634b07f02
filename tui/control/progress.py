"""How far a run has come: what limits count, and what an end has to say."""

from tui.run.events import (
    CostEstimated,
    Event,
    ModelRequested,
    Outcome,
    ReasoningDelta,
    StoryWritten,
    StructuredOutput,
    TextDelta,
    ToolEnded,
    ToolStarted,
    UsageReported,
)
from tui.run.limits import Limits
from tui.run.reasons import Reason
from tui.text.untrusted import count_words

MOST_CHARACTERS = 20_000_000
"""Of story and thoughts in one run: some three million words, more than anyone reads."""


class Progress:
    """Follows the events of one run."""

    def __init__(self, limits: Limits) -> None:
        self.has_text = False
        self.written = StoryWritten(Outcome.CANCELLED)
        """How the run ends if it has to be ended now."""
        self.leader = ""
        """Its name, as soon as its model was asked."""
        self._limits = limits
        self._words = WordCount(limits.words)
        self._characters = 0
        self._open_tools: dict[str, str] = {}
        self._open_requests: set[str] = set()

    def follow(self, event: Event) -> Reason | None:
        """Take note of an event; returns the reason to cancel when it reaches a limit."""
        match event:
            case TextDelta():
                self.has_text = self.has_text or not event.text.isspace()
                self._characters += len(event.text)
                return Reason.WORDS if self._words.add(event) else None
            case ReasoningDelta():
                self._characters += len(event.text)
            case CostEstimated(cost_usd):
                limit = self._limits.cost_usd
                return Reason.COST if limit is not None and cost_usd >= limit else None
            case StructuredOutput():
                self.has_text = True
            case ToolStarted(call_id, _, tool):
                self._open_tools[call_id] = tool
            case ToolEnded(call_id):
                self._open_tools.pop(call_id, None)
            case ModelRequested(speaker):
                self._open_requests.add(speaker.run_id)
                self.leader = speaker.name if speaker.is_leader else self.leader
            case UsageReported(speaker):
                self._open_requests.discard(speaker.run_id)
            case StoryWritten():
                self.written = event
        return None

    @property
    def is_too_long(self) -> bool:
        """Whether more was written than is kept."""
        return self._characters > MOST_CHARACTERS

    @property
    def is_paid_for(self) -> bool:
        """Whether a model is still answering, at a cost."""
        return bool(self._open_requests)

    @property
    def open_tools(self) -> list[str]:
        """The names of the tools at work."""
        return sorted(set(self._open_tools.values()))


class WordCount:
    """Counts whole words, however the stream is cut into deltas."""

    def __init__(self, limit: int | None) -> None:
        self.words = 0
        self._limit = limit
        self._in_word: dict[str, bool] = {}
        """Whether the text of a speaker's run ends inside a word, by its id."""

    def add(self, delta: TextDelta) -> bool:
        """Count a piece of text; returns whether the limit is reached."""
        if self._limit is None:
            return False
        run_id = delta.speaker.run_id
        words, in_word = count_words(delta.text, self._in_word.get(run_id, False))
        self._in_word[run_id] = in_word
        self.words += words
        # The last word may still be growing: it is whole when the next one begins.
        return self.words - in_word >= self._limit
