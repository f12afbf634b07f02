"""Text of every kind for the pane, as hypothesis draws it."""

from itertools import pairwise

from hypothesis import strategies as st

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
