"""The colours by which the speakers are told apart: one for the leader, and some for the members.

The same in the story, in the team and in the results; always beside the name, never instead of it.
"""

from collections.abc import Iterable

from tui.run.records import Contributor

TONES = (
    "$text-primary",
    "$text-accent",
    "$text-success",
    "$text-warning",
    "$text-secondary",
    "$text-error",
)
"""By tone: the leader's, then the members' in the order in which they appear, and around again."""


def tones_of(contributors: Iterable[Contributor]) -> dict[str, int]:
    """Return the tone of each contributor, by name."""
    tones: dict[str, int] = {}
    members = 0
    for contributor in contributors:
        if contributor.is_leader:
            tones[contributor.name] = 0
        else:
            tones[contributor.name] = 1 + members % (len(TONES) - 1)
            members += 1
    return tones
