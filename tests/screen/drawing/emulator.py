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
        screen = self.screen
        return [
            [_seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)
        ]


def _seen(cell: pyte.screens.Char) -> tuple[object, ...]:
    if cell.data == " " and not (cell.underscore or cell.strikethrough or cell.reverse):
        return (" ", cell.bg)
    return tuple(cell)
