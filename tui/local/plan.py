"""The plan of a story that a very small model can follow: scenes, openings, and the tasks.

A model of this size follows no outline. What it does well is to go on with a text that it takes
for its own, so each scene is given only its first words and how much to write.
"""

import math
import re
from dataclasses import dataclass, replace
from itertools import chain, cycle, islice
from typing import Protocol

from tui.local.prompt_hints import idea_of, opening_about, with_wish, words_wished

WORDS_PER_SCENE = 82
"""The end of a sentence is awaited after these, so most scenes have about 92 in the end."""
WORDS_OF_ENDING = 50
"""Less than a scene: a model of this size that is at the end begins to explain itself."""
FEWEST_SCENES = 5
MOST_SCENES = 36
"""About 3300 words and a minute and a half; a plot is long lost by then."""
UNTITLED = "Untitled"
MEAN_WORDS_PER_SCENE = 85
LAST = "In the end,"
LAST_AGAIN = "At long last,"
NEW_PARAGRAPH = "Go on with the story in a new paragraph"
"""How the heading of a task begins whose text is to be set off from the story so far."""
REST = "…"
"""The opening of a task to bring a sentence to its end, and no more; with none, it is a scene."""

_TITLE = 'The title of this story is "'
_SHORT_MIDDLE = ("One day,", "But then something went wrong.", "Luckily,")
CHAPTERS = (
    ("One day,", "But then something went wrong.", "After a while,", "Luckily,"),
    ("The next morning,", "Suddenly,", "But it was not so easy.", "At last,"),
    ("A few days later,", "Then a stranger came.", "That evening,", "To everyone's surprise,"),
    ("One rainy day,", "All at once,", "Nobody knew what to do.", "Just in time,"),
    ("When spring came,", "But there was a problem.", "Late that night,", "Little by little,"),
    ("Far away,", "Without any warning,", "It took all their courage.", "Finally,"),
)
_CHAPTER_SCENES = 4

