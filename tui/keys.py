"""The keys of the main screen. Each has an id, so that it can be given another key."""

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("c", "cancel", "Cancel", id="cancel", tooltip="Stop the run at once"),
    Binding("escape", "arm", "Cancel", show=False, id="arm"),
    Binding("ctrl+c", "cancel_or_help", "Cancel", show=False, id="interrupt"),
    Binding("enter", "go_on", "Go on", id="go_on", tooltip="Go on from where it stopped"),
    Binding("q", "leave", "Quit", id="quit"),
    Binding("ctrl+z", "suspend_process", "Suspend", show=False, id="suspend"),
    Binding("ctrl+q", "leave", "Quit", show=False, id="quit_too"),
    Binding("plus,equals_sign", "move(1)", "+10s", key_display="+", id="later"),
    Binding("minus", "move(-1)", "-10s", key_display="-", id="sooner"),
    Binding("space", "hold", "Hold", id="hold", tooltip="Hold or resume the countdown"),
    Binding("r", "run_again", "Again", id="again", tooltip="Run the same prompt again"),
    Binding("n", "new_story", "New", id="new", tooltip="Write another story"),
    Binding("h", "history", "History", id="history", tooltip="The stories so far"),
    Binding("y", "copy_story", "Copy", id="copy", tooltip="Copy the story"),
    Binding("s", "save_story", "Save", id="save", tooltip="Save the story as Markdown"),
    Binding("slash", "search", "Search", key_display="/", show=False, id="search"),
    Binding("m", "toggle_team", "Team", show=False, id="team"),
    Binding(
        "f",
        "toggle_fold",
        "Fold",
        show=False,
        id="fold",
        tooltip="Show the story only, or the speakers and drafts as well",
    ),
    Binding(
        "v",
        "toggle_raw",
        "Raw",
        show=False,
        id="raw",
        tooltip="Show the text as it was written, or as a page",
    ),
    Binding("question_mark,f1", "toggle_help", "Help", key_display="?", id="help"),
]

MAIN_SCREEN_ACTIONS = {
    "arm", "cancel", "cancel_or_help", "copy_story", "go_on", "history", "hold", "move",
    "new_story", "run_again", "save_story", "search", "toggle_fold", "toggle_raw", "toggle_team",
}  # fmt: skip
"""What means nothing while another screen lies on top."""
