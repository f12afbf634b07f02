"""What a server counted, as whole numbers under OpenAI's names, whatever it sent."""

import math
from collections.abc import Mapping
from typing import Any

_DETAILS = (
    "prompt_tokens_details",
    "completion_tokens_details",
    "input_tokens_details",
    "output_tokens_details",
)
_MOST = 10**12


def usage_in(usage: Any) -> dict[str, Any] | None:
    """Return a usage of Chat Completions, or None when nothing was counted."""
    return _figures(
        usage, ("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")
    )


def response_usage_in(usage: Any) -> dict[str, Any] | None:
    """Return a usage of the Responses API, or None when nothing was counted."""
    return _figures(
        usage, ("input_tokens", "prompt_tokens"), ("output_tokens", "completion_tokens")
    )


def _figures(usage: Any, *names: tuple[str, str]) -> dict[str, Any] | None:
    if not isinstance(usage, Mapping):
        return None
    found = {
        ours: next((n for key in (ours, theirs) if (n := _whole(usage.get(key))) is not None), 0)
        for ours, theirs in names
    }
    if not any(key in usage for pair in names for key in pair):
        return None
    details = {
        key: {name: number for name, value in usage[key].items() if (number := _whole(value))}
        for key in _DETAILS
        if isinstance(usage.get(key), Mapping)
    }
    for key in ("input_tokens_details", "output_tokens_details"):
        if "input_tokens" in found:
            details.setdefault(key, {})
    if "input_tokens" in found:
        details["input_tokens_details"].setdefault("cached_tokens", 0)
        details["output_tokens_details"].setdefault("reasoning_tokens", 0)
    cost = usage.get("cost")
    figures = {**found, "total_tokens": sum(found.values()), **details}
    return {**figures, "cost": cost} if isinstance(cost, int | float) else figures


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        value = float(value[:20])
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if 0 <= value <= _MOST else None
