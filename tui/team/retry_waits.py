"""Whether a refused request is asked again, and when."""

import email.utils
import math
import time
from collections.abc import Mapping

LONGEST_SECONDS = 120.0
"""A server that wants more is not waited for: the run says so instead."""

_FIRST_SECONDS = 0.5
_MOST_SECONDS = 8.0
_PASSING = (408, 409, 429)
_LASTING = ("insufficient_quota", "insufficient_balance", "billing", "quota_exceeded")


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to wait, or None when it says nothing sensible."""
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / divisor
        except ValueError:
            continue
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    try:
        date = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
        seconds = date.timestamp() - time.time()
    except (TypeError, ValueError, OverflowError, OSError, IndexError):
        return None
    return max(0.0, seconds)


def wait_before_retry(
    status: int, headers: Mapping[str, str], code: str, attempt: int
) -> float | None:
    """Return the seconds to wait before it is asked again; None when that would be in vain.

    ``attempt`` is the number of times that it was asked before this one.
    """
    advice = headers.get("x-should-retry")
    is_passing = status in _PASSING or status >= 500
    if code in _LASTING or advice == "false" or not (is_passing or advice == "true"):
        return None
    asked = asked_wait(headers)
    if asked is None or asked == 0:
        return float(min(_FIRST_SECONDS * 2**attempt, _MOST_SECONDS))
    return asked if asked <= LONGEST_SECONDS else None
