"""The team: the leader and the members, and what each of them does."""

from collections import Counter
from collections.abc import Sequence

from textual.content import Content

from tui.run.formatting import clock_face, short
from tui.run.records import Activity, Contributor
from tui.run.state import RunState
from tui.screen.widgets.activity import current_activity, short_name
from tui.screen.widgets.panel import Panel, spread, title
from tui.screen.widgets.speaker_colors import SPEAKER_COLORS, color_numbers
from tui.screen.widgets.status_style import ACTIVITIES
from tui.text.untrusted import clean_line

LONG_SECONDS = 5.0
"""Longer waits are shown with a clock."""
_NAME_WIDTH = 40
_MUTED = "$foreground-muted"
_FIRST_TO_SHOW = (
    Activity.STOPPING,
    Activity.WRITING,
    Activity.PAUSED,
    Activity.THINKING,
    Activity.FAILED,
    Activity.CUT,
    Activity.CANCELLED,
    Activity.STOPPED,
    Activity.DONE,
    Activity.IDLE,
)


class TeamPane(Panel):
    """Two rows for each contributor, one where there is less room, or one row for all."""

    def describe(self, state: RunState, now: float, width: int, height: int) -> list[Content]:
        """Return the rows of the team, and how many members are left out."""
        team = list(state.contributors.values())
        if height == 1:
            return [strip(state, width)]
        at_work = sum(each.is_at_work for each in team)
        head = title("team", f"{at_work} at work" if at_work and not state.ended else "", width)
        if not team:
            return [head, Content.styled("○ on its way", _MUTED)]
        colors = color_numbers(team)
        rows_each = 2 if height > 2 * len(team) else 1
        room = (height - 1) // rows_each
        shown = most_telling(team, room if len(team) <= room else max(0, height - 2) // rows_each)
        rows = [head]
        for each in shown:
            member = _two_rows if rows_each == 2 else _one_row
            rows += member(state, each, SPEAKER_COLORS[colors[each.name]], now, width)
        if hidden := [each for each in team if each not in shown]:
            rows.append(_more(hidden, width))
        return rows


def most_telling(team: Sequence[Contributor], count: int) -> list[Contributor]:
    """Return the ``count`` contributors that matter most now, in their order."""
    ranked = sorted(team, key=lambda each: _FIRST_TO_SHOW.index(each.activity))
    chosen = {id(each) for each in ranked[:count]}
    return [each for each in team if id(each) in chosen]


def strip(state: RunState, width: int) -> Content:
    """Return the team in one row: by name if that fits, else counted by what they do."""
    team = list(state.contributors.values())
    if not team:
        return Content.styled("○ on its way", _MUTED)
    members = [each for each in team if not each.is_leader]
    for shown, says_word in ((team, True), (members, True), (team, False), (members, False)):
        row = Content("  ").join(_short(state, each, says_word) for each in shown)
        if shown and row.cell_length <= width:
            return row
    return _counted(members or team, width)


def _short(state: RunState, each: Contributor, says_word: bool) -> Content:
    status = current_activity(state, each).status
    word = f" {status.word.partition(' for ')[0]}" if says_word else ""
    return Content.styled(f"{status.glyph} {short_name(each)}{word}", status.style)


def _two_rows(
    state: RunState, each: Contributor, color: str, now: float, width: int
) -> list[Content]:
    status, since = current_activity(state, each)
    name = Content.assemble(
        (f"{status.glyph} ", status.style), (clean_line(each.name, _NAME_WIDTH), f"{color} bold")
    )
    tokens = f"{short(each.output_tokens)} tokens" if each.output_tokens else ""
    role = "leader" if each.is_leader and not each.words else f"{short(each.words)} words"
    what = Content.assemble("  ", (_what(state, each, status.word), status.style))
    clock = _clock(state, since, now)
    if what.cell_length + clock.cell_length + len(tokens) >= width:
        tokens = ""
    what = what.truncate(width - clock.cell_length, ellipsis=True) + clock
    return [
        spread(name, Content.styled(role, _MUTED), width),
        spread(what, Content.styled(tokens, _MUTED), width),
    ]


def _one_row(
    state: RunState, each: Contributor, color: str, now: float, width: int
) -> list[Content]:
    status, since = current_activity(state, each)
    words = Content.styled(f" {short(each.words):>6}", _MUTED)
    what = Content.styled(status.word.partition(" for ")[0], status.style) + _clock(
        state, since, now
    )
    name = Content.styled(clean_line(each.name, _NAME_WIDTH), f"{color} bold")
    room = width - 2 - 1 - what.cell_length - words.cell_length
    name = name.truncate(max(4, room), ellipsis=True)
    head = Content.styled(f"{status.glyph} ", status.style) + name
    return [spread(head, what + words, width)]


def _what(state: RunState, each: Contributor, word: str) -> str:
    if each.error and each.activity is Activity.FAILED:
        return f"{word}: {clean_line(each.error, 80)}"
    return word


def _clock(state: RunState, since: float | None, now: float) -> Content:
    if since is None or state.ended or now - since < LONG_SECONDS:
        return Content("")
    return Content.styled(f" {clock_face(now - since)}", _MUTED)


def _more(hidden: Sequence[Contributor], width: int) -> Content:
    more = Content.styled(f"+{len(hidden)} more  ", _MUTED)
    return more + _counted(hidden, width - more.cell_length)


def _counted(team: Sequence[Contributor], width: int) -> Content:
    """Count the team by what it does: in words, else by signs; the rest is only a number."""
    for in_words in (True, False):
        if row := _count(team, width, in_words=in_words):
            return row
    return Content.styled(f"+{len(team)}", _MUTED)


def _count(team: Sequence[Contributor], width: int, *, in_words: bool) -> Content:
    counts = Counter(each.activity for each in team)
    row, left = Content(""), len(team)
    for activity in _FIRST_TO_SHOW:
        if not counts[activity]:
            continue
        status = ACTIVITIES[activity]
        word = f" {status.word}" if in_words else ""
        part = Content.styled(f"{status.glyph} {counts[activity]}{word}  ", status.style)
        rest = left - counts[activity]
        if row.cell_length + part.cell_length + (3 if rest else -2) > width:
            return row + Content.styled(f"+{left}", _MUTED) if row else row
        row, left = row + part, rest
    return row.rstrip()
