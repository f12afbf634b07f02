"""What of a run's text is the story: one definition for showing, saving and copying it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tui.run.events import Outcome
from tui.text.untrusted import count_words


class Told(NamedTuple):
    """The text of one turn, whether it is the leader's, and whether it was a thought."""

    is_leader: bool
    text: str
    is_thought: bool = False
    is_data: bool = False
    """Whether it is the JSON of an object instead of prose."""

    @property
    def is_told(self) -> bool:
        """Whether it may be story: neither white space nor a thought."""
        return bool(self.text) and not self.text.isspace() and not self.is_thought


class Roles(NamedTuple):
    """Which turns are not the story itself, by number."""

    drafts: set[int]
    """What a later text replaces."""
    asides: set[int]
    """What the leader said about the work, and thoughts."""


def roles(outcome: Outcome | None, turns: Sequence[Told]) -> Roles:
    """Return the drafts and the asides among the turns of a run.

    The last text of its leader closes a completed run: it is the story, and what the members
    wrote were drafts of it. What the leader said before any member wrote closes nothing. The
    leader's other texts are asides, unless only the leader wrote.
    """
    told = [number for number, turn in enumerate(turns) if turn.is_told]
    led = [number for number in told if turns[number].is_leader]
    written = {number for number in told if not turns[number].is_leader}
    is_closed = led and led[-1] > min(written, default=-1) and outcome is Outcome.COMPLETED
    closing = led[-1] if is_closed else None
    asides = {number for number, turn in enumerate(turns) if turn.is_thought}
    if written or closing is not None:
        asides |= {number for number in led if number != closing}
    return Roles(set() if closing is None else written, asides)


def story_text(
    outcome: Outcome | None, turns: Sequence[Told], data: Callable[[str], str] = str
) -> str:
    """Return the story that the turns tell, without saying who wrote what.

    It is the leader's closing text of a completed run, otherwise all that was written so far, in
    order. The white space at both ends stays, since the text may join another. ``data`` formats
    the JSON of an object.
    """
    story = _story_of(outcome, turns)
    texts = [data(turn.text) if turn.is_data else turn.text for turn in story]
    texts = [text for text in texts if text]
    for number in range(1, len(texts)):
        texts[number - 1] = texts[number - 1].rstrip()
        texts[number] = texts[number].lstrip()
    return "\n\n".join(texts)


def story_data(outcome: Outcome | None, turns: Sequence[Told]) -> tuple[str, ...]:
    """Return the JSON of every object in the story."""
    return tuple(turn.text for turn in _story_of(outcome, turns) if turn.is_data)


def story_words(outcome: Outcome | None, turns: Sequence[Told]) -> int:
    """Return how many words the story has; those of an object do not count."""
    return count_words(story_text(outcome, turns, no_data))[0]


def fenced(data: str) -> str:
    """Return the JSON of an object as a block of code in Markdown."""
    return f"```json\n{data}\n```"


def no_data(_: str) -> str:
    """Leave the JSON of an object out."""
    return ""


def _story_of(outcome: Outcome | None, turns: Sequence[Told]) -> list[Told]:
    drafts, asides = roles(outcome, turns)
    return [
        turn for number, turn in enumerate(turns) if turn.is_told and number not in drafts | asides
    ]
