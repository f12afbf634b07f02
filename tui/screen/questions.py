"""The app's part in a pause: the human's answer goes to the run that waits for it."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from tui.run.events import Answered, Question
from tui.run.protocol import Run
from tui.run.state import RunState
from tui.screen.guided import GuidedApp
from tui.screen.screens.main import MainScreen
from tui.text.untrusted import clean_line

_Result = TypeVar("_Result")


class AnsweringApp(GuidedApp[_Result]):
    """Has the keys that answer; what else there is of a run is a subclass's business."""

    main_screen: MainScreen
    run_state: RunState
    _run: Run | None
    _clock: Callable[[], float]

    def action_allow(self) -> None:
        """Let the team do what it asks for."""
        self._answer(self._question, True)

    def action_deny(self) -> None:
        """Do not let the team do what it asks for."""
        self._answer(self._question, False)

    def action_answer(self) -> None:
        """Ask for the text: from a list where there are options, else in a line.

        The line takes the keyboard, but only because the user wants to type.
        """
        question = self._question
        if question.options:
            self._offer(question)
        else:
            asker = f"{clean_line(question.asker, 30)}:"
            answer = partial(self._answer, question)
            self.main_screen.ask(asker, clean_line(question.text), answer)

    @property
    def _question(self) -> Question:
        return next(iter(self.run_state.questions.values()))

    def _offer(self, question: Question) -> None:
        from tui.screen.screens.menu import Entry, Menu

        def choose(chosen: int | None) -> None:
            if chosen is not None:
                self._answer(question, question.options[chosen])

        options = [Entry(option) for option in question.options]
        self.push_screen(Menu(clean_line(question.text, 60), options), choose)

    def _answer(self, question: Question, answer: bool | str) -> None:
        """Answer, unless nobody waits for it any more. Nothing is an answer too."""
        if self._run is None or question.id not in self.run_state.questions:
            return
        self._run.answer(question.id, answer)
        # The run's own event says the same, but comes later.
        self.run_state.apply(Answered(question.id, answer, self._clock()))
        self.show_state()

    def show_state(self) -> None:
        """Show everything but the story itself, as it is now."""
        self.main_screen.show(self.run_state, self._clock())
