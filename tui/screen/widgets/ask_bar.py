"""Asks for one line of text under the story: a direction, or the idea of a new one."""

from collections.abc import Callable
from typing import ClassVar

from textual import getters, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui.story.telling import MOST_CHARACTERS


class AskBar(Horizontal):
    """Hidden until it asks; escape takes the question back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close"),
        Binding("tab", "answer_later", "When this is done"),
        Binding("up", "take_back", show=False),
    ]

    class Closed(Message):
        """The bar was hidden, with an answer or without."""

    field = getters.query_one(Input)
    _on_answer: Callable[[str], object] | None = None
    _on_later: Callable[[str], object] | None = None
    _on_back: Callable[[], str | None] | None = None

    def compose(self) -> ComposeResult:
        """The question and the line for its answer."""
        yield Static(id="question", markup=False)
        yield Field(compact=True, max_length=MOST_CHARACTERS, select_on_focus=False)

    def ask(
        self,
        question: str,
        placeholder: str,
        on_answer: Callable[[str], object],
        on_later: Callable[[str], object] | None = None,
        on_back: Callable[[], str | None] | None = None,
        *,
        value: str = "",
    ) -> None:
        """Show the question; ``on_answer`` gets the line, which begins as ``value``.

        ``on_later`` gets it when it is ended with Tab. In an empty line the arrow up asks
        ``on_back`` for an earlier one.
        """
        self._on_answer, self._on_later, self._on_back = on_answer, on_later, on_back
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

    @property
    def stays(self) -> bool:
        """Whether it is open for whatever run there is, and not for the one it was opened in."""
        return self.has_class("-shown") and self._on_later is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Tab to Textual where it does not end the line."""
        return action != "answer_later" or self._on_later is not None

    def action_answer_later(self) -> None:
        """End the line for later."""
        self.action_close()
        if self._on_later:
            self._on_later(self.field.value.strip())

    def action_take_back(self) -> None:
        """Put an earlier line back into the empty field."""
        if self.field.value or self._on_back is None:
            raise SkipAction
        self.field.value = self._on_back() or ""
        self.field.cursor_position = len(self.field.value)

    @on(Input.Submitted)
    def _answer(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_close()
        if self._on_answer:
            self._on_answer(event.value.strip())


class Field(Input):
    """A line that says why it takes no more."""

    def restricted(self) -> None:
        """Say that this would be too long: the terminal's bell alone explains nothing."""
        self.app.notify(
            f"A line may have {MOST_CHARACTERS:,} characters.", severity="warning", markup=False
        )
