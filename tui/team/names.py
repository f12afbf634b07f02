"""What the leader and the members are called: each by a name of its own, given or not."""

from typing import Any

from tui.text.untrusted import clean_line

_LENGTH = 60
_NAMELESS_LEADER = "The leader"


class Names:
    """Names by the ids of teams and agents, none of them twice."""

    def __init__(self) -> None:
        self._by_id: dict[str, str] = {}

    def add(self, agent_id: str, name: str | None, *, is_leader: bool = False) -> None:
        """Name an agent or a team; one without a name is counted, and so is a namesake."""
        if agent_id not in self._by_id:
            given = clean_line(name or "", _LENGTH)
            base = given or (_NAMELESS_LEADER if is_leader else "Member")
            is_counted = not given and not is_leader
            self._by_id[agent_id] = self._unused(base, 1 if is_counted else 0)

    def of(self, told: Any) -> str:
        """Return the name of the speaker that a run, an event or a call of Agno belongs to."""
        for kind in ("agent", "team"):
            agent_id = getattr(told, f"{kind}_id", None)
            if known := self._by_id.get(str(agent_id or "")):
                return known
        given = getattr(told, "agent_name", None) or getattr(told, "team_name", None)
        return clean_line(given or "Agent", _LENGTH)

    def of_member(self, agent_id: str) -> str:
        """Return the name behind the id that a leader calls a member by."""
        return self._by_id.get(agent_id) or clean_line(agent_id, _LENGTH)

    def _unused(self, base: str, number: int) -> str:
        taken = set(self._by_id.values())
        name = f"{base} {number}" if number else base
        while name in taken:
            number = max(number, 1) + 1
            name = f"{base} {number}"
        return name
