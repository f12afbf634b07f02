"""The results panel: the status summary of an ended run."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.parts import Contributor
from tui.summary import Summary
from tui.widgets.look import OUTCOMES, REASONS, bar

_LABEL_WIDTH = 18
_VALUE_WIDTH = 29
_SHARE_BAR_WIDTH = 12


class ResultsPanel(VerticalScroll):
    """Hidden until ``show`` is given a summary."""

    BORDER_TITLE = "Results"
    ALLOW_MAXIMIZE = False

    def compose(self) -> ComposeResult:
        """One block of text: the panel only scrolls it."""
        yield Static(id="summary", markup=False)

    def show(self, summary: Summary) -> None:
        """Show the panel with this summary."""
        self.add_class("-shown")
        width = self.screen.size.width - 6
        self.query_one("#summary", Static).update(describe(summary, width))
        self.scroll_home(animate=False)

    def hide(self) -> None:
        """Hide the panel."""
        self.remove_class("-shown")


def describe(summary: Summary, width: int) -> Content:
    """Return the whole summary as text for a panel of ``width`` cells."""
    facts = list(_facts(summary))
    run_id = _fact("Run ID", summary.run_id)
    return Content("\n").join([*_headline(summary), *_columns(facts, width), run_id])


def _headline(summary: Summary) -> Iterator[Content]:
    look = OUTCOMES[summary.outcome]
    why = ""
    if summary.was_cancelled and summary.reason:
        why = f"  because {REASONS[summary.reason]}"
    yield Content.assemble((f"{look.glyph} {look.word}", look.style), why)
    if summary.error:
        yield Content.styled(summary.error, "$text-error")
    for note in summary.notes:
        yield Content.styled(note, "$text-warning")
    if summary.verdict:
        yield Content.styled(summary.verdict, look.style)
    if summary.preview.strip():
        yield Content.styled(" ".join(summary.preview.split()), "italic $foreground-muted")
    yield Content("")


def _facts(summary: Summary) -> Iterator[tuple[str, str]]:
    yield "Was cancelled", "yes" if summary.was_cancelled else "no"
    if summary.cancel_seconds is not None:
        asked = summary.cancelled_after_seconds
        after = f" (asked after {asked:.1f} s)" if asked is not None else ""
        yield "Cancel to end", f"{summary.cancel_seconds * 1000:.0f} ms{after}"
    yield "Words", _words(summary)
    yield "Elapsed", f"{summary.elapsed_seconds:.1f} s"
    if summary.first_text_seconds is not None:
        yield "First text", f"{summary.first_text_seconds:.2f} s"
    usage = summary.usage
    estimated = " (estimated)" if usage.estimated else ""
    yield "Tokens", f"{usage.input_tokens:,} in, {usage.output_tokens:,} out{estimated}"
    if summary.tokens_per_second is not None:
        yield "Tokens/s", f"{summary.tokens_per_second:.1f}"
    yield "Model", summary.model
    for contributor in summary.contributors:
        yield contributor.name[: _LABEL_WIDTH - 1], _share(contributor, summary.words)


def _words(summary: Summary) -> str:
    if summary.was_cancelled or summary.story_words == summary.words:
        return f"{summary.words:,}"
    return f"{summary.story_words:,} in the story, {summary.words:,} written"


def _share(contributor: Contributor, words: int) -> str:
    share = contributor.words / words if words else 0.0
    return f"{bar(share, _SHARE_BAR_WIDTH)} {share:4.0%} {contributor.words:,} words"


def _columns(facts: list[tuple[str, str]], width: int) -> Iterator[Content]:
    """Lay the facts out downwards, in two columns where there is room for them."""
    cell_width = _LABEL_WIDTH + _VALUE_WIDTH
    half = -(-len(facts) // 2) if width >= 2 * cell_width else len(facts)
    for index in range(half):
        line = Content("")
        for label, value in facts[index::half]:
            cell = _fact(label, value)
            line += cell.pad_right(max(2, cell_width - cell.cell_length))
        yield line.rstrip()


def _fact(label: str, value: str) -> Content:
    return Content.assemble((label.ljust(_LABEL_WIDTH), "$foreground-muted"), value)
