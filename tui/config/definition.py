"""What there is to know of a setting besides its value: every list of settings is made of this."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from tui.config.kinds import TRUTH, Kind

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

    kind: Kind
    group: Group
    help: str
    metavar: str = ""
    unset: str = ""
    """What None means."""
    also: tuple[str, ...] = ()
    """Variables with a usual meaning that are looked at after our own."""
    in_flags: bool = True
    in_environment: bool = True
    in_file: bool = True
    name: str = ""

    @property
    def flag(self) -> str:
        """The option that sets it."""
        return "--" + self.name.replace("_", "-")

    @property
    def is_switch(self) -> bool:
        """Whether its flag takes no value."""
        return self.kind is TRUTH

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that set it; the first that is not empty counts."""
        return (f"STORYTEAM_{self.name.upper()}", *self.also) if self.in_environment else ()


def setting(default: T, kind: Kind, group: Group, help_line: str, **more: Any) -> T:
    """Return the field of a dataclass that is a setting with this default."""
    metadata = about(kind, group, help_line, **more)
    return field(default=default, repr=not kind.is_secret, metadata=metadata)


def about(kind: Kind, group: Group, help_line: str, **more: Any) -> Mapping[str, Definition]:
    """Return the metadata that makes a field a setting."""
    return {_KEY: Definition(kind, group, help_line, **more)}


def of_field(metadata: Mapping[Any, Any]) -> Definition | None:
    """Return the definition in a field's metadata, if the field is a setting."""
    return metadata.get(_KEY)