_TASK = re.compile(
    r"\A([^\n]*)\n\nOpening: ([^\n]*)\nIdea: ([^\n]*)"
    r"(?:\nTold before:\n(.*?))?(?:\nThe story so far:\n(.*))?\Z",
    re.DOTALL,
)
_QUOTED_TITLE = re.compile(r'"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Task:
    """What a member is to write, and all that it is given for it."""

    heading: str
    opening: str
    idea: str
    story: str = ""
    """What the model is shown of the story so far."""
    earlier: str = ""
    """What it is not shown, and is not to tell again."""

    @property
    def is_title(self) -> bool:
        """Whether the title is wanted rather than a scene."""
        return self.opening == _TITLE

    @property
    def goes_on(self) -> bool:
        """Whether the text is to go on inside the last sentence of the story so far."""
        return bool(self.story) and self.opening in ("", REST)

    @property
    def is_whole(self) -> bool:
        """Whether the opening makes sense alone, when the model has nothing to add to it."""
        return self.opening.endswith(".") and self.opening not in chain(_SHORT_MIDDLE, *CHAPTERS)

    @property
    def gap(self) -> str:
        """What stands between the story so far and the text that the member shows."""
        return "\n\n" if self.heading.startswith(NEW_PARAGRAPH) else ""

    @property
    def enough_words(self) -> int:
        """The words after which the next end of a sentence is the end of the scene."""
        if self.opening == REST:
            return 0
        return WORDS_OF_ENDING if self.opening in (LAST, LAST_AGAIN) else WORDS_PER_SCENE

    @property
    def text(self) -> str:
        """The task as the leader words it; ``parse_task`` reads it back."""
        words = f"{self.heading}\n\nOpening: {self.opening}\nIdea: {self.idea}"
        earlier = f"\nTold before:\n{self.earlier}" if self.earlier else ""
        story = f"\nThe story so far:\n{self.story}" if self.story else ""
        return words + earlier + story


@dataclass(frozen=True, slots=True)
class Step:
    """One delegation of the plan."""

    opening: str
    heading: str
    shown_from: int
    """The scene from which on the model is shown the story, besides the first scene."""
    is_for_editor: bool = False

    def task(self, prompt: str, scenes: list[str]) -> Task:
        """Return the task, given the scenes that are written.

        A model this small that sees all of a long story does nothing but repeat it: it is shown
        how the story began, for the names, and the chapter that is being written.
        """
        start = max(self.shown_from, 1)
        shown, earlier = [*scenes[:1], *scenes[start:]], scenes[1:start]
        story, told = "\n\n".join(filter(None, shown)), "\n\n".join(filter(None, earlier))
        return Task(self.heading, self.opening, idea_of(prompt), story, told)


class Plan(Protocol):
    """What the members do, one after the other."""

    steps: tuple[Step, ...]

    def task(self, written: list[str]) -> Task:
        """Return the next task, given what has been written."""

    def closing(self, written: list[str]) -> str:
        """Return what the leader says when all is written."""


class StoryPlan(Plan):
    """A whole story, from its opening to its title."""

    def __init__(self, prompt: str, note: str = "") -> None:
        self._prompt, self._note = prompt, note
        self.steps = steps_for(prompt)

    def task(self, written: list[str]) -> Task:
        """Return the next task, given what has been written."""
        task = self.steps[len(written)].task(self._prompt, written)
        return replace(task, idea=with_wish(task.idea, self._note))

    def closing(self, written: list[str]) -> str:
        """Return the title and the story."""
        *scenes, title = written
        return "\n\n".join((f"# {title_in(title) or UNTITLED}", *filter(None, scenes)))


def steps_for(prompt: str) -> tuple[Step, ...]:
    """Return the delegations that make the story: the scenes, the ending, the title."""
    number = scenes_wanted(prompt)
    openings = (opening_about(prompt), *_middle(number - 2), LAST)
    scenes = [
        Step(
            opening,
            f"Write scene {index + 1} of {number}, which begins “{opening}”.",
            shown_from=index - (index - 1) % _CHAPTER_SCENES,
        )
        for index, opening in enumerate(openings[:-1])
    ]
    heading = f"Write the ending, scene {number} of {number}, which begins “{LAST}”."
    ending = Step(LAST, heading, shown_from=number - _CHAPTER_SCENES, is_for_editor=True)
    title = Step(_TITLE, "Give the story its title.", shown_from=number - 1, is_for_editor=True)
    return (*scenes, ending, title)


def scenes_wanted(prompt: str) -> int:
    """Return how many scenes the prompt asks for, going by the words that it wishes."""
    scenes = math.ceil(words_wished(prompt) / MEAN_WORDS_PER_SCENE)
    return min(max(scenes, FEWEST_SCENES), MOST_SCENES)


def _middle(number: int) -> tuple[str, ...]:
    if number <= len(_SHORT_MIDDLE):
        return _SHORT_MIDDLE[:number]
    return tuple(islice(chain.from_iterable(cycle(CHAPTERS)), number))


def parse_task(text: str) -> Task:
    """Return the task that ``text`` words; any other text is the idea for a whole story."""
    if match := _TASK.match(text):
        return Task(match[1], match[2], match[3], match[5] or "", match[4] or "")
    return Task("", opening_about(text), idea_of(text))


def request_for(task: Task) -> tuple[str, str]:
    """Return what the model is told, and the beginning of its own answer for it to go on with."""
    told = f"{task.idea} Write it as a bedtime story. Use short, simple sentences."
    if task.goes_on:
        return told, task.story
    return told, f"{task.story.rstrip()}\n\n{task.opening}" if task.story else task.opening


def title_in(text: str) -> str:
    """Return the title that the editor gave, or an empty text."""
    match = _QUOTED_TITLE.search(text)
    return match[1].strip() if match else ""
