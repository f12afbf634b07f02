"""What a click on the main screen does, where the mouse would expect something to happen."""

from typing import Final

from textual.events import Click

from tui.screen.widgets.countdown import Countdown
from tui.screen.widgets.question_bar import QuestionBar
from tui.screen.widgets.results import ResultsPanel
from tui.screen.widgets.status_bar import StatusBar

ACTIONS: Final = {
    Countdown: "app.hold",
    StatusBar: "app.command_palette",
    QuestionBar: "app.answer",
}


def action_of_click(event: Click) -> str | None:
    """Return the action for a click, if it has one of its own."""
    clicked = event.widget
    if clicked is None:
        return None
    if isinstance(clicked, ResultsPanel) and event.y == 0:
        # On the frame, where its title is.
        return "app.arm"
    for kind, action in ACTIONS.items():
        if any(isinstance(node, kind) for node in clicked.ancestors_with_self):
            return action
    return None
