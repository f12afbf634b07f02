"""Ask a human on the terminal while the run can still be cancelled, timed and narrated."""

import os
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TextIO

from tui.plain.output import PlainOutput
from tui.run.events import Answered, Event, Paused, Question, QuestionKind, RunEnded
from tui.run.protocol import Run
from tui.text.untrusted import clean_line, without_surrogates

_LINE_BYTES = 4096
_YES = ("y", "yes")


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line that was typed; None is the end of the input."""

    text: str | None


def open_terminal(stdin: TextIO) -> int | None:
    """Return the descriptor of a terminal that a human can answer on, or None.

    It is None for a process in the background, which would be stopped for reading from it.
    """
    number = None
    with suppress(OSError, ValueError):
        number = stdin.fileno() if stdin.isatty() else os.open("/dev/tty", os.O_RDONLY)
        return number if os.tcgetpgrp(number) == os.getpgrp() else None
    return None


class Asker:
    """Asks one question after the other; without a terminal it refuses them."""

    def __init__(
        self,
        run: Run,
        output: PlainOutput,
        terminal: int | None,
        typed: Callable[[TypedLine], object],
    ) -> None:
        self._run = run
        self._output = output
        self._terminal = terminal
        self._typed = typed
        self._questions: list[Question] = []
        self._is_reading = False

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

    def take(self, line: TypedLine) -> None:
        """Answer the question that is shown with the line that was typed."""
        self._is_reading = False
        if line.text is None:
            self._terminal = None
        else:
            self._output.answered()
        if self._questions and line.text is not None:
            question = self._questions.pop(0)
            self._run.answer(question.id, _meant(question, line.text))
        self._ask_next()

    def _ask_next(self) -> None:
        while self._questions and self._terminal is None:
            question = self._questions.pop(0)
            self._output.tell(f"[{_asked(question)} {_UNASKED[question.kind]}]", "error")
            self._run.answer(question.id, False)
        if self._questions and self._terminal is not None:
            _discard_typed(self._terminal)
            self._output.ask(_prompt(self._questions[0]))
            self._read(self._terminal)

    def _read(self, terminal: int) -> None:
        if not self._is_reading:
            self._is_reading = True
            threading.Thread(target=self._read_line, args=(terminal,), daemon=True).start()

    def _read_line(self, terminal: int) -> None:
        # Not through sys.stdin: its lock would be held while the interpreter ends.
        data = b""
        with suppress(OSError):
            data = os.read(terminal, _LINE_BYTES)
        self._typed(TypedLine(data.decode(errors="replace").rstrip("\r\n") if data else None))


def _discard_typed(terminal: int) -> None:
    """Discard what was typed before the question was asked: it is no answer to it."""
    with suppress(termios.error):
        termios.tcflush(terminal, termios.TCIFLUSH)


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
