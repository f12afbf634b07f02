"""The pace: words in each second, and the words, tokens and cost so far."""

from collections.abc import Sequence

from textual.content import Content

from tui.run.formatting import cost_so_far, pace, pace_until, tokens, words_per_second
from tui.run.state import RunState
from tui.screen.widgets.panel import Panel, spread, title

FULL_BLOCK = 5.0
"""Words in a second that fill a block at least: a slow run should not look fast."""
_MUTED, _LINE = "$foreground-muted", "$text-primary"
_SHORTEST_LINE = 6
_BLOCKS = "▁▂▃▄▅▆▇█"


class Pace(Panel):
    """A sparkline with the totals, or as much of it as fits in one row."""

    def describe(self, state: RunState, now: float, width: int, height: int) -> list[Content]:
        """Return the pace and the totals."""
        if height == 1:
            return [_one_row(state, now, width)]
        rate = pace(state, now)
        head = title("pace", f"{rate} on average" if rate and state.ended else rate, width)
        used = tokens(state.usage)
        cost = cost_so_far(state.usage, state.limits.cost_usd) or ""
        words = Content.styled(_words(state), "bold")
        line = _line(state, now, width)
        if height == 2:
            return [spread(words, Content.styled(cost or used, _MUTED), width), line]
        rows = [head, line, spread(words, Content.styled(used, _MUTED), width)]
        return [*rows, Content.styled(cost, _MUTED)] if cost else rows


def _words(state: RunState) -> str:
    limit = state.limits.words
    if limit is None or state.ended:
        return f"{state.words:,} words"
    return f"{state.words:,} of {limit:,} words"


def _one_row(state: RunState, now: float, width: int) -> Content:
    words = Content.styled(f"{state.words:,} words", "bold")
    rate = words_per_second(state, now)
    per_second = Content.styled(f"{rate:.0f}/s " if rate is not None else "", _MUTED)
    room = width - words.cell_length - per_second.cell_length - 1
    if room < _SHORTEST_LINE:
        return Content(" " * (width - words.cell_length)) + words
    row = _line(state, now, room) + " " + per_second + words
    return Content(" " * (width - row.cell_length)) + row


def _line(state: RunState, now: float, width: int) -> Content:
    style = _LINE if state.words else _MUTED
    return Content.styled(sparkline(pace_until(state, now), width, FULL_BLOCK), style)


def sparkline(values: Sequence[float], width: int, top: float = 0.0) -> str:
    """Return the last ``width`` values as blocks; ``top`` is what a full block means at least.

    Only zero is the lowest block, so that a stall can be told from a slow second.
    """
    shown = values[-width:] if width > 0 else ()
    top = max(top, max(shown, default=0.0))
    return "".join(_block(value / top if top else 0.0) for value in shown)


def _block(share: float) -> str:
    if share <= 0:
        return _BLOCKS[0]
    return _BLOCKS[1 + round(min(share, 1.0) * (len(_BLOCKS) - 2))]
