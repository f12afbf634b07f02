"""What of a run's text is the story: one definition for showing, saving and copying it."""

from collections.abc import Sequence
from typing import NamedTuple

from tui.events import Outcome
from tui.text import count_words


class Told(NamedTuple):
    """The text of one turn, whether the leader said it, and whether it was a thought."""

    is_leader: bool
    text: str
    is_thought: bool = False

    @property
    def is_prose(self) -> bool:
        """Whether it may be story: neither white space nor a thought."""
        return bool(self.text) and not self.text.isspace() and not self.is_thought


class Roles(NamedTuple):
    """Which turns are not the story itself, by number."""

    drafts: set[int]
    """What a later text replaces."""
    asides: set[int]
    """What the leader said about the work."""


def roles(outcome: Outcome | None, turns: Sequence[Told]) -> Roles:
    """Return the drafts and the asides among the turns of a run.

    When a completed run was closed by its leader with the whole text, that text is the story and
    what the members wrote were drafts of it. A closing of less than half of the longest of their
    turns is only a word at the end, and replaces nothing. What else the leader said is an aside,
    unless nobody but the leader wrote.
    """
    prose = [number for number, turn in enumerate(turns) if turn.is_prose]
    led = [number for number in prose if turns[number].is_leader]
    written = [number for number in prose if number not in led]
    closing = led[-1] if led and outcome is Outcome.COMPLETED else None
    is_told = bool(written) or closing is not None
    thoughts = {number for number, turn in enumerate(turns) if turn.is_thought}
    asides = thoughts | {number for number in led if is_told and number != closing}
    if closing is None or not written:
        return Roles(set(), asides)
    longest = max(_words(turns[number]) for number in written)
    return Roles(set(written) if 2 * _words(turns[closing]) >= longest else set(), asides)


def story_text(outcome: Outcome | None, turns: Sequence[Told]) -> str:
    """Return the story that the turns tell, without saying who wrote what.

    It is the leader's closing text of a completed run, and else all that was written so far, in
    order. The white space at both ends stays: it is where the text joins another.
    """
    prose = [number for number, turn in enumerate(turns) if turn.is_prose]
    led = [number for number in prose if turns[number].is_leader]
    if led and outcome is Outcome.COMPLETED:
        return turns[led[-1]].text
    drafts, asides = roles(outcome, turns)
    texts = [turns[number].text for number in prose if number not in drafts | asides]
    for number in range(1, len(texts)):
        texts[number - 1] = texts[number - 1].rstrip()
        texts[number] = texts[number].lstrip()
    return "\n\n".join(texts)


def _words(turn: Told) -> int:
    return count_words(turn.text)[0]
