"""Which sections of an ended run are the story itself, and which only led to it.

While a run goes on this is not known: the next section may replace all before it.
"""

from tui.run.state import RunState
from tui.run.story_text import Roles, roles


def superseded(state: RunState) -> Roles:
    """Return the numbers of the drafts and of the asides among the sections of a run."""
    if state.ended is None:
        return Roles(set(), set())
    return roles(state.ended.outcome, state.turns)
