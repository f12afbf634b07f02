"""Text that grows at its end, kept as the rows of one width.

Whatever its length, appending costs no more than wrapping the last row and the new text.
"""

from bisect import bisect_right

from tui.page.wrapping import is_plain, wrap


class Flow:
    """Text of any length in rows of one width; only its last row is wrapped again."""

    __slots__ = ("length", "rows", "starts", "width")

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows: list[str] = [""]
        """Slices of the text, newlines included: joined they are the text."""
        self.starts: list[int] = [0]
        """The offset at which each row begins."""
        self.length = 0

    def append(self, text: str) -> None:
        """Add ``text`` at the end."""
        self.length += len(text)
        tail = self.rows[-1] + text
        if len(tail) <= self.width and "\n" not in text and is_plain(tail):
            self.rows[-1] = tail
            return
        start = self.starts[-1]
        del self.rows[-1], self.starts[-1]
        *whole, last = tail.split("\n")
        for paragraph in whole:
            rows = wrap(paragraph, self.width)
            rows[-1] += "\n"
            start = self._add(rows, start)
        self._add(wrap(last, self.width), start)

    def reflow(self, width: int) -> None:
        """Wrap all of it again."""
        text = "".join(self.rows)
        self.width = width
        self.rows, self.starts, self.length = [""], [0], 0
        self.append(text)

    def row_at(self, offset: int) -> int:
        """Return the index of the row that holds the character at ``offset``."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def slice(self, start: int, end: int) -> str:
        """Return the text from ``start`` up to ``end``."""
        start, end = max(0, start), min(end, self.length)
        if start >= end:
            return ""
        first, last = self.row_at(start), self.row_at(end - 1)
        base = self.starts[first]
        return "".join(self.rows[first : last + 1])[start - base : end - base]

    def _add(self, rows: list[str], start: int) -> int:
        self.rows += rows
        for row in rows:
            self.starts.append(start)
            start += len(row)
        return start
