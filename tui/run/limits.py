"""What a run may use before it is cancelled."""

from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Each limit of a run; None is no limit."""

    seconds: float | None = None
    words: int | None = None
    cost_usd: float | None = None

    @property
    def are_set(self) -> bool:
        """Whether there is any limit at all."""
        return any(astuple(self))


NO_LIMITS = Limits()
