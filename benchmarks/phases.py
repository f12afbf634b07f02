"""The phases of a run in which it is cancelled, and how a run gets there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.harness.user_teams import answering
from tests.servers import Fault, FaultKind, ModelServer, Position, Script, prose

REACH_SECONDS = 20.0
"""How long a run may take to get into the phase."""
FLOWING_WORDS = 20_000
DELTA_SECONDS = 0.002
RETRY_SECONDS = 10.0

Sign = Callable[[ModelServer, Position], object]


@dataclass(frozen=True)
class Phase:
    """Where a run is when it is cancelled."""

    name: str
    script: Script | Callable[[], Script]
    """What the model says, or what makes that in the server's own process."""
    sign: Sign | None = None
    """What the server sees when the run is there; None: the tool is called."""
    position: Position = Position.LEADER
    tool: str = ""
    """A tool of ``tests/teams/hostile.py``."""


def stalled(server: ModelServer, position: Position) -> None:
    server.wait_until_stalled(position, timeout=REACH_SECONDS)


def streaming(server: ModelServer, position: Position) -> None:
    server.wait_until_streaming(position, 10, REACH_SECONDS)


def refused(server: ModelServer, position: Position) -> None:
    server.wait_for(lambda: any(r.finished_at for r in server.at(position)), REACH_SECONDS)


def both_streaming(server: ModelServer, position: Position) -> None:
    streaming(server, Position.STORYTELLER)
    streaming(server, Position.EDITOR)


STALLS = {
    FaultKind.NO_ANSWER: "waiting for the first byte",
    FaultKind.STALL_AFTER_HEADERS: "stalled after the headers",
    FaultKind.STALL_MIDSTREAM: "stalled in mid-stream",
    FaultKind.STALL_WITH_COMMENTS: "kept alive by comments",
    FaultKind.STALL_BEFORE_FINAL: "stalled before the final event",
}
POSITIONS = (Position.LEADER, Position.STORYTELLER, Position.EDITOR, Position.CLOSING)
TOOLS = {
    "swallow": "a tool that swallows its cancel",
    "loop": "a tool that loops",
    "hold": "a tool that holds the interpreter",
    "wait_for_a_child": "a tool that waits for a child",
    "work_in_a_pool": "a tool in a pool of threads",
    "ignore_sigterm": "a tool that ignores SIGTERM",
    "start_a_daemon": "a tool that started a daemon",
    "stop_itself": "a tool that stops its process",
}


def phases(quick: bool) -> Iterator[Phase]:
    short = Script(words=20)
    for kind, name in STALLS.items():
        for position in POSITIONS[1:2] if quick else POSITIONS:
            script = short.with_fault(position, Fault(kind))
            yield Phase(f"{name}, {position}", script, stalled, position)
    for who, position in (("leader", Position.CLOSING), ("member", Position.STORYTELLER)):
        script = Script(4, 4, delay_seconds=DELTA_SECONDS, texts={position: prose(FLOWING_WORDS)})
        yield Phase(f"text flows, {who}", script, streaming, position)
    script = Script(words=FLOWING_WORDS, delay_seconds=2 * DELTA_SECONDS).parallel()
    yield Phase("text flows, two members at once", script, both_streaming)
    waits = Fault(FaultKind.HTTP_429, seconds=RETRY_SECONDS)
    yield Phase("the client waits to try again", short.with_fault("leader", waits), refused)


def tool_phases(quick: bool) -> Iterator[Phase]:
    for tool, name in list(TOOLS.items())[: 3 if quick else None]:
        yield Phase(name, partial(answering, tool), tool=tool)
