"""How a member's text begins: after its opening, or inside a sentence that stopped."""

from tui.local.plan import Task
from tui.story.continuing import open_word_of

_ATTACHED = ".,;:!?…)\u2019'”"
_OPENING = '"“\u2018([—-'


class Beginning:
    """How the model's text joins what stands before it, and what of it stands there already."""

    def __init__(self, task: Task) -> None:
        self._before = task.story if task.goes_on else task.opening
        self._repeated = without_open_word(task.story)[1] if task.goes_on else ""
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
        """Return the first text of all, with a space before it where one has to be."""
        if self._before[-1:].isspace():
            return text.lstrip()
        if self._completes_word or self._before[-1:] in _OPENING:
            return text
        is_attached = not self._before or text[:1].isspace() or text[:1] in _ATTACHED
        return text if is_attached else f" {text}"


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
