"""A scene while it is written: sentence after sentence, each looked at before it is shown."""

from tui.local.beginning import Beginning, last_paragraph_of
from tui.local.faults import Fault, fault_in, leaks
from tui.local.plan import Task
from tui.local.prompt_hints import subject_of
from tui.local.sentences import is_whole, rounding_of, sentence_end, unfinished_sentence
from tui.text.untrusted import count_words

MOST_WORDS_PER_SENTENCE = 50
TRIES_PER_SENTENCE = 6
TRIES_PER_SCENE = 16


class Scene:
    """Takes the model's text, and shows the sentences of it that may stand.

    When ``must_retry`` is set, the model has to go on again from behind ``text``: the sentence
    there had a fault. One that has some each time is left out, with all that would follow.
    """

    def __init__(self, task: Task) -> None:
        self.text = ""
        """What stands of the model's own text."""
        self.must_retry = self.is_over = False
        self._task = task
        self._told = f"{task.earlier}\n\n{task.story}"
        self._context = last_paragraph_of(task.story) if task.goes_on else task.opening
        words = count_words(self._context)[0] if task.goes_on else 0
        self._enough_words = words + task.enough_words
        self._opening = "" if task.goes_on else task.gap + task.opening
        self._tries = self._tries_in_all = 0
        self._begin_sentence()

    def begin_try(self) -> None:
        """Forget the sentence that did not stand."""
        self.must_retry = False
        self._beginning, self._held = Beginning(self._task), ""

    def take(self, delta: str) -> str:
        """Return what is to be shown, now that a piece of the model's text has come."""
        self._held += delta if self.text else self._beginning.take(delta)
        shown = self._take_opening() if self._held.strip() else ""
        while not (self.must_retry or self.is_over):
            end = sentence_end(self._open + self._held, len(self._open))
            if end is not None:
                shown += self._judge(self._held[: end - len(self._open)])
            elif count_words(self._held)[0] > MOST_WORDS_PER_SENTENCE:
                shown += self._reject(Fault.BROKEN, self._held.rsplit(None, 1)[0])
            elif leaks(self._open + self._held.rpartition(" ")[0], self._allowed()):
                shown += self._reject(Fault.LEAKS, self._held)
            else:
                break
        return shown

    def end_try(self) -> str:
        """Return what is to be shown, now that the model has ended its text."""
        shown = ""
        if rest := self._held.rstrip():
            shown = self._judge(rest, is_last=True)
        elif not self.text and self._least[1]:
            shown = self._let_stand(self._least[1])
        self.is_over = not self.must_retry
        return shown

    def finish(self) -> str:
        """Return what is still to be shown: the end of a sentence without one, mostly nothing."""
        if not self.text and self._opening and self._task.is_whole:
            return self._take_opening()
        return rounding_of(self._context + self.text)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show, and there should be."""
        return not (self.text or self._task.is_whole or self._task.goes_on)

    def _begin_sentence(self) -> None:
        self._open = unfinished_sentence(self._context + self.text)
        self._tries, self._least = 0, (Fault.WORST, "")

    def _take_opening(self) -> str:
        opening, self._opening = self._opening, ""
        return opening

    def _judge(self, piece: str, *, is_last: bool = False) -> str:
        """Return the piece, which ends a sentence, if that may stand."""
        joined = piece if self.text else self._beginning.joined(piece)
        sentence = self._open + joined
        fault = fault_in(sentence, self._before(), self._allowed())
        if fault < Fault.BROKEN and not (is_last or is_whole(sentence)):
            fault = Fault.BROKEN
        if fault:
            return self._reject(fault, joined)
        self._held = self._held[len(piece) :]
        return self._let_stand(joined)

    def _reject(self, fault: Fault, piece: str) -> str:
        """Have the sentence written once more; in the end the least bad one may have to stand."""
        self._least = min(self._least, (fault, piece), key=lambda found: found[0])
        self._tries += 1
        self._tries_in_all += 1
        if self._tries < TRIES_PER_SENTENCE and self._tries_in_all < TRIES_PER_SCENE:
            self.must_retry = True
            return ""
        self.is_over = True
        return "" if self.text else self._let_stand(self._least[1])

    def _let_stand(self, piece: str) -> str:
        self.text += piece
        words, _ = count_words(self._context + self.text)
        self.is_over = self.is_over or words >= self._enough_words
        self._begin_sentence()
        return piece

    def _allowed(self) -> str:
        """Return the words of the reader, which are none of a leak, and how the sentence opens."""
        return f"{subject_of(self._task.idea)}\n{self._open}"

    def _before(self) -> str:
        """Return all that the reader has been told before the sentence that is open."""
        told = self._told if self._task.goes_on else f"{self._told}\n\n{self._task.opening}"
        return (told + self.text).removesuffix(self._open)
