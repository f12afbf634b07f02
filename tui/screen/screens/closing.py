"""A screen that closes once, however often it is told to."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

_Result = TypeVar("_Result")


class ClosingScreen(Screen[_Result]):
    """Textual's own pops whatever lies on top; the keys of a quick hand come twice."""

    def dismiss(self, result: _Result | None = None) -> AwaitComplete:
        """Close with a result, unless something lies on top or it is closed already."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
