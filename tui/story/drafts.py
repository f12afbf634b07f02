"""Which sections of an ended run are the story itself, and which only led to it.

While a run lives nothing is known of that: the next section may replace all before it, or go on.
"""

from tui.events import Outcome
from tui.parts import Section
from tui.state import RunState


def superseded(state: RunState) -> tuple[set[int], set[int]]:
    """Return the numbers of the drafts and of the asides among the sections of a run.

    When a completed run was closed by its leader with the whole text, that text is the story and
    what the members wrote were drafts of it. A closing of less than half of the longest of their
    sections is only a word at the end, and replaces nothing. What else the leader said is an
    aside, unless nobody but the leader wrote.
    """
    if state.ended is None:
        return set(), set()
    thoughts = {number for number, section in enumerate(state.sections) if section.is_thought}
    prose = {
        number: section
        for number, section in enumerate(state.sections)
        if section.words and not section.is_thought
    }
    led = [number for number, section in prose.items() if section.speaker.is_leader]
    written = [number for number in prose if number not in led]
    closing = led[-1] if led and state.ended.outcome is Outcome.COMPLETED else None
    is_told = bool(written) or closing is not None
    asides = thoughts | {number for number in led if is_told and number != closing}
    if closing is None or not written:
        return set(), asides
    longest = max(prose[number].words for number in written)
    drafts = set(written) if _replaces(prose[closing], longest) else set()
    return drafts, asides


def _replaces(closing: Section, words: int) -> bool:
    return 2 * closing.words >= words
