"""The colours by which the speakers are told apart: one for the leader, and some for the members.

The same in the story, in the team and in the results; always beside the name, never instead of it.
"""

from collections.abc import Iterable

from tui.run.records import Contributor

SPEAKER_COLORS = (
    "$text-primary",
    "$text-accent",
    "$text-success",
    "$text-warning",
    "$text-secondary",
    "$text-error",
)
"""The leader's, then the members' in the order in which they appear; they repeat."""


def color_numbers(contributors: Iterable[Contributor]) -> dict[str, int]:
    """Return the index of each contributor's colour, by name."""
    colors: dict[str, int] = {}
    members = 0
    for contributor in contributors:
        if contributor.is_leader:
            colors[contributor.name] = 0
        else:
            colors[contributor.name] = 1 + members % (len(SPEAKER_COLORS) - 1)
            members += 1
    return colors
