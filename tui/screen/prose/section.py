"""One speaker's text in one turn, as rows."""

from enum import Enum

from tui.screen.prose.flow import Flow


class Role(Enum):
    """What a section is to the story, as far as that is known."""

    STORY = "story"
    """The story itself; every section until something else is known."""
    DRAFT = "draft"
    """What a later section replaces."""
    ASIDE = "aside"
    """Talk about the story."""


class SectionRows:
    """One speaker's text in one turn, its heading the first paragraph, or a mark between."""

    __slots__ = (
        *("begun", "first", "flow", "heading_length", "is_folded", "is_mark", "ordinal", "role"),
        *("rows_with_text", "shown", "color"),
    )

    def __init__(
        self,
        ordinal: int,
        heading: str,
        color: int,
        width: int,
        *,
        is_mark: bool = False,
        is_raw: bool = False,
        is_folded: bool = False,
    ) -> None:
        self.ordinal = ordinal
        self.color = color
        self.is_mark = is_mark
        self.role = Role.STORY
        self.is_folded = is_folded
        """Whether only the story itself is shown: no heading, no draft, no aside."""
        self.heading_length = len(heading) + 1 if heading else 0
        self.flow = Flow(width, is_raw=is_raw, prose_from=self.heading_length)
        self.begun = False
        """Whether there is more than blank text: that may still be dropped."""
        self.rows_with_text = 0
        """How many rows there are without the blank ones at the end, which wait for text."""
        self.first = self.shown = 0
        """The rows to be seen: from ``first`` up to ``shown``."""
        if heading:
            self.flow.append(heading + "\n")
        self._count_shown()

    def append(self, text: str) -> int:
        """Add text and return the index of the first row that changed.

        Blank lines before the first word are dropped.
        """
        if not self.begun:
            text = self._without_leading_blank_lines(text)
        first = self.flow.append(text)
        self._count_shown()
        return first

    def finish(self) -> int:
        """Take the last line as ended, and return the index of the first row that changed."""
        first = self.flow.finish()
        self._count_shown()
        return first

    def reflow(self, width: int, *, is_raw: bool) -> None:
        """Wrap the section again."""
        self.flow.reflow(width, is_raw=is_raw)
        self._count_shown()

    def fold(self, is_folded: bool, role: Role) -> None:
        """Set what is to be seen of it."""
        self.is_folded, self.role = is_folded, role
        self._count_shown()

    @property
    def height(self) -> int:
        """How many rows are to be seen."""
        return self.shown - self.first

    @property
    def text(self) -> str:
        """The heading, if any, in a line of its own, and the text; no blank lines at the end."""
        return "".join(self.flow.rows[: self.rows_with_text]).removesuffix("\n")

    @property
    def first_offset(self) -> int:
        """Where the text that is to be seen begins; its end if none is."""
        if self.is_away:
            return self.flow.length
        return self.heading_length if self.is_folded and not self.is_mark else 0

    @property
    def is_away(self) -> bool:
        """Whether all of it is folded away."""
        return self.is_folded and self.role is not Role.STORY

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
            self.flow.clear()
            self.flow.append(heading)
        return body[line:]

    def _count_shown(self) -> None:
        rows = self.flow.rows
        count = len(rows)
        while count and (not rows[count - 1] or rows[count - 1].isspace()):
            count -= 1
        self.rows_with_text = self.shown = count
        self.first = 0
        if self.is_away:
            self.first = count
        elif self.is_folded and self.heading_length and not self.is_mark:
            self.first = min(count, self.flow.row_at(self.heading_length))
