"""What is needed before a run can start, and what comes out of it: a team that no run has used."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui.agents.endpoint import Endpoint
from tui.agents.inputs import Inputs

if TYPE_CHECKING:
    from agno.team import Team


@dataclass(frozen=True, slots=True)
class Preparation:
    """What whoever prepares a run may use: a voice, and a sign that it is not wanted any more."""

    report: Callable[[str, float | None], None]
    cancelled: threading.Event


@dataclass(frozen=True, slots=True)
class PreparedTeam:
    """A fresh team, and the model behind it."""

    team: "Team"
    endpoint: Endpoint
    model: str = ""
    """How the model is called, if only the team knows."""
    inputs: Inputs = field(default_factory=Inputs)


TeamFactory = Callable[[Preparation], PreparedTeam]
"""Makes a fresh team, on the run's thread; may take long, and may raise ``StoryteamError``."""
