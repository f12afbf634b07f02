"""The name of a model on Hugging Face, as it is given after ``--hf``."""

import re
from dataclasses import dataclass

USUAL_QUANT = "Q4_K_M"
_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?"
_NAME = re.compile(rf"({_PART}/{_PART})(?::([A-Za-z0-9][A-Za-z0-9._-]{{0,63}}))?")


@dataclass(frozen=True, slots=True)
class HubName:
    """A repository of GGUF files, and which quantisation of the model is wanted."""

    repository: str
    quant: str = ""
    """Empty for the usual one."""

    @property
    def usual(self) -> "HubName":
        """The name for comparing: as if the quantisation that is usual had been named."""
        return HubName(self.repository.lower(), (self.quant or USUAL_QUANT).upper())

    def __str__(self) -> str:
        return f"{self.repository}:{self.quant}" if self.quant else self.repository


def is_hub_name(value: object) -> bool:
    """Say whether a value has the form OWNER/MODEL or OWNER/MODEL:QUANT."""
    if not isinstance(value, str) or not (match := _NAME.fullmatch(value.strip())):
        return False
    # The hub gives neither away: they mean other things in paths.
    return "--" not in match[1] and ".." not in match[1]


def hub_name(value: str) -> HubName:
    """Return the parts of a name that has the form."""
    repository, _, quant = value.strip().partition(":")
    return HubName(repository, quant)
