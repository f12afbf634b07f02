"""The keys of the main screen. Each has an id, so that it can be given another key.

Their order is the footer's: what is needed most comes first, and a narrow screen cuts the rest.
The footer shows the description; the help and the menu show the tooltip.
"""

from typing import Final

from textual.binding import Binding, BindingType

from tui.run.events import QuestionKind
from tui.run.records import Phase
from tui.run.state import RunState

KEYS: list[BindingType] = [
    Binding("c", "cancel", "Cancel", id="cancel", tooltip="Stop the run at once"),
    Binding(
        "t", "tell", "Tell", id="tell",
        tooltip="Tell the team something, and go on with it at once or when this is done",
    ),
    Binding(
        "x", "stop_member", "Stop one", id="stop",
        tooltip="Stop one member, and let the others go on",
    ),
    Binding("a", "allow", "Allow", id="allow", tooltip="Allow what the team asks for"),
    Binding("d", "deny", "Deny", id="deny", tooltip="Deny what the team asks for"),
    Binding("a", "answer", "Answer", id="answer", tooltip="Answer what the team asks"),
    Binding("enter", "go_on", "Go on", id="go_on", tooltip="Go on from where it stopped"),
    Binding(
        "o", "another_version", "Other", id="other",
        tooltip="Write the last passage again, as another version",
    ),
    Binding(
        "left_square_bracket", "flip(-1)", "Version", key_display="[ ]", id="before",
        tooltip="Show the version before",
    ),
    Binding(
        "right_square_bracket", "flip(1)", "After", key_display="]", show=False, id="after",
        tooltip="Show the version after, or bring back what was taken back",
    ),
    Binding("u", "take_back", "Take back", id="take_back", tooltip="Take the last passage back"),
    Binding(
        "e", "edit", "Edit", id="edit",
        tooltip="Edit the last passage in your editor (not in a browser, which has none)",
    ),
    Binding("r", "run_again", "Again", id="again", tooltip="Run the same prompt again"),
    Binding("n", "new_story", "New", id="new", tooltip="Write another story"),
    Binding("h", "history", "History", id="history", tooltip="The stories so far"),
    Binding("space", "hold", "Hold", id="hold", tooltip="Hold or resume the countdown"),
    Binding("question_mark,f1", "toggle_help", "Help", id="help", tooltip="Show or hide the help"),
    Binding(
        "ctrl+p", "command_palette", "Menu", id="menu", priority=True,
        tooltip="Everything that can be done now",
    ),
    Binding("q", "leave", "Quit", id="quit", tooltip="Leave; a run is cancelled and saved first"),
    Binding(
        "plus,equals_sign", "move(1)", "+10s", key_display="+", id="later",
        tooltip="Give the run ten seconds more",
    ),
    Binding(
        "minus", "move(-1)", "-10s", key_display="-", id="sooner",
        tooltip="Give the run ten seconds less",
    ),
    Binding("y", "copy_story", "Copy", id="copy", tooltip="Copy the story"),
    Binding("s", "save_story", "Save", id="save", tooltip="Save the story as Markdown"),
    Binding(
        "slash", "search", "Search", key_display="/", id="search",
        tooltip="Search in the story",
    ),
    Binding("m", "toggle_team", "Team", id="team", tooltip="Show or hide the team"),
    Binding(
        "f", "toggle_fold", "Fold", show=False, id="fold",
        tooltip="Show the story only, or the speakers and drafts as well",
    ),
    Binding(
        "v", "toggle_raw", "Raw", show=False, id="raw",
        tooltip="Show the text as it was written, or as a page",
    ),
    Binding(
        "ctrl+o", "choose_model", "Model", show=False, id="model",
        tooltip="Choose a model, or fetch one",
    ),
    Binding(
        "ctrl+n", "note", "Note", show=False, id="note",
        tooltip="Write down what holds for the whole story",
    ),
    Binding("ctrl+t", "change_theme", "Theme", show=False, id="theme", tooltip="Choose a theme"),
    Binding("escape", "arm", "Cancel", show=False, id="arm"),
    Binding("ctrl+c", "cancel_or_help", "Cancel", show=False, id="interrupt"),
    Binding("ctrl+q", "leave", "Quit", show=False, id="quit_too"),
    Binding("ctrl+z", "suspend_process", "Suspend", show=False, id="suspend"),
]  # fmt: skip

BINDINGS: Final = [binding for binding in KEYS if isinstance(binding, Binding)]

MAIN_SCREEN_ACTIONS = {
    "allow", "answer", "arm", "cancel", "cancel_or_help", "copy_story", "deny", "go_on", "history",
    "another_version", "edit", "flip", "hold", "move", "new_story", "note", "run_again",
    "save_story", "search", "stop_member", "take_back", "tell", "toggle_fold", "toggle_raw",
    "toggle_team",
}  # fmt: skip
"""Actions that are disabled while another screen lies on top."""
STOPS: Final = {"cancel", "cancel_or_help"}
"""Actions that an overlay does not disable."""


def usable(action: str, state: RunState, *, greyed: bool | None) -> bool | None:
    """Return whether an action does something now; ``greyed`` is what to return if not for now."""
    lives = not state.ended
    stoppable = lives and not state.cancel
    match action:
        case "cancel":
            return True if stoppable else None if lives else greyed
        # After the end the footer's room is for what can be done then.
        case "stop_member":
            return True if state.at_work else greyed if lives else False
        case "move" | "hold" | "tell":
            return True if stoppable else greyed if lives else False
        case "run_again" | "new_story" | "history" | "search" | "go_on" | "save_story":
            # No input may have the keyboard while a run lives: c must always cancel.
            return True if state.ended else greyed
        case "copy_story":
            return True if state.words else greyed
        case "allow" | "deny":
            return _is_asked(state, QuestionKind.CONFIRMATION)
        case "answer":
            return _is_asked(state, QuestionKind.TEXT)
    return True


def _is_asked(state: RunState, kind: QuestionKind) -> bool:
    if state.phase is not Phase.PAUSED:
        return False
    return next(iter(state.questions.values())).kind is kind
