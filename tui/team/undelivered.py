"""Which texts of the models Agno has still to hand on: they are shown when they arrive.

Agno hands a text on late, twice under two names, or never: members that work at the same time
wait in its queues, a routed answer comes as the leader's own, an output model replaces what the
leader wrote. So a text is shown when its model says it, and what Agno hands on is shown only if
no model said it, such as a tool's result or an answer out of a cache.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any

_LOOK_AHEAD = 1000
"""How far behind its model Agno may be before its texts are looked for no more."""


class Undelivered:
    """Tells texts that have been shown from those that Agno brings by itself."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[str]] = {}
        """By run id: what its models wrote and Agno has not handed on."""
        self._objects: list[tuple[str, Any]] = []
        """The objects that were shown, each with the id of its run."""

    def wrote(self, run_id: str, text: str) -> None:
        """Note that a model of this run wrote a text, which is shown."""
        self._waiting.setdefault(run_id, deque()).append(text)

    def gave(self, run_id: str, found: Any) -> None:
        """Note that an object is shown as the answer of a run."""
        self._objects.append((run_id, found))

    def new_object(self, run_id: str, objects: Sequence[Any]) -> Any:
        """Return the object that Agno hands on, in any of its forms, if it has yet to be shown.

        A run gives one, and a routed answer comes as the leader's own.
        """
        if any(run_id == run or found in objects for run, found in self._objects):
            return None
        return objects[0] if objects else None

    def is_new(self, run_id: str | None, text: str) -> bool:
        """Say whether the text that Agno hands on in the name of a run has yet to be shown."""
        own = self._waiting.get(run_id or "")
        if own and _take(own, text, _LOOK_AHEAD):
            return False
        others = (waiting for waiting in self._waiting.values() if waiting is not own)
        return not any(_take(waiting, text, 1) for waiting in others)


def _take(waiting: deque[str], text: str, look_ahead: int) -> bool:
    """Take the text, and what Agno left out before it; a part of one may come by itself."""
    for number, written in enumerate(waiting):
        if number >= look_ahead:
            break
        if written == text or (len(text) > 1 and number == 0 and text in written):
            for _ in range(number + 1):
                waiting.popleft()
            return True
    return False
