"""Stopping one member of a run: what it waits for is interrupted, and Agno is told nothing of it.

Agno's own cancel of a member raises into the whole team. So an interrupted model call ends as an
answer does, with a note behind its text, and every later one of that member's run is the note.
"""

from collections import defaultdict
from collections.abc import Iterable
from contextvars import ContextVar

from agno.run.cancel import get_member_run_ids

from tui.team.interrupt import Interrupt

owner: ContextVar[str] = ContextVar("storyteam_owner", default="")
"""The run id of the leader or member for which the running task works, in its tools as well."""


class MemberStops:
    """The stops of one run, by the run ids of those who are stopped."""

    def __init__(self) -> None:
        self.noted: set[str] = set()
        """Whose text ends with the note: these were really stopped."""
        self._interrupts: defaultdict[str, Interrupt] = defaultdict(Interrupt)

    def of(self, run_id: str) -> Interrupt:
        """Return what interrupts this run; one below a stopped run is stopped as well."""
        interrupt = self._interrupts[run_id]
        if not interrupt.is_set and any(run_id in runs_below(each) for each in self._stopped()):
            interrupt.set()
        return interrupt

    def stop(self, run_id: str) -> None:
        """Interrupt a run and all below it, now and whenever it would begin to wait."""
        for each in runs_below(run_id):
            self._interrupts[each].set()

    def _stopped(self) -> Iterable[str]:
        return [run_id for run_id, each in self._interrupts.items() if each.is_set]


def runs_below(run_id: str) -> set[str]:
    """Return a run of a team, and those of its members, as far as Agno knows them by now."""
    found, waiting = set[str](), {run_id}
    while waiting:
        found |= waiting
        waiting = set[str]().union(*map(get_member_run_ids, waiting)) - found
    return found
