"""One speaker's text in one turn, as rows."""

from tui.page.flow import Flow


class Section:
    """One speaker's text in one turn, its heading the first paragraph, or a mark between."""

    __slots__ = ("begun", "flow", "heading_length", "is_mark", "ordinal", "shown", "tone")

    def __init__(self, ordinal: int, heading: str, tone: int, width: int, is_mark: bool) -> None:
        self.ordinal = ordinal
        self.tone = tone
        self.is_mark = is_mark
        self.flow = Flow(width)
        self.heading_length = len(heading) + 1 if heading else 0
        self.begun = False
        """Whether there is more than blank text: that may still be dropped."""
        self.shown = 0
        """How many rows are to be seen: blank rows at the end are not, until text follows."""
        if heading:
            self.flow.append(heading + "\n")
        self._count_shown()

    def append(self, text: str) -> int:
        """Add text and return the index of the first row that changed.

        Blank lines before the first word are dropped.
        """
        if not self.begun:
            text = self._without_leading_blank_lines(text)
        first = len(self.flow.rows) - 1
        self.flow.append(text)
        self._count_shown()
        return first

    def reflow(self, width: int) -> None:
        """Wrap the section again."""
        self.flow.reflow(width)
        self._count_shown()

    @property
    def text(self) -> str:
        """The heading, if any, in a line of its own, and the text; no blank lines at the end."""
        return "".join(self.flow.rows[: self.shown]).removesuffix("\n")

    def is_heading(self, row: int) -> bool:
        """Say whether the row with this index belongs to the heading."""
        return self.flow.starts[row] < self.heading_length

    def _without_leading_blank_lines(self, text: str) -> str:
        blank = self.flow.slice(self.heading_length, self.flow.length)
        body = blank + text
        words = body.lstrip()
        self.begun = bool(words)
        line = body.rfind("\n", 0, len(body) - len(words)) + 1
        if line == 0:
            return text
        if blank:
            heading = self.flow.slice(0, self.heading_length)
            self.flow.rows, self.flow.starts, self.flow.length = [""], [0], 0
            self.flow.append(heading)
        return body[line:]

    def _count_shown(self) -> None:
        rows = self.flow.rows
        shown = len(rows)
        while shown and (not rows[shown - 1] or rows[shown - 1].isspace()):
            shown -= 1
        self.shown = shown
