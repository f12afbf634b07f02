"""Ask a human on the terminal while the run can still be cancelled, timed and narrated."""

from tui.plain.keyboard import Keyboard, TypedLine
from tui.plain.output import PlainOutput
from tui.run.events import Answered, Event, Paused, Question, QuestionKind, RunEnded
from tui.run.protocol import Run
from tui.text.untrusted import clean_line, without_surrogates

_YES = ("y", "yes")


class Asker:
    """Asks one question after the other; without a terminal it refuses them."""

    def __init__(self, run: Run, output: PlainOutput, keyboard: Keyboard | None) -> None:
        self._run = run
        self._output = output
        self._keyboard = keyboard
        self._questions: list[Question] = []

    def follow(self, event: Event) -> None:
        """Ask what the team asks; the answers go to the run as they are typed."""
        match event:
            case Paused(questions):
                is_first = not self._questions
                self._questions += questions
                if is_first:
                    self._ask_next()
            case Answered(question_id):
                self._questions = [q for q in self._questions if q.id != question_id]
            case RunEnded():
                self._questions = []

    def take(self, line: TypedLine) -> bool:
        """Answer the question that is shown with the line that was typed.

        Returns whether there was one.
        """
        if not self._questions:
            return False
        if line.text is None:
            self._keyboard = None
        else:
            self._output.answered()
            question = self._questions.pop(0)
            self._run.answer(question.id, _meant(question, line.text))
        self._ask_next()
        return True

    def _ask_next(self) -> None:
        while self._questions and self._keyboard is None:
            question = self._questions.pop(0)
            self._output.tell(f"[{_asked(question)} {_UNASKED[question.kind]}]", "error")
            self._run.answer(question.id, False)
        if self._questions and self._keyboard is not None:
            self._keyboard.forget()
            self._output.ask(_prompt(self._questions[0]))
            self._keyboard.read()


_UNASKED = {
    QuestionKind.CONFIRMATION: "There is no terminal to ask on, so the answer is no.",
    QuestionKind.TEXT: "There is no terminal to ask on, so the call is not made.",
}


def _asked(question: Question) -> str:
    asker, text = clean_line(question.asker, 60), clean_line(question.text)
    if question.kind is QuestionKind.CONFIRMATION:
        return f"{asker} wants to call {text}."
    return f"{asker} asks: {text}"


def _prompt(question: Question) -> str:
    if question.kind is QuestionKind.CONFIRMATION:
        return f"{_asked(question)} Allow it? [y/N] "
    options = "".join(
        f"\n  {number}  {clean_line(option)}" for number, option in enumerate(question.options, 1)
    )
    return f"{_asked(question)}{options}\n> "


def _meant(question: Question, text: str) -> bool | str:
    text = without_surrogates(text).strip()
    if question.kind is QuestionKind.CONFIRMATION:
        return text.lower() in _YES
    if text.isdecimal() and 1 <= int(text) <= len(question.options):
        return question.options[int(text) - 1]
    return text
