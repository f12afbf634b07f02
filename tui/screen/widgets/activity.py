"""What the leader and the members do now, and since when.

A leader that delegated waits for the member; a member whose tool runs waits for the tool.
"""

from typing import NamedTuple

from tui.run.records import Activity, Call, Contributor
from tui.run.state import RunState
from tui.screen.widgets.status_style import ACTIVITIES, StatusStyle
from tui.text.untrusted import clean_line

NAME_WIDTH = 24


class CurrentActivity(NamedTuple):
    """What a contributor does, as it is shown, and the instant at which it began."""

    status: StatusStyle
    since: float | None
    """None when it does not matter any more."""


def current_activity(state: RunState, contributor: Contributor) -> CurrentActivity:
    """Return what a contributor does now."""
    status = ACTIVITIES[contributor.activity]
    if chore := state.chores.get(contributor.name):
        what, since = chore
        return CurrentActivity(
            StatusStyle(ACTIVITIES[Activity.THINKING].glyph, what, status.style), since
        )
    if contributor.activity is Activity.STOPPING:
        return CurrentActivity(status, contributor.since)
    if not contributor.is_at_work:
        return CurrentActivity(status, None)
    calls = _running(state, contributor)
    if not calls:
        return CurrentActivity(status, contributor.since)
    first = calls[0]
    name = clean_line(first.name, NAME_WIDTH)
    if not first.is_delegation:
        return CurrentActivity(StatusStyle("ƒ", f"calls {name}", status.style), first.started_at)
    idle = ACTIVITIES[Activity.IDLE]
    whom = name if len(calls) == 1 else f"{len(calls)} members"
    return CurrentActivity(
        StatusStyle(idle.glyph, f"waits for {whom}", idle.style), first.started_at
    )


def short_name(contributor: Contributor, limit: int = 14) -> str:
    """Return a name for where there is little room."""
    if contributor.is_leader:
        return "Leader"
    return clean_line(contributor.name.removesuffix("Agent") or contributor.name, limit)


def _running(state: RunState, contributor: Contributor) -> list[Call]:
    return [
        call
        for call in state.calls.values()
        if call.ended_at is None and call.caller == contributor.name
    ]
