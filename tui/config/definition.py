"""What a setting is, besides its value: every list of settings is made from this."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from tui.config.kinds import TRUTH, ValueKind

T = TypeVar("T")
_KEY = "definition"


class Group(StrEnum):
    """Where ``--help`` and ``--show-config`` put a setting."""

    WHAT = "What to write"
    TEAM = "What your own team is given"
    MODEL = "Which model"
    LIMITS = "Limits"
    SCREEN = "Screen"
    PLACES = "Where things are"


@dataclass(frozen=True, slots=True)
class Definition:
    """One setting: where its value may come from, and what it means."""

    kind: ValueKind
    group: Group
    help: str
    metavar: str = ""
    unset: str = ""
    """What None means."""
    also: tuple[str, ...] = ()
    """Variables with a usual meaning, which are read after our own."""
    old_name: str = ""
    """What it was called before: its flag, variable and key in the file still work."""
    in_flags: bool = True
    in_environment: bool = True
    in_file: bool = True
    name: str = ""

    @property
    def flag(self) -> str:
        """The option that sets it."""
        return _flag(self.name)

    @property
    def old_flag(self) -> str:
        """The option that set it before, or nothing."""
        return _flag(self.old_name) if self.old_name else ""

    @property
    def is_switch(self) -> bool:
        """Whether its flag takes no value."""
        return self.kind is TRUTH

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that set it; the first that is not empty counts."""
        if not self.in_environment:
            return ()
        names = filter(None, (self.name, self.old_name))
        return (*(f"STORYTEAM_{name.upper()}" for name in names), *self.also)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def setting(default: T, kind: ValueKind, group: Group, help_line: str, **more: Any) -> T:
    """Return the field of a dataclass that is a setting with this default."""
    metadata = about(kind, group, help_line, **more)
    return field(default=default, repr=not kind.is_secret, metadata=metadata)


def about(kind: ValueKind, group: Group, help_line: str, **more: Any) -> Mapping[str, Definition]:
    """Return the metadata that makes a field a setting."""
    return {_KEY: Definition(kind, group, help_line, **more)}


def of_field(metadata: Mapping[Any, Any]) -> Definition | None:
    """Return the definition in a field's metadata, if the field is a setting."""
    return metadata.get(_KEY)
