"""Textual's updates of the screen, written with a shadow of the terminal.

The classes that stand for an update are private to Textual; tests in ``tests/screen/drawing`` fail
when they change.
"""

from collections.abc import Iterator
from typing import cast

from rich.console import Console, RenderableType
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

from tui.screen.drawing.cells import UnknownCellsError, cells_of
from tui.screen.drawing.scrolling import Piece
from tui.screen.drawing.shadow import Shadow

_KNOWN = (LayoutUpdate, ChopsUpdate)


def minimal(update: RenderableType | None, shadow: Shadow) -> RenderableType | None:
    """Return an update that writes the same with fewer codes, if it is of a known kind."""
    if isinstance(update, _KNOWN):
        # Textual hands its updates on as renderables, which their base class is not.
        return cast("RenderableType", MinimalUpdate(update, shadow))
    return update


class MinimalUpdate(CompositorUpdate):
    """An update that writes only what changed on the terminal."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, shadow: Shadow) -> None:
        self._update = update
        self._shadow = shadow

    def render_segments(self, console: Console) -> str:
        """Return what to write; where cells are unknown, what Textual would write."""
        update = self._update
        try:
            if isinstance(update, LayoutUpdate):
                pieces = list(_whole(update, console))
                size = update.region.size
                return self._shadow.draw(size.width, size.height, pieces, whole=True)
            width, height = update.chop_ends[0][-1], len(update.chops)
            pieces = list(_parts(update, console))
            return self._shadow.draw(width, height, pieces, whole=False)
        except UnknownCellsError:
            self._shadow.forget()
            return update.render_segments(console)


def _whole(update: LayoutUpdate, console: Console) -> Iterator[Piece]:
    for y, line in enumerate(update.strips):
        x = 0
        for strip in line:
            yield Piece(x, y, cells_of(strip, console))
            x += strip.cell_length
        if x != update.region.width:
            raise UnknownCellsError


def _parts(update: ChopsUpdate, console: Console) -> Iterator[Piece]:
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > last or end <= first:
                continue
            part = strip if end <= last else strip.crop(0, last - x)
            if part.cell_length != min(end, last) - x:
                raise UnknownCellsError
            yield Piece(x, y, cells_of(part, console))
