"""The history: every story, saved while it is being written."""

from tui.history.errors import HistoryError, UnknownStoryError
from tui.history.history import History
from tui.history.recorder import Recorder
from tui.history.stories import (
    INTERRUPTED,
    Passage,
    StoredSection,
    Story,
    StoryRow,
    Version,
)

__all__ = [
    "INTERRUPTED",
    "History",
    "HistoryError",
    "Passage",
    "Recorder",
    "StoredSection",
    "Story",
    "StoryRow",
    "UnknownStoryError",
    "Version",
]
