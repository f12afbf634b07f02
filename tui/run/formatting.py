"""Numbers as people read them: money, tokens, times, and the pace of the words."""

from collections.abc import Sequence

from tui.run.records import Usage
from tui.run.state import RunState

PACE_SECONDS = 5
"""Of how many seconds the present pace is the average: one second alone says little."""


def cost_so_far(usage: Usage, limit: float | None = None) -> str | None:
    """Return what a run has cost so far, or None when it costs nothing."""
    if not usage.total_tokens:
        return None
    if usage.cost_usd is None:
        return "cost unknown"
    of_limit = f" of {money(limit)}" if limit is not None else ""
    return f"{money(usage.cost_usd)}{of_limit}" if usage.cost_usd else None


def money(dollars: float) -> str:
    """Return dollars with as many places as it takes to see something."""
    if not dollars:
        return "$0"
    if dollars >= 0.995:
        return f"${dollars:,.2f}"
    return f"${dollars:.4f}" if dollars >= 0.0001 else "under $0.0001"


def short(number: int) -> str:
    """Return a number of at most four digits and a letter: 999, 12.3k, 4.5M."""
    if number < 10_000:
        return f"{number:,}"
    # From here on a thousand thousands would be shown after rounding.
    if number < 999_950:
        return f"{number / 1000:.1f}k"
    return f"{number / 1_000_000:.1f}M"


def tokens(usage: Usage) -> str:
    """Return how many tokens were used, or nothing when none were."""
    if not usage.total_tokens:
        return ""
    return f"{'about ' if usage.estimated else ''}{short(usage.total_tokens)} tokens"


def clock_face(seconds: float) -> str:
    """Return minutes and seconds, as "1:05"; a time that is over is "0:00"."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes}:{rest:02}"


def pace_until(state: RunState, now: float) -> Sequence[int]:
    """Return the words of every second up to now: in a stall the last ones are 0."""
    pace = state.words_by_second
    if state.started_at is None:
        return pace
    seconds = int((state.ended.at if state.ended else now) - state.started_at)
    return [*pace, *[0] * (seconds + 1 - len(pace))]


def words_per_second(state: RunState, now: float) -> float | None:
    """Return the pace of the last whole seconds, or of the whole text after the end.

    None while there is no whole second of text.
    """
    if state.started_at is None or state.first_text_at is None:
        return None
    if state.ended:
        seconds = state.ended.at - state.first_text_at
        return state.words / seconds if seconds >= 1 else None
    begun = int(state.first_text_at - state.started_at)
    whole = pace_until(state, now)[begun:-1][-PACE_SECONDS:]
    return sum(whole) / len(whole) if whole else None


def pace(state: RunState, now: float) -> str:
    """Return ``words_per_second`` as it is shown, or nothing when it is not known."""
    rate = words_per_second(state, now)
    return "" if rate is None else f"{rate:.1f} words/s"
