"""What stands between the widgets and a terminal that shows fewer colours or glyphs."""

from collections.abc import Sequence

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor

from tui.screen.glyphs import as_ascii


class AsciiFilter(LineFilter):
    """Replaces each glyph with one that an ASCII terminal can show."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments, cell by cell in ASCII."""
        return [Segment(as_ascii(text), style, control) for text, style, control in segments]


_NO_COLOR, _ASCII = NoColor(), AsciiFilter()


def fitting(
    filters: Sequence[LineFilter], *, own_colours: bool, ascii_only: bool
) -> list[LineFilter]:
    """Return Textual's filters changed to what the terminal can show."""
    # The terminal's own colours become none at all: no grey can be told from them.
    fit = [_NO_COLOR if own_colours and isinstance(f, Monochrome) else f for f in filters]
    return [*fit, _ASCII] if ascii_only else fit
