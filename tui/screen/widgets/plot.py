"""Words per second over the time of a run, as rows of blocks with a mark in them."""

from collections.abc import Sequence

from textual.content import Content

from tui.run.formatting import clock_face

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_SHORT_SECONDS = 0.4
"""A last second shorter than this says nothing about the pace."""
_SMALLEST_WIDTH = 16
BARS, AXIS, MARK = "$text-primary", "$foreground-muted", "$text-warning bold"


def plot(
    pace: Sequence[int],
    seconds: float,
    width: int,
    rows: int,
    mark: tuple[float, str] | None = None,
) -> list[Content]:
    """Return a plot of ``width`` cells and ``rows`` rows of blocks, and its two rows of axis.

    ``seconds`` is how long it all took. ``mark`` is an instant, in seconds from the start, and
    what happened then. Nothing is returned when there is no pace to show, or no room.
    """
    if not any(pace) or seconds <= 0 or width < _SMALLEST_WIDTH or rows < 1:
        return []
    rates = _rates(pace, seconds)
    top = max(rates)
    label = f"{top:.0f}"
    room = width - len(label) - 1
    values = columns(rates, seconds, room)
    at = min(room - 1, int(mark[0] / seconds * room)) if mark else None
    lines: list[Content] = []
    for number, row in enumerate(blocks(values, top, rows)):
        edge = f"{label}┤" if number == 0 else " " * len(label) + "│"
        lines.append(_row(edge, row, at))
    foot = "─" * room if at is None else "─" * at + "┸" + "─" * (room - at - 1)
    lines.append(Content.styled("0".rjust(len(label)) + "└" + foot, AXIS))
    lines.append(_times(seconds, room, at, mark[1] if mark else "", len(label) + 1))
    return lines


def columns(rates: Sequence[float], seconds: float, width: int) -> list[float]:
    """Return the rate of each of ``width`` equal stretches of time."""
    values: list[float] = []
    for column in range(width):
        first = int(column * seconds / width)
        last = max(first + 1, int((column + 1) * seconds / width))
        stretch = rates[first:last]
        values.append(sum(stretch) / len(stretch) if stretch else 0.0)
    return values


def blocks(values: Sequence[float], top: float, rows: int) -> list[str]:
    """Return the values as bars, from the top row down; only zero is blank."""
    eighths = [
        max(1, round(8 * rows * min(value, top) / top)) if value > 0 and top > 0 else 0
        for value in values
    ]
    return [
        "".join(_EIGHTHS[min(8, max(0, each - 8 * below))] for each in eighths)
        for below in reversed(range(rows))
    ]


def _rates(pace: Sequence[int], seconds: float) -> list[float]:
    """The words per second in each second; the last one is seldom a whole one."""
    rates: list[float] = [float(words) for words in pace]
    whole = int(seconds)
    if len(rates) == whole + 1:
        part = seconds - whole
        if part >= _SHORT_SECONDS:
            rates[-1] /= part
        elif whole:
            rates[-1] = rates[-2]
    return rates


def _row(edge: str, row: str, at: int | None) -> Content:
    if at is None:
        return Content.assemble((edge, AXIS), (row, BARS))
    return Content.assemble((edge, AXIS), (row[:at], BARS), ("┃", MARK), (row[at + 1 :], BARS))


def _times(seconds: float, room: int, at: int | None, what: str, indent: int) -> Content:
    end = clock_face(seconds)
    if at is None:
        return Content.styled(" " * indent + "0:00" + end.rjust(room - 4), AXIS)
    what = what[: room - 6]
    start = min(max(5, at - len(what) // 2), room - len(what))
    line = Content.assemble((" " * indent + "0:00".ljust(start), AXIS), (what, MARK))
    rest = room - start - len(what)
    return line + Content.styled(end.rjust(rest), AXIS) if rest > len(end) + 1 else line
