"""The question that the team asks the user: who asks, and what."""

from textual.content import Content
from textual.widget import Widget

from tui.run.events import Question, QuestionKind
from tui.run.records import Phase
from tui.run.state import RunState
from tui.text.untrusted import clean_line

_MAX_TEXT = 600
"""A longer call is cut: a person reads no more of it before deciding."""


class QuestionBar(Widget):
    """Hidden until the run pauses; several questions are asked one after the other."""

    DEFAULT_CSS = """
    QuestionBar {
        display: none;
        height: auto;
        max-height: 7;
        padding: 0 2;
        background: $boost;
        border-top: solid $warning;
        &.-shown { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: tuple[str, ...] = ()
        """The ids of all questions of this pause, answered ones too."""
        self._line = Content("")

    def show(self, state: RunState) -> Question | None:
        """Show the question of this state, and return it."""
        questions = state.questions if state.phase is Phase.PAUSED else {}
        self.set_class(bool(questions), "-shown")
        if not questions:
            self._asked = ()
            return None
        if not set(questions).issubset(self._asked):
            self._asked = tuple(questions)
            self.app.bell()
        question = next(iter(questions.values()))
        line = _describe(question, len(self._asked) - len(questions) + 1, len(self._asked))
        if line != self._line:
            self._line = line
            self.refresh(layout=True)
        return question

    def render(self) -> Content:
        """Render the question that ``show`` was given."""
        return self._line


def _describe(question: Question, number: int, total: int) -> Content:
    is_call = question.kind is QuestionKind.CONFIRMATION
    which = f" ({number} of {total})" if total > 1 else ""
    options = "" if not question.options else f" ({' / '.join(question.options)})"
    return Content.assemble(
        (clean_line(question.asker, 40), "bold $text-warning"),
        f" asks{which}: {'May this be done? ' if is_call else ''}",
        (clean_line(question.text + options, _MAX_TEXT), "bold"),
    )
