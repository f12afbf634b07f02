"""Asks for one line of text under the story: a direction, or the idea of a new one."""

from collections.abc import Callable
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static


class AskBar(Horizontal):
    """Hidden until it asks; escape takes the question back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close")]

    class Closed(Message):
        """The bar was hidden, with an answer or without."""

    field = getters.query_one(Input)
    _on_answer: Callable[[str], object] | None = None

    def compose(self) -> ComposeResult:
        """The question and the line for its answer."""
        yield Static(id="question", markup=False)
        yield Input(compact=True, select_on_focus=False)

    def ask(
        self,
        question: str,
        placeholder: str,
        on_answer: Callable[[str], object],
        value: str = "",
    ) -> None:
        """Show the question; ``on_answer`` gets the line, which begins as ``value``."""
        self._on_answer = on_answer
        self.query_one("#question", Static).update(Content(question))
        self.field.placeholder = placeholder
        self.field.value = value
        self.field.cursor_position = len(value)
        self.add_class("-shown")
        self.field.focus()

    def action_close(self) -> None:
        """Hide the bar; nothing is answered."""
        if self.has_class("-shown"):
            self.remove_class("-shown")
            self.post_message(self.Closed())

    @on(Input.Submitted)
    def _answer(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_close()
        if self._on_answer:
            self._on_answer(event.value.strip())
