"""Where the embedded engine listens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """Where the engine listens, and what a client must say to it."""

    base_url: str
    api_key: str
    model: str
    context: int = 0
    """How much text it keeps in mind, in tokens."""
    gpus: tuple[str, ...] = ()
    """The graphics processors that help, by name."""

    def __repr__(self) -> str:
        return f"EngineAddress(base_url={self.base_url!r}, model={self.model!r})"
