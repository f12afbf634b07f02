"""A model in the cache, as it is listed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CachedModel:
    """One model, all its files together."""

    name: str
    """What to give after ``--hf`` or ``models rm``."""
    size: int
    """In bytes, on the disk."""
    path: str
    used_at: float
    """When it was last read, in seconds since 1970, as precisely as the file system tells."""
    is_whole: bool = True
    """Whether it is all there: a download that was stopped is not."""
