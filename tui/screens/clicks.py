"""What a click on the main screen does, where the mouse would expect something to happen."""

from typing import Final

from textual.events import Click

from tui.widgets.countdown import Countdown
from tui.widgets.question_bar import QuestionBar
from tui.widgets.results import ResultsPanel
from tui.widgets.status_bar import StatusBar

ACTIONS: Final = {
    Countdown: "app.hold",
    StatusBar: "app.command_palette",
    QuestionBar: "app.answer",
}


def action_of_click(event: Click) -> str | None:
    """Return the action for a click, if it has one of its own."""
    if isinstance(event.widget, ResultsPanel) and event.y == 0:
        # On the frame, where its title is.
        return "app.arm"
    clicked = (action for kind, action in ACTIONS.items() if isinstance(event.widget, kind))
    return next(clicked, None)
