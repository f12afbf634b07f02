"""Numbers as people read them: money, tokens, and the pace of the words."""

from collections.abc import Sequence

from tui.run.records import Usage
from tui.run.state import RunState

PACE_SECONDS = 5
"""The pace of now is that of so many seconds: a second alone says little."""


def cost_of(usage: Usage, limit: float | None = None) -> str | None:
    """What it has cost so far; None when there is nothing to say, because it costs nothing."""
    if not usage.total_tokens:
        return None
    if usage.cost_usd is None:
        return "cost unknown"
    of_limit = f" of {money(limit)}" if limit is not None else ""
    return f"{money(usage.cost_usd)}{of_limit}" if usage.cost_usd else None


def money(dollars: float) -> str:
    """Dollars with as many places as it takes to see something."""
    if dollars >= 0.995:
        return f"${dollars:,.2f}"
    return f"${dollars:.4f}" if dollars >= 0.0001 else "under $0.0001"


def short(number: int) -> str:
    """A number of at most four digits and a letter: 999, 12.3k, 4.5M."""
    if number < 10_000:
        return f"{number:,}"
    if number < 1_000_000:
        return f"{number / 1000:.1f}k"
    return f"{number / 1_000_000:.1f}M"


def pace_until(state: RunState, now: float) -> Sequence[int]:
    """The words of every second up to now: in a stall the last ones are nothing."""
    pace = state.words_by_second
    if state.started_at is None:
        return pace
    seconds = int((state.ended.at if state.ended else now) - state.started_at)
    return [*pace, *[0] * (seconds + 1 - len(pace))]


def words_per_second(state: RunState, now: float) -> float | None:
    """The pace of the last whole seconds, of the whole text after the end, None before both."""
    if state.started_at is None or state.first_text_at is None:
        return None
    if state.ended:
        seconds = state.ended.at - state.first_text_at
        return state.words / seconds if seconds >= 1 else None
    begun = int(state.first_text_at - state.started_at)
    whole = pace_until(state, now)[begun:-1][-PACE_SECONDS:]
    return sum(whole) / len(whole) if whole else None
