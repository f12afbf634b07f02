"""How a member's text begins: after its opening, or inside a sentence that stopped."""

from tui.local.plan import Task
from tui.story.continuing import open_word_of

_ATTACHED = ".,;:!?…)\u2019'”"
_OPENING = '"“\u2018([—-'


class Beginning:
    """What stands before the text that the model writes, and what of it stands there already."""

    def __init__(self, task: Task) -> None:
        self.is_shown = False
        self._opening = "" if task.goes_on else task.gap + task.opening
        self._repeated = without_open_word(task.story)[1] if task.goes_on else ""
        self._is_inside = task.goes_on
        self._story = task.story
        self._read = ""
        self._completes_word = False

    def take(self, delta: str) -> str:
        """Return what is new in what the model writes: it begins with the last word, whole."""
        if not self._repeated:
            return delta
        self._read += delta
        if len(self._read) < len(self._repeated) and self._repeated.startswith(self._read):
            return ""
        new = self._read.removeprefix(self._repeated)
        self._completes_word = new != self._read
        self._repeated = ""
        return new

    def joined(self, text: str) -> str:
        """Return the first text of all with what stands before it."""
        if self.is_shown or not text:
            return text
        self.is_shown = True
        if not self._is_inside:
            return _spaced(self._opening, text)
        if self._story[-1:].isspace():
            return text.lstrip()
        if self._completes_word or self._story[-1:] in _OPENING:
            return text
        return _spaced(self._story, text)[len(self._story) :]


def without_open_word(story: str) -> tuple[str, str]:
    """Return a story without the word at its very end, and how the model has to begin.

    A word that is cut off is cut into other tokens than a whole one, which a model of this size
    does not complete; so it writes the whole word again.
    """
    word = open_word_of(story)
    if not word:
        return story.rstrip(" "), ""
    before = story[: len(story) - len(word)]
    body = before.rstrip(" ")
    return body, before[len(body) :] + word


def grammar_for(start: str) -> str:
    """Return the grammar, as llama.cpp reads it, of any text with this start."""
    return f'root ::= "{start}" [^\\x00]*'


def last_paragraph_of(story: str) -> str:
    """Return the paragraph in which a story stops."""
    return story.rsplit("\n\n", 1)[-1]


def _spaced(opening: str, text: str) -> str:
    """Return the opening with the text after it, which some models begin without a space."""
    is_attached = not opening or text[0].isspace() or text[0] in _ATTACHED
    return f"{opening}{text}" if is_attached else f"{opening} {text}"
