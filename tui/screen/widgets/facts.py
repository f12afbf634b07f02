"""The facts of an ended run, for the results panel."""

from collections.abc import Iterator

from textual.content import Content

from tui.run.formatting import money
from tui.run.summary import Summary
from tui.text.untrusted import clean_line

LABEL_WIDTH = 15


def facts(summary: Summary, width: int) -> list[Content]:
    """Return a row for each fact: its name and its value, in ``width`` cells."""
    return [_row(label, value, width) for label, value in _facts(summary) if value]


def in_short(summary: Summary) -> str:
    """Return words, time, time to stop and cost in one line."""
    parts = [f"{summary.words:,} words", f"{summary.elapsed_seconds:.1f} s"]
    if summary.was_cancelled and summary.cancel_seconds is not None:
        parts.append(f"stopped in {_short_time(summary.cancel_seconds)}")
    if summary.cost_usd:
        parts.append(money(summary.cost_usd))
    return " · ".join(parts)


def _facts(summary: Summary) -> Iterator[tuple[str, str]]:
    yield "Run ID", summary.run_id
    yield "Was cancelled", "yes" if summary.was_cancelled else "no"
    yield "Cancel to end", _cancel(summary)
    yield "Words", _words(summary)
    yield "Elapsed", f"{summary.elapsed_seconds:.1f} s"
    if summary.first_text_seconds is not None:
        yield "First text", f"after {summary.first_text_seconds:.2f} s"
    usage = summary.usage
    estimated = " (estimated)" if usage.estimated else ""
    yield "Tokens", f"{usage.input_tokens:,} in, {usage.output_tokens:,} out{estimated}"
    if summary.tokens_per_second is not None:
        yield "Tokens/s", f"{summary.tokens_per_second:.1f}"
    yield "Cost", _cost(summary)
    yield "Model", summary.model
    if summary.story_id:
        yield "Saved as", f"story {summary.story_id}"


def _cancel(summary: Summary) -> str:
    if summary.cancel_seconds is None:
        return ""
    asked = summary.cancelled_after_seconds
    after = f", asked at {asked:.1f} s" if asked is not None else ""
    return f"{_short_time(summary.cancel_seconds)}{after}"


def _short_time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _words(summary: Summary) -> str:
    if summary.was_cancelled or summary.story_words == summary.words:
        return f"{summary.words:,}"
    return f"{summary.story_words:,} in the story, {summary.words:,} written"


def _cost(summary: Summary) -> str:
    if not summary.usage.total_tokens:
        return ""
    if summary.cost_usd is None:
        return "unknown: this model has no known price"
    return money(summary.cost_usd) if summary.cost_usd else "nothing"


def _row(label: str, value: str, width: int) -> Content:
    row = Content.assemble((label.ljust(LABEL_WIDTH), "$foreground-muted"), clean_line(value))
    return row.truncate(width, ellipsis=True)
