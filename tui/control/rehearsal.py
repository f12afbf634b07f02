"""What a team is told when it is only rehearsed: handed to its processes in the environment."""

import json
import os
from dataclasses import asdict, dataclass
from typing import Self

_VARIABLE = "STORYTEAM_REHEARSAL"
REHEARSED_TEAM = "tui.team.rehearsed:make_team"
"""The ``--team`` of a run that is a rehearsal."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Which team is rehearsed, and against which model."""

    team: str
    base_url: str = ""
    with_tools: bool = False
    """Whether its tools are really called."""

    def publish(self) -> None:
        """Leave it to the processes that are started from now on."""
        os.environ[_VARIABLE] = json.dumps(asdict(self))

    @classmethod
    def from_environment(cls) -> Self:
        """Return what this process was left."""
        return cls(**json.loads(os.environ[_VARIABLE]))


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a team a run can be in."""

    tools: tuple[str, ...]
    has_members: bool
