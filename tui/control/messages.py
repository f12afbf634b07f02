"""What the program and a worker may say to each other: commands one way, events the other."""

from dataclasses import dataclass
from typing import TypeAlias, get_args

from tui.config.settings import Settings
from tui.control.execution import Task
from tui.run.events import Event
from tui.run.wire import Hello, Vocabulary


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Get ready for a task with these settings, which may come at once, late, or never."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the run now."""


@dataclass(frozen=True, slots=True)
class StopMember:
    """Stop what one member does now, and nothing else."""

    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a human answered."""

    question_id: str
    answer: bool | str


Command: TypeAlias = WarmUp | Task | Cancel | StopMember | Answer

COMMANDS = Vocabulary(*get_args(Command))
REPORTS = Vocabulary(Hello, *get_args(Event))
