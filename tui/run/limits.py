"""What a run may use before it is cancelled."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Each limit of a run; None is no limit."""

    seconds: float | None = None
    words: int | None = None
    cost_usd: float | None = None

    @property
    def are_set(self) -> bool:
        """Whether there is any limit at all."""
        return any((self.seconds, self.words, self.cost_usd))


NO_LIMITS = Limits()
