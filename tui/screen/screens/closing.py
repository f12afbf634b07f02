"""A screen that closes once, however often it is dismissed."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

_Result = TypeVar("_Result")


class ClosingScreen(Screen[_Result]):
    """Textual's own would pop the screen below at the second of two quick presses."""

    def dismiss(self, result: _Result | None = None) -> AwaitComplete:
        """Close with a result, unless something lies on top or it is closed already."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
