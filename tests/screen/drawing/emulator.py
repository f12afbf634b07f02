"""A terminal to compare pictures with: what is seen in each cell, colours and all."""

import pyte

from tests.harness.terminal import ClearedScreen


class Emulator:
    """Reads what is written, and tells what is to be seen."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = ClearedScreen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self.write("\x1b[?7l")  # as Textual asks for: what is too long does not wrap

    def write(self, text: str) -> None:
        self._stream.feed(text)

    @property
    def picture(self) -> list[list[tuple[object, ...]]]:
        """Every cell: of a blank one the background is all that is seen."""
        return [self.row(y) for y in range(self.screen.lines)]

    def row(self, y: int) -> list[tuple[object, ...]]:
        line = self.screen.buffer[y]
        return [_seen(line[x]) for x in range(self.screen.columns)]

    def take_changed(self) -> set[int]:
        """The rows that were written to since this was asked last."""
        rows = self.screen.dirty & set(range(self.screen.lines))
        self.screen.dirty.clear()
        return rows


def _seen(cell: pyte.screens.Char) -> tuple[object, ...]:
    if cell.data == " " and not (cell.underscore or cell.strikethrough or cell.reverse):
        return (" ", cell.bg)
    return tuple(cell)
