"""Bring a run into a phase, stop it there, and measure how it ends."""

import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tui.check.model_server import ModelServer
from tui.check.phases import TrialPhase
from tui.check.subjects import AgnoRun, Left, OurRun, Subject
from tui.control.rehearsal import Rehearsal, TeamOutline
from tui.errors import StoryteamError

LIMIT_SECONDS = 4.0
"""How long after the stop to wait for what has not ended."""
PROMISED_SECONDS = 0.25
"""Within what time a run ends and its connection is closed."""
REACH_SECONDS = 20.0
DESCRIBE_SECONDS = 60.0
_IN_TOOL_SECONDS = 0.5
"""How long a tool works before the stop: it may start something first."""
_SETTLE_SECONDS = 0.1
_DESCRIBE = "import sys; sys.path.append({!r}); from tui.team.rehearsed import describe; describe()"


@dataclass(frozen=True, slots=True)
class Trial:
    """Seconds from the request to stop; infinity when it did not come in time."""

    is_reached: bool
    end: float = math.inf
    closed: float | None = None
    """None when the model was not answering."""
    left: Left = ()
    """What was still running in the end."""
    error: str | None = None
    """The sentence with which the run ended before it was stopped."""
    ended_itself: bool = False
    """Whether the run ended in the phase, so that there was nothing to stop."""

    @property
    def holds(self) -> bool:
        """Whether the run stopped as promised."""
        if self.ended_itself:
            return not self.left
        is_closed = self.closed is None or self.closed <= PROMISED_SECONDS
        return self.is_reached and self.end <= PROMISED_SECONDS and is_closed and not self.left


@dataclass(frozen=True, slots=True)
class Row:
    """One phase, tried on this program and on plain Agno."""

    phase: TrialPhase
    ours: Trial
    agno: Trial


def outline_of(rehearsal: Rehearsal) -> TeamOutline:
    """Return a team's tools, and whether it has members; another process imports its module.

    Raises:
        StoryteamError: with a sentence about what is wrong with the team.
    """
    rehearsal.publish()
    code = _DESCRIBE.format(str(Path(__file__).parents[2]))
    command = [sys.executable, "-P", "-c", code]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=DESCRIBE_SECONDS,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        said = json.loads(done.stdout)
    except (ValueError, subprocess.TimeoutExpired):
        raise StoryteamError(f"--team: {rehearsal.team} could not be imported.") from None
    if "error" in said:
        raise StoryteamError(said["error"])
    return TeamOutline(tuple(said["tools"]), said["has_members"])


def try_phase(phase: TrialPhase, team: str, *, with_tools: bool) -> Row:
    """Stop a run of the team in a phase, both ways."""
    ours, agno = (try_run(make, phase, team, with_tools=with_tools) for make in (OurRun, AgnoRun))
    return Row(phase, ours, agno)


def try_run(
    make: Callable[[], Subject], phase: TrialPhase, team: str, *, with_tools: bool
) -> Trial:
    """Stop a run of the team in a phase, one way."""
    with ModelServer(phase) as server:
        Rehearsal(team, server.base_url, with_tools).publish()
        subject = make()
        try:
            return _measured(subject, server, phase)
        finally:
            subject.close()


def _measured(subject: Subject, server: ModelServer, phase: TrialPhase) -> Trial:
    subject.start()
    give_up_at = time.monotonic() + REACH_SECONDS
    while not server.reached(0.05):
        if time.monotonic() > give_up_at or subject.ended_at(0) < math.inf:
            return Trial(is_reached=False, error=subject.error)
    threading.Event().wait(_IN_TOOL_SECONDS if phase.tool else _SETTLE_SECONDS)
    if subject.ended_at(0) < math.inf:
        left = subject.left(LIMIT_SECONDS)
        return Trial(is_reached=True, left=left, error=subject.error, ended_itself=True)
    asked_at = time.monotonic()
    limit_at = asked_at + LIMIT_SECONDS
    subject.cancel()
    end = subject.ended_at(LIMIT_SECONDS)
    closed = server.closed_at(asked_at, limit_at - time.monotonic())
    left = subject.left(limit_at - time.monotonic())
    return Trial(True, end - asked_at, None if closed is None else closed - asked_at, left)
