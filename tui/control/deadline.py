"""The countdown as a value: the instant of the cancel, which can be moved and held."""

from dataclasses import dataclass, replace

STEP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long a run may take. Instants are seconds on the monotonic clock.

    Before the run starts, and while it is held, the deadline is a stock of seconds; while it
    runs, it is an instant. No limit is neither.
    """

    seconds: float | None = None
    """The seconds left while the clock does not run."""
    at: float | None = None
    """The instant of the cancel while the clock runs."""

    @property
    def is_set(self) -> bool:
        """Whether there is any limit."""
        return self.seconds is not None or self.at is not None

    def remaining(self, now: float) -> float | None:
        """The seconds left, never below zero, or None when there is no limit."""
        if self.at is not None:
            return max(0.0, self.at - now)
        return self.seconds

    def is_over(self, now: float) -> bool:
        """Whether the run must be cancelled now."""
        return self.at is not None and now >= self.at

    def running(self, now: float) -> "Deadline":
        """The same stock of seconds, with the clock running from ``now``."""
        return self if self.seconds is None else Deadline(at=now + self.seconds)

    def held(self, now: float) -> "Deadline":
        """The same deadline with its clock stopped at ``now``."""
        return self if self.at is None else Deadline(seconds=self.remaining(now))

    def moved(self, by_seconds: float, now: float) -> "Deadline":
        """The deadline moved; where there was none, a later one begins to run at ``now``."""
        if self.at is not None:
            return replace(self, at=max(now, self.at + by_seconds))
        if self.seconds is not None:
            return replace(self, seconds=max(0.0, self.seconds + by_seconds))
        return Deadline(at=now + by_seconds) if by_seconds > 0 else self
