"""What hostile text is made of, and what of it a terminal would obey."""

import re

from hypothesis import strategies as st

OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2061-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
CUTS = st.lists(st.integers(1, 7), min_size=1, max_size=6)


def cut(text: str, lengths: list[int]) -> list[str]:
    """Cut a text into pieces of these lengths, again and again."""
    pieces: list[str] = []
    start = 0
    while start < len(text):
        length = lengths[len(pieces) % len(lengths)]
        pieces.append(text[start : start + length])
        start += length
    return pieces
