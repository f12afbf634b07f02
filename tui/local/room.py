"""Whether a model fits: on the disk before it is fetched, and in the memory."""

import shutil
from enum import Enum
from pathlib import Path

from tui.local.gguf import WeightsError
from tui.system.memory import Memory, memory
from tui.text.sizes import size_text

_SPARE_DISK_BYTES = 200_000_000
_ENGINE_BYTES = 300_000_000
"""What the engine takes besides the weights, with a small context."""


class Fit(Enum):
    """How a model gets on with the memory of this machine."""

    GOOD = "fits"
    TIGHT = "tight now"
    """There is enough, but other programs have it."""
    TOO_BIG = "too big"


def memory_needed(model_bytes: int) -> int:
    """Return how much memory the engine takes with a model of this size, in bytes."""
    return model_bytes + model_bytes // 20 + _ENGINE_BYTES


def fit(model_bytes: int, there: Memory) -> Fit:
    """Return whether the engine can run a model of this size."""
    needed = memory_needed(model_bytes)
    if needed > there.total:
        return Fit.TOO_BIG
    return Fit.GOOD if needed <= there.available else Fit.TIGHT


def check_memory(model: str, model_bytes: int) -> None:
    """Refuse a model that this machine can never hold.

    Raises:
        WeightsError: with the numbers.
    """
    there = memory()
    if fit(model_bytes, there) is Fit.TOO_BIG:
        raise WeightsError(
            f"{model} needs {size_text(memory_needed(model_bytes))} of memory, and this machine "
            f"has {size_text(there.total)}: choose a smaller model, or a smaller quantisation."
        )


def check_disk(model: str, missing_bytes: int, folder: Path) -> None:
    """Refuse to fetch what the disk has no room for.

    Raises:
        WeightsError: with the numbers.
    """
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free
    if missing_bytes + _SPARE_DISK_BYTES > free:
        raise WeightsError(
            f"{size_text(missing_bytes)} of {model} are still to be fetched, and {folder} has "
            f"{size_text(free)} free: make room, or set HF_HOME to a folder with more."
        )
