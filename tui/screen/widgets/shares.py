"""Who wrote how much of it: a bar for each, in the colour of the speaker's name in the story."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from tui.run.formatting import short
from tui.run.records import Contributor
from tui.screen.widgets.speaker_colors import SPEAKER_COLORS, color_numbers
from tui.screen.widgets.status_style import ACTIVITIES
from tui.text.untrusted import clean_line

_LONGEST_NAME = 22
_ROOMY = 46
"""From this width on the unit is written."""
_LONGEST_BAR, _SHORTEST_BAR = 30, 5
_MUTED = "$foreground-muted"


def shares(contributors: Sequence[Contributor], words: int, width: int) -> list[Content]:
    """Return a row for each contributor: how it ended, its name, its share, its words."""
    names = [clean_line(each.name, _LONGEST_NAME) for each in contributors]
    unit = " words" if width >= _ROOMY else ""
    counts = [f"{short(each.words)}{unit}" for each in contributors]
    name_width = min(max(map(cell_len, names), default=0), max(8, width * 45 // 100))
    count_width = max(map(len, counts), default=0)
    room = min(_LONGEST_BAR, width - 2 - name_width - 1 - 6 - count_width - 1)
    colors = color_numbers(contributors)
    return [
        _row(
            each,
            name,
            count.rjust(count_width),
            words,
            name_width,
            room,
            SPEAKER_COLORS[colors[each.name]],
        )
        for each, name, count in zip(contributors, names, counts, strict=True)
    ]


def share_bar(share: float, width: int) -> tuple[str, str]:
    """Return the full part of a bar, to half a cell, and the empty one."""
    halves = round(min(max(share, 0.0), 1.0) * width * 2)
    if share > 0:
        halves = max(1, halves)
    full = "━" * (halves // 2) + ("╸" if halves % 2 else "")
    return full, "─" * (width - len(full))


def _row(
    each: Contributor, name: str, count: str, words: int, name_width: int, room: int, color: str
) -> Content:
    status = ACTIVITIES[each.activity]
    share = each.words / words if words else 0.0
    shown = Content.styled(name, f"{color} bold").truncate(name_width, ellipsis=True, pad=True)
    head = Content.styled(f"{status.glyph} ", status.style) + shown + " "
    tail = Content.assemble(f"{share:4.0%} ", (f" {count}", _MUTED))
    if room < _SHORTEST_BAR:
        return head + tail
    full, empty = share_bar(share, room)
    return head + Content.assemble((full, color), (empty, _MUTED), " ") + tail
