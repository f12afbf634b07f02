"""Waiting for a condition, bounded, without sleeping."""

import asyncio
import threading
import time
from collections.abc import Callable

STEP_SECONDS = 0.005


def wait_until(is_so: Callable[[], object], timeout: float = 30.0, what: str = "") -> None:
    """Return as soon as the condition holds.

    Raises:
        TimeoutError: it did not hold in time.
    """
    pause = threading.Event()
    give_up_at = time.monotonic() + timeout
    while not is_so():
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"waited {timeout} s in vain {what}")
        pause.wait(STEP_SECONDS)


async def until(is_so: Callable[[], object], timeout: float = 30.0) -> None:
    """The same for tests whose loop must go on meanwhile."""
    await asyncio.to_thread(wait_until, is_so, timeout)
