"""Characters that a server has cut in half: the two halves of a pair in two deltas."""

import re

_HALF = re.compile("[\ud800-\udfff]")


def joined(text: str) -> str:
    """Return a text with its halves joined; a half alone becomes the sign for what is lost."""
    if text.isascii() or not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def split_open_half(text: str) -> tuple[str, str]:
    """Return a text without the first half of a pair at its end, and that half."""
    is_open = bool(text) and "\ud800" <= text[-1] <= "\udbff"
    return (text[:-1], text[-1]) if is_open else (text, "")
