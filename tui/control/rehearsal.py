"""How a team is rehearsed: its processes read this from the environment."""

import json
import os
from dataclasses import asdict, dataclass
from typing import Self

_VARIABLE = "STORYTEAM_REHEARSAL"
REHEARSED_TEAM = "tui.team.rehearsed:make_team"
"""The ``--team`` of a rehearsal."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Which team is rehearsed, and against which model."""

    team: str
    base_url: str = ""
    with_tools: bool = False
    """Whether its tools are really called."""

    def publish(self) -> None:
        """Give it to the processes that are started from now on."""
        os.environ[_VARIABLE] = json.dumps(asdict(self))

    @classmethod
    def from_environment(cls) -> Self:
        """Return what this process was given."""
        return cls(**json.loads(os.environ[_VARIABLE]))


@dataclass(frozen=True, slots=True)
class TeamOutline:
    """What of a team decides in which phases a run of it can be."""

    tools: tuple[str, ...]
    has_members: bool
