"""The countdown as a value: the instant of the cancel, which can be moved and held."""

from dataclasses import dataclass, replace

STEP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long a run may take. Instants are seconds on the monotonic clock.

    While the countdown runs, the deadline is an instant; while it is held, and before the run
    starts, a number of seconds. Without a limit it is neither.
    """

    seconds: float | None = None
    """The seconds left while the clock does not run."""
    at: float | None = None
    """The instant of the cancel while the clock runs."""

    def remaining(self, now: float) -> float | None:
        """Return the seconds left, never below zero, or None when there is no limit."""
        if self.at is not None:
            return max(0.0, self.at - now)
        return self.seconds

    def is_over(self, now: float) -> bool:
        """Whether the run must be cancelled now."""
        return self.at is not None and now >= self.at

    def running(self, now: float) -> "Deadline":
        """Return this deadline with the countdown running from ``now``."""
        return self if self.seconds is None else Deadline(at=now + self.seconds)

    def held(self, now: float) -> "Deadline":
        """Return this deadline with the countdown held at ``now``."""
        return self if self.at is None else Deadline(seconds=self.remaining(now))

    def moved(self, by_seconds: float, now: float) -> "Deadline":
        """Return this deadline moved; if there is none, a positive step sets one from ``now``."""
        if self.at is not None:
            return replace(self, at=max(now, self.at + by_seconds))
        if self.seconds is not None:
            return replace(self, seconds=max(0.0, self.seconds + by_seconds))
        return Deadline(at=now + by_seconds) if by_seconds > 0 else self
