"""The plan of a story that a very small model can follow: scenes, openings, and the tasks.

A model of this size follows no outline. What it does well is to go on with a text that it takes
for its own, so each scene is given only its first words and how much to write.
"""

import re
from dataclasses import dataclass
from itertools import cycle, islice

WORDS_PER_SCENE = 85
WORDS_OF_ENDING = 50
"""Less than a scene: a model of this size that is at the end begins to explain itself."""
FEWEST_SCENES = 5
MOST_SCENES = 36
"""About 3000 words and three minutes; further on the plot is lost altogether."""
STOPS = (
    "The story ends",
    "This story",
    "This is a bedtime",
    "The end",
    "When I write",
    "The moral",
)
"""How it begins to speak about the story instead of telling it; the scene ends before that."""
IDEA_CHARACTERS = 600
"""Reading the prompt takes a millisecond for each, before the first word of the story."""
STORY_CHARACTERS = 7000
"""How much of its own text the model is shown: within its context, and quick to read again."""

UNTITLED = "Untitled"

_FIRST = "Once upon a time, there was"
_LAST = "In the end,"
_SHORT_MIDDLE = ("One day,", "But then something went wrong.", "Luckily,")
_LONG_MIDDLE = (
    "One day,",
    "The next morning,",
    "But then something went wrong.",
    "After a while,",
    "Suddenly,",
    "Luckily,",
    "That evening,",
    "A few days later,",
    "But it was not so easy.",
    "Far away,",
    "At last,",
)
_TITLE = 'The title of this story is "'

_WISH = re.compile(r"\b(\d{1,3}(?:[.,]\d{3})|\d{2,6})[ -]*(?:words?|Wörter[n]?|Worte)\b", re.I)
_ABOUT = re.compile(
    r"^(?:please\s+)?(?:write|tell|create|compose|make|give|schreibe?|erzähle?)\b", re.I
)
_TASK = re.compile(
    r"\A[^\n]*\n\nOpening: ([^\n]*)\nIdea: ([^\n]*)(?:\nThe story so far:\n(.*))?\Z", re.S
)
_QUOTED_TITLE = re.compile(r'"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Task:
    """What a member is to write, and all that it is given for it."""

    heading: str
    opening: str
    idea: str
    story: str = ""

    @property
    def is_title(self) -> bool:
        """Whether the title is wanted rather than a scene."""
        return self.opening == _TITLE

    @property
    def enough_words(self) -> int:
        """The words after which the next end of a sentence is the end of the scene."""
        return WORDS_OF_ENDING if self.opening == _LAST else WORDS_PER_SCENE

    @property
    def text(self) -> str:
        """The task as the leader words it; ``parse_task`` reads it back."""
        words = f"{self.heading}\n\nOpening: {self.opening}\nIdea: {self.idea}"
        return f"{words}\nThe story so far:\n{self.story}" if self.story else words


@dataclass(frozen=True, slots=True)
class Step:
    """One delegation of the plan."""

    opening: str
    heading: str
    is_for_editor: bool = False


def steps_for(prompt: str) -> tuple[Step, ...]:
    """Return the delegations that make the story: the scenes, the ending, the title."""
    scenes = scenes_wanted(prompt)
    middle = _SHORT_MIDDLE if scenes == FEWEST_SCENES else _LONG_MIDDLE
    openings = (_FIRST, *islice(cycle(middle), scenes - 2), _LAST)
    return (
        *(
            Step(
                opening,
                f"Write scene {number} of {scenes}, which begins “{opening}”.",
                is_for_editor=opening == _LAST,
            )
            for number, opening in enumerate(openings, 1)
        ),
        Step(_TITLE, "Give the story its title.", is_for_editor=True),
    )


def scenes_wanted(prompt: str) -> int:
    """Return how many scenes the prompt asks for, going by the words that it wishes."""
    wishes = [int(re.sub(r"\D", "", wish)) for wish in _WISH.findall(prompt)]
    scenes = round(max(wishes, default=0) / WORDS_PER_SCENE)
    return min(max(scenes, FEWEST_SCENES), MOST_SCENES)


def idea_of(prompt: str) -> str:
    """Return the prompt as one line that is not too long, cut between two words."""
    line = " ".join(prompt.split())
    if len(line) <= IDEA_CHARACTERS:
        return line
    return line[:IDEA_CHARACTERS].rsplit(" ", 1)[0]


def task_of(step: Step, idea: str, scenes: list[str]) -> Task:
    """Return the task for a step, given the scenes that are written."""
    if step.opening == _TITLE:
        scenes = [scenes[0], scenes[-1]]
    return Task(step.heading, step.opening, idea, "\n\n".join(scenes))


def parse_task(text: str) -> Task:
    """Return the task that ``text`` words; any other text is the idea for a whole story."""
    if match := _TASK.match(text):
        return Task("", match[1], match[2], match[3] or "")
    return Task("", _FIRST, idea_of(text))


def request_for(task: Task) -> tuple[str, str]:
    """Return what the model is told, and the beginning of its own answer for it to go on with."""
    wish = task.idea if _ABOUT.match(task.idea) else f"Write a story about {task.idea}"
    wish = wish if wish.endswith((".", "!", "?")) else f"{wish}."
    told = f"{wish} Write it as a bedtime story. Use short, simple sentences."
    story = recent(task.story)
    return told, f"{story}\n\n{task.opening}" if story else task.opening


def recent(story: str) -> str:
    """Return the end of the story that the model is shown, at most ``STORY_CHARACTERS``.

    Its beginning moves rarely and far, for the model must read everything anew when it does.
    """
    excess = len(story) - STORY_CHARACTERS
    if excess <= 0:
        return story
    stride = STORY_CHARACTERS // 2
    start = -(-excess // stride) * stride
    return story[start:].split(" ", 1)[-1]


def title_in(text: str) -> str:
    """Return the title that the editor gave, or an empty text."""
    match = _QUOTED_TITLE.search(text)
    return match[1].strip() if match else ""
