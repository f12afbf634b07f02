"""The values that the history returns: frozen copies, independent of the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.run.events import Attached, Outcome
from tui.run.records import Usage
from tui.run.story_text import Told, fenced, no_data, story_text

INTERRUPTED = "interrupted"
"""The reason of a passage whose program died."""


@dataclass(frozen=True, slots=True)
class StoredSection:
    """The text of one speaker in one turn."""

    speaker: str
    is_leader: bool
    text: str
    is_data: bool = False
    """Whether it is the JSON of an object, and no prose."""


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story in a list: outcome, reason, model and version are those of its last passage."""

    id: str
    title: str
    updated_at: float
    """Unix seconds."""
    words: int
    """How many words ``Story.text`` has."""
    outcome: Outcome | None
    """None while the last passage is being written."""
    reason: str | None
    model: str
    passages: int
    version: int = 1
    versions: int = 1
    in_other_version: bool = False
    """Whether what was searched for occurs only in versions that are not chosen."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The saved result of one run. Instants are Unix seconds."""

    prompt: str
    direction: str | None
    model: str
    run_id: str
    outcome: Outcome | None
    """None while it is being written."""
    reason: str | None
    """Who cancelled it, a value of ``Reason`` or ``INTERRUPTED``; None unless cancelled."""
    error: str | None
    started_at: float
    ended_at: float | None
    elapsed_seconds: float | None
    first_text_seconds: float | None
    cancel_seconds: float | None
    usage: Usage
    cost_usd: float | None
    words: int
    """All words that arrived, drafts included."""
    sections: tuple[StoredSection, ...]
    attachments: tuple[Attached, ...] = ()
    version: int = 1
    """Which of the versions of this passage it is, from 1."""
    versions: int = 1
    by_hand: bool = False
    """Whether the user wrote it."""

    @property
    def text(self) -> str:
        """The story of this run."""
        return story_text(self.outcome, turns_of(self.sections))

    @property
    def markdown(self) -> str:
        """The same as Markdown: an object is a block of code."""
        return story_text(self.outcome, turns_of(self.sections), data=fenced)

    @property
    def prose(self) -> str:
        """The same without the objects, which have no words."""
        return story_text(self.outcome, turns_of(self.sections), no_data)


@dataclass(frozen=True, slots=True)
class Story:
    """The chosen path through a story, the oldest passage first. Instants are Unix seconds."""

    id: str
    title: str
    created_at: float
    updated_at: float
    passages: tuple[Passage, ...]
    note: str = ""
    """What the user wants to hold for every passage."""
    taken_back: bool = False
    """Whether a passage was taken back that can be brought back."""

    @property
    def text(self) -> str:
        """The prose of all passages: each begins so that nothing has to come between."""
        return "".join(passage.text for passage in self.passages).lstrip()

    @property
    def prose(self) -> str:
        """The same without the objects."""
        return "".join(passage.prose for passage in self.passages)

    @property
    def prompt(self) -> str:
        """The idea the story began with."""
        return self.passages[0].prompt if self.passages else ""

    @property
    def last(self) -> Passage | None:
        """The latest passage."""
        return self.passages[-1] if self.passages else None


@dataclass(frozen=True, slots=True)
class Version:
    """One passage in the tree of a story."""

    place: tuple[int, ...]
    """Which version each passage on the way to it is, and itself."""
    run_id: str
    is_chosen: bool
    """Whether it is on the chosen path."""
    by_hand: bool
    outcome: Outcome | None
    reason: str | None
    words: int
    direction: str | None
    beginning: str
    """How its text begins."""

    @property
    def name(self) -> str:
        """The place as it is typed, such as 1.2.1."""
        return ".".join(map(str, self.place))


def turns_of(sections: Sequence[StoredSection]) -> list[Told]:
    """Return what decides which of the sections are the story."""
    return [Told(section.is_leader, section.text, is_data=section.is_data) for section in sections]
