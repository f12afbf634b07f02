"""An app with nothing but the pane, and text of every kind."""

from collections.abc import Callable
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui.screen.widgets.story_log import StoryLog

settings.register_profile(
    "story_log", max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("story_log")

SIZE = (60, 20)
SENTENCE = "The dragon who learned to code sat on a very small chair. "


class Host(App[None]):
    """Shows one story."""

    CSS = "StoryLog { height: 1fr; }"

    def __init__(self, max_text_width: int | None = None) -> None:
        super().__init__()
        self.log_pane = StoryLog(max_text_width=max_text_width)

    def compose(self) -> ComposeResult:
        yield self.log_pane

    def on_mount(self) -> None:
        self.log_pane.focus()


async def wait_until(pilot: Pilot[None], condition: Callable[[], bool], turns: int = 200) -> None:
    """Let the app run until the condition holds, a bounded number of turns."""
    for _ in range(turns):
        if condition():
            return
        await pilot.pause(0.005)
    raise AssertionError("what was waited for did not happen")


async def written(pilot: Pilot[None], log: StoryLog) -> None:
    """Have everything that was appended on the screen."""
    await pilot.pause()
    log.settle()
    await pilot.pause()


def shown_rows(log: StoryLog) -> list[str]:
    """Return what a reader sees, row by row, without the blanks at the ends."""
    return [strip.text.rstrip() for strip in log.render_lines(log.outer_size.region)]


def numbered(count: int, first: int = 0) -> str:
    """Return paragraphs that can be told apart, each one row."""
    return "".join(f"paragraph {number}\n" for number in range(first, first + count))


GRAPHEMES = (
    *"abc WXYZ,.-“”é—",
    " ",
    "\n",
    "字",
    "。",
    "「",
    "한",
    "カ",
    "e\u0301",
    "👩‍👩‍👧",
    "👍🏽",
    "🇩🇪",
    "1️⃣",
    "❤️",
    "🏳️‍🌈",
    "Й",
    "\u3000",
)
"""Whole characters as readers know them, on whose width all measures agree."""

ODDITIES = (
    *GRAPHEMES,
    "\t",
    "\u200d",
    "\ufe0f",
    "\u0301",
    "🇩",
    "🏽",
    "\u200b",
    "\xa0",
    "\xad",
    "\x1b",
    "\x00",
    "\ud800",
    "\u202e",
    "\u2028",
    "\r",
)
"""Everything that may come, broken sequences and what no terminal should see as well."""

stories = st.lists(st.sampled_from(GRAPHEMES), max_size=80).map("".join)
odd_texts = st.one_of(
    st.lists(st.sampled_from(ODDITIES), max_size=60).map("".join), st.text(max_size=60)
)
widths = st.integers(min_value=1, max_value=24)


@st.composite
def deltas(draw: st.DrawFn, texts: st.SearchStrategy[str] = odd_texts) -> list[str]:
    """Return a text cut into pieces anywhere, in the middle of an emoji too."""
    text = draw(texts)
    cuts = draw(st.lists(st.integers(0, len(text)), max_size=12))
    edges = [0, *sorted(cuts), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]
