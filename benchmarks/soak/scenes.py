"""What the model says in a run, and what goes wrong with it."""

from dataclasses import dataclass
from random import Random

from benchmarks.soak.words import numbered
from tests.servers import Ask, Fault, FaultKind, Position, Script

POSITIONS = (Position.LEADER, Position.STORYTELLER, Position.EDITOR, Position.CLOSING)
_ENDLESS = {
    FaultKind.NO_ANSWER,
    FaultKind.STALL_AFTER_HEADERS,
    FaultKind.STALL_MIDSTREAM,
    FaultKind.STALL_WITH_COMMENTS,
    FaultKind.STALL_BEFORE_FINAL,
}


@dataclass(frozen=True)
class Scene:
    """One run's script."""

    script: Script
    name: str
    ends_by_itself: bool
    """Whether it does so soon."""


def a_scene(dice: Random) -> Scene:
    """Return a run of any length and pace, every other one with a fault."""
    if dice.random() < 0.5:
        words, pause = dice.choice((5, 60, 300)), dice.choice((0.0, 0.001, 0.01))
    else:
        words, pause = dice.choice(((20_000, 0.0), (20_000, 0.001), (2_000, 0.01), (300, 0.05)))

    def say(ask: Ask, count: int = words) -> str:
        return numbered(count, dice)

    script = Script(
        delay_seconds=pause,
        words_per_delta=dice.choice((1, 1, 3, 50)),
        texts={
            Position.LEADER: lambda ask: say(ask, preface),
            Position.BETWEEN: lambda ask: say(ask, preface),
            Position.STORYTELLER: say,
            Position.EDITOR: say,
            Position.CLOSING: lambda ask: say(ask, min(60, words)),
            Position.OTHER: say,
        },
    )
    preface = dice.choice((0, 0, 8))
    shape = dice.choice((Script.team, Script.team, Script.parallel, Script.single))
    script = shape(script)
    slow = words * pause > 5
    if dice.random() < 0.5:
        return Scene(script, "no fault", not slow)
    kind, position = dice.choice(list(FaultKind)), dice.choice(POSITIONS)
    script = script.with_fault(position, Fault(kind, dice.choice((None, 0, 1, 30))))
    slow = slow or kind is FaultKind.BYTE_BY_BYTE or kind in _ENDLESS
    return Scene(script, str(kind), not slow)
