"""The results panel: how the run ended, in words and pictures."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.run.events import Outcome
from tui.run.formatting import clock_face
from tui.run.reasons import REASONS
from tui.run.summary import Summary
from tui.screen.widgets.facts import facts, in_short
from tui.screen.widgets.plot import plot
from tui.screen.widgets.shares import shares
from tui.screen.widgets.status_style import OUTCOMES
from tui.text.untrusted import clean_line

_WIDE, _MEDIUM = 100, 70
"""From these widths on there are two columns: for all of it, and for the pictures only."""
_GAP = 4
_LOW, _HIGH = 30, 50
"""Screens of fewer rows have a lower plot, and of more a higher one."""
_LOW_PLOT, _PLOT, _HIGH_PLOT = 3, 5, 8
_MUTED = "$foreground-muted"


class ResultsPanel(VerticalScroll):
    """Hidden until ``show`` is given a summary."""

    BORDER_TITLE = "Results"
    ALLOW_MAXIMIZE = False

    _summary: Summary | None = None
    _described_for: tuple[Summary, int, int] | None = None

    def compose(self) -> ComposeResult:
        """One block of text: the panel only scrolls it."""
        yield Static(id="summary", markup=False)

    def show(self, summary: Summary) -> None:
        """Show the panel with this summary."""
        self._summary = summary
        self.set_class(is_early_error(summary), "-early")
        self.set_class(summary.outcome is Outcome.ERROR, "-error")
        self.add_class("-shown")
        self.fit()
        self.scroll_home(animate=False)

    def hide(self) -> None:
        """Hide the panel."""
        self.remove_class("-shown")

    def fit(self) -> None:
        """Lay the results out for the screen as it is now."""
        if self._summary is None:
            return
        width, height = self.screen.size
        # The border, the padding and the scrollbar; the panel may not have its size yet.
        room = (min(width, EARLY_WIDTH) if self.has_class("-early") else width) - 6
        plot_rows = _LOW_PLOT if height < _LOW else _PLOT if height < _HIGH else _HIGH_PLOT
        described_for = (self._summary, room, plot_rows)
        if described_for != self._described_for:
            self._described_for = described_for
            self.query_one("#summary", Static).update(describe(*described_for))


EARLY_WIDTH = 80
"""How wide the panel is when there is nothing but an error to show."""


def is_early_error(summary: Summary) -> bool:
    """Whether it failed before there was any text: then there is no story to leave room for."""
    return summary.outcome is Outcome.ERROR and not summary.words


def describe(summary: Summary, width: int, plot_rows: int = _PLOT) -> Content:
    """Return the whole summary as text for a panel of ``width`` cells."""
    if is_early_error(summary):
        rows = list(_early(summary, width, [] if plot_rows <= _LOW_PLOT else [Content("")]))
    elif width >= _WIDE:
        rows = _in_two_columns(summary, width, plot_rows)
    else:
        rows = _in_one_column(summary, width, plot_rows)
    return Content("\n").join(rows)


def _in_two_columns(summary: Summary, width: int, plot_rows: int) -> list[Content]:
    half = (width - _GAP) // 2
    left = [*_headline(summary, half), Content(""), *facts(summary, half)]
    gap = [Content("")] if plot_rows > _LOW_PLOT else []
    right = [*_shares(summary, half), *gap, *_plot(summary, half, plot_rows)]
    return [*_beside(left, right, half), *_preview(summary, width)]


def _in_one_column(summary: Summary, width: int, plot_rows: int) -> list[Content]:
    rows = [*_headline(summary, width), Content.styled(in_short(summary), "bold")]
    if width >= _MEDIUM:
        half = width * 55 // 100
        picture = _plot(summary, width - half - _GAP, plot_rows)
        rows += _beside(_shares(summary, half), picture, half)
        return [*rows, Content(""), *facts(summary, width), *_preview(summary, width)]
    rows += _shares(summary, width)
    picture = _plot(summary, width, plot_rows)
    return [*rows, *picture, *facts(summary, width), *_preview(summary, width)]


def _early(summary: Summary, width: int, gap: list[Content]) -> Iterator[Content]:
    yield from gap
    yield from _headline(summary, width)
    yield from gap
    yield _what_now("r tries again · n writes another · q leaves", width)
    yield from gap
    yield from facts(summary, width)


def _what_now(advice: str, width: int) -> Content:
    question = "What now?  "
    return Content.styled(question + advice if width > len(question + advice) else advice, _MUTED)


def _headline(summary: Summary, width: int) -> Iterator[Content]:
    status = OUTCOMES[summary.outcome]
    why = ""
    if summary.was_cancelled and summary.reason:
        why = f"  because {REASONS[summary.reason].because}"
    elif summary.outcome is not Outcome.COMPLETED and not summary.words:
        why = "  before any text came"
    yield Content.assemble((f"{status.glyph} {status.word}", status.style), why)
    if summary.error:
        style = "$text-error" if summary.outcome is Outcome.ERROR else "$text-warning"
        yield from _wrapped(summary.error, style, width)
        if summary.words:
            yield _what_now("Enter goes on from here · r begins again", width)
    for note in summary.notes:
        yield from _wrapped(f"! {note}", "$text-warning", width)
    if summary.verdict:
        style = status.style if summary.was_cancelled else "$text-warning bold"
        yield Content.styled(summary.verdict, style)


def _wrapped(text: str, style: str, width: int) -> list[Content]:
    return Content.styled(clean_line(text, 1000), style).wrap(max(1, width))


def _shares(summary: Summary, width: int) -> list[Content]:
    return shares(summary.contributors, summary.words, width) if summary.words else []


def _plot(summary: Summary, width: int, rows: int) -> list[Content]:
    mark = None
    asked = summary.cancelled_after_seconds
    if asked is not None and summary.reason:
        mark = (asked, f"{REASONS[summary.reason].asked_by} at {clock_face(asked)}")
    picture = plot(summary.pace, summary.elapsed_seconds, width, rows, mark)
    head = [Content.styled("words in each second", _MUTED)] if rows > _LOW_PLOT else []
    return [*head, *picture] if picture else []


def _preview(summary: Summary, width: int) -> list[Content]:
    text = clean_line(summary.preview)
    if not text:
        return []
    return [Content(""), *Content.styled(f"“{text}”", f"italic {_MUTED}").wrap(width)]


def _beside(left: Iterable[Content], right: Iterable[Content], width: int) -> list[Content]:
    """Put two columns of rows beside each other."""
    blank = Content("")
    return [
        one + Content(" " * (width + _GAP - one.cell_length)) + other if other else one
        for one, other in zip_longest(left, right, fillvalue=blank)
    ]
