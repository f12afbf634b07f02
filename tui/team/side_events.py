"""Agno's events about what a team does beside writing."""

import re
from typing import Any

from tui.run.events import Chore, ChoreEnded, ChoreStarted, Speaker

_CHORES = {
    "PreHook": Chore.INPUT_CHECK,
    "Compression": Chore.COMPRESSION,
    "OutputModelResponse": Chore.REWRITING,
    "ParserModelResponse": Chore.PARSING,
    "PostHook": Chore.OUTPUT_CHECK,
    "MemoryUpdate": Chore.MEMORIES,
    "SessionSummary": Chore.SUMMARY,
    "Followups": Chore.FOLLOWUPS,
}
_EVENT = re.compile(rf"(?:Team)?({'|'.join(_CHORES)})(Started|Completed)")
"""How Agno calls them; those of a team begin with "Team"."""


def chore_event(kind: Any, speaker: Speaker, at: float) -> ChoreStarted | ChoreEnded | None:
    """Return what an event of Agno says about a chore, if it does."""
    found = _EVENT.fullmatch(str(getattr(kind, "value", kind)))
    if found is None:
        return None
    chore = _CHORES[found[1]]
    if found[2] == "Started":
        return ChoreStarted(speaker, chore, at)
    return ChoreEnded(speaker, chore)
