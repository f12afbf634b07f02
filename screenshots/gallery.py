"""Draws every state at every size, to be looked at: ``python -m screenshots.gallery FOLDER``.

The states are scripted, so it takes no model. ``--scene``, ``--size`` and ``--theme`` choose some.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from screenshots.picture import draw, read
from screenshots.shots import SHOTS, cells_of, exported, shown
from tui.screen.theme import DARK, LIGHT

SIZES = ("60x16", "80x24", "120x20", "120x40", "200x60")
THEMES = (DARK.name, LIGHT.name)


async def draw_all(name: str, sizes: Sequence[str], themes: Sequence[str], folder: Path) -> None:
    """Draw one state at these sizes and in these themes."""
    async with shown(SHOTS[name], cells_of(sizes[0])) as (app, pilot):
        for theme in themes:
            app.theme = theme
            for size in sizes:
                await pilot.resize_terminal(*cells_of(size))
                picture = read(await exported(app, pilot))
                (folder / f"{name}-{size}-{theme}.svg").write_text(draw(picture))


def main() -> None:
    """Draw what the options choose."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scene", action="append", choices=SHOTS, metavar="NAME")
    parser.add_argument("--size", action="append", metavar="COLUMNSxROWS")
    parser.add_argument("--theme", action="append", metavar="NAME")
    options = parser.parse_args()
    os.environ.pop("NO_COLOR", None)
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.scene or SHOTS:
        asyncio.run(draw_all(name, options.size or SIZES, options.theme or THEMES, options.folder))
    sys.stdout.write(f"Pictures are in {options.folder}\n")


if __name__ == "__main__":
    main()
