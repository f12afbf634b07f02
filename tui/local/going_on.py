"""The plan of a passage that goes on with a story: a few scenes, the first from the very place."""

import math
import re
from itertools import chain, cycle, islice

from tui.local.direction import opening_from
from tui.local.plan import (
    CHAPTERS,
    LAST,
    LAST_AGAIN,
    MEAN_WORDS_PER_SCENE,
    MOST_SCENES,
    NEW_PARAGRAPH,
    REST,
    Plan,
    Step,
    Task,
)
from tui.local.prompt_hints import idea_of, with_wish, words_wished
from tui.story.continuing import Continuation, Stop, stop_of, tail_of

FEWEST_SCENES = 4
"""Of a passage, its ending included."""
SHOWN_CHARACTERS = 1200
"""What the model is shown of the story: with more of it, it repeats more, and begins later."""

_HEADINGS = re.compile(r"^#{1,6} [^\n]*\n+", re.MULTILINE)
_TURN, _WAY_OUT = 2, 3
"""Where in a chapter it becomes difficult, and where it turns out well."""


class ContinuedPlan(Plan):
    """The passage that goes on with a story."""

    def __init__(self, continuation: Continuation) -> None:
        self._tail = _HEADINGS.sub("", continuation.tail)
        direction = continuation.direction or ""
        self._idea = _idea(continuation.original_prompt, direction, continuation.note or "")
        self.steps = _steps(self._tail, direction)

    def task(self, written: list[str]) -> Task:
        """Return the next task, given what has been written."""
        step = self.steps[len(written)]
        first, *others = written or [""]
        whole = "\n\n".join((self._tail + first, *others))
        story = tail_of(whole, SHOWN_CHARACTERS)
        return Task(step.heading, step.opening, self._idea, story, whole.removesuffix(story))

    def closing(self, written: list[str]) -> str:
        """Return the new passage; the story so far with it after it is the whole."""
        return "\n\n".join(filter(None, written))


def _idea(prompt: str, direction: str, note: str) -> str:
    idea = with_wish(idea_of(prompt), note)
    return with_wish(idea, direction)


def _steps(tail: str, direction: str) -> tuple[Step, ...]:
    directed = opening_from(direction)
    openings = _openings(tail, directed, words_wished(direction))
    steps = [Step(opening, f"Write what comes next: “{opening}”.", 0) for opening in openings]
    if stop_of(tail) is not Stop.IN_SENTENCE:
        if not tail.endswith("\n"):
            steps[0] = Step(openings[0], f"{NEW_PARAGRAPH}: “{openings[0]}”.", 0)
    elif directed:
        steps.insert(0, Step(REST, "Bring the last sentence to its end.", 0))
    else:
        steps[0] = Step("", "Go on in the middle of the last sentence.", 0)
    last = LAST_AGAIN if LAST in tail else LAST
    ending = Step(last, f"Write the ending, which begins “{last}”.", 0, is_for_editor=True)
    return (*steps, ending)


def _openings(tail: str, directed: str, words: int) -> list[str]:
    """Return how the scenes before the ending open."""
    number = min(max(math.ceil(words / MEAN_WORDS_PER_SCENE), FEWEST_SCENES), MOST_SCENES) - 1
    unused = [chapter for chapter in CHAPTERS if not any(part in tail for part in chapter)]
    chapters = unused or CHAPTERS[1:]
    first = directed or chapters[0][0]
    if number < FEWEST_SCENES:
        return [first, chapters[0][_TURN], chapters[0][_WAY_OUT]]
    return [first, *islice(chain.from_iterable(cycle(chapters)), 1, number)]
