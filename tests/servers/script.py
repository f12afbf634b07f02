"""What the model answers: a script decides it per request from where the request stands."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from tests.servers.faults import Fault
from tests.servers.incoming import Ask
from tests.servers.prose import deltas_of, prose


class Position(StrEnum):
    """Where in a team's run a request stands."""

    LEADER = "leader"
    """The leader before it has handed out anything."""
    STORYTELLER = "storyteller"
    EDITOR = "editor"
    BETWEEN = "between"
    """The leader with some answers back, and more to hand out."""
    CLOSING = "closing"
    """The leader with all answers back."""
    OTHER = "other"
    """A request that fits no other position; answered with prose."""
    MODELS = "models"
    """The list of models."""


Text = str | Callable[[Ask], str]

IN_TURN = ((Position.STORYTELLER,), (Position.EDITOR,))
HINTS: Mapping[str, tuple[str, ...]] = {
    Position.STORYTELLER: ("writes creative stories", "storyteller"),
    Position.EDITOR: ("reviews and improves stories", "editor"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer: text in deltas, then calls."""

    deltas: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    refusal: bool = False
    thoughts: tuple[str, ...] = ()
    """What the model says that it thinks, before the text; Chat Completions only."""

    @property
    def text(self) -> str:
        return "".join(self.deltas)

    @property
    def size(self) -> int:
        """The number of deltas, those of the calls' arguments included."""
        return len(self.deltas) + sum(len(deltas_of(call.arguments)) for call in self.calls)


@dataclass(frozen=True, slots=True)
class Script:
    """A whole team run by default: storyteller, editor, closing words of the leader."""

    words: int = 120
    """Length of a member's text."""
    closing_words: int = 40
    preface_words: int = 0
    """What the leader says before each delegation."""
    words_per_delta: int = 1
    delay_seconds: float = 0.0
    """Between two deltas; 0 is as fast as the client reads."""
    steps: tuple[tuple[str, ...], ...] = IN_TURN
    """Whom the leader calls, response by response."""
    tools: Mapping[str, str] = field(default_factory=dict)
    """By position: a tool without arguments that is called first."""
    texts: Mapping[str, Text] = field(default_factory=dict)
    """Texts of your own, per position; a function gets the request."""
    answer: Callable[[Ask], Turn] | None = None
    """Answers every request of a team of one's own; nothing else of the script counts then."""
    faults: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: HINTS)
    """What in a member's instructions gives it away, in lower case; likelier words first."""

    def team(self) -> Self:
        """The same, with one member called after the other."""
        return replace(self, steps=IN_TURN)

    def parallel(self) -> Self:
        """The same, with both members called in one response, so that they interleave."""
        return replace(self, steps=((Position.STORYTELLER, Position.EDITOR),))

    def single(self) -> Self:
        """The same without delegations: every request is answered with a text."""
        return replace(self, steps=())

    def with_fault(self, position: str, *faults: Fault) -> Self:
        """The same with these faults at a position."""
        return replace(self, faults={**self.faults, position: faults})

    def fault_for(self, position: str, attempt: int) -> Fault | None:
        """Returns the first fault that strikes this attempt."""
        faults = self.faults.get(position, ())
        return next((fault for fault in faults if fault.strikes(attempt)), None)

    def position(self, ask: Ask) -> Position:
        """Returns where a request stands."""
        if not ask.is_leader:
            return self._member(ask.instructions.lower())
        step = self._step(ask.outputs)
        if step >= len(self.steps):
            return Position.CLOSING
        return Position.LEADER if step == 0 else Position.BETWEEN

    def turn(self, ask: Ask, position: Position) -> Turn:
        """Returns the answer as it is without a fault."""
        if self.answer:
            return self.answer(ask)
        text = self.texts.get(position, self._prose(position))
        written = text(ask) if callable(text) else text
        calls: tuple[Call, ...] = ()
        if position in self.tools and not ask.outputs:
            calls = (Call(self.tools[position], "{}"),)
        elif position in (Position.LEADER, Position.BETWEEN):
            calls = tuple(self._call(ask, to) for to in self.steps[self._step(ask.outputs)])
        return Turn(deltas_of(written, self.words_per_delta), calls)

    def _step(self, outputs: int) -> int:
        done = 0
        for number, called in enumerate(self.steps):
            done += len(called)
            if outputs < done:
                return number
        return len(self.steps)

    def _member(self, instructions: str) -> Position:
        for rank in range(max(map(len, self.hints.values()), default=0)):
            for position, hints in self.hints.items():
                if rank < len(hints) and hints[rank] in instructions:
                    return Position(position)
        return Position.OTHER

    def _prose(self, position: Position) -> str:
        if position in (Position.LEADER, Position.BETWEEN):
            return prose(self.preface_words, position)
        return prose(self.closing_words if position is Position.CLOSING else self.words, position)

    def _call(self, ask: Ask, to: str) -> Call:
        arguments = {"task": f"Do the part of the {to}: {ask.prompt[-200:]}"}
        if ask.takes_member_id:
            arguments = {"member_id": ask.member_id(to)} | arguments
        return Call(ask.delegate_tool or "delegate_task_to_member", json.dumps(arguments))
