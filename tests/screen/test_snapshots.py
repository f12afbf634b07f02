"""What every state looks like. A changed picture fails; `make snapshots` takes them anew.

The pictures are in tests/snapshots, to be looked at in a browser. In one, a line is a piece of a
row in one style, so that the difference names the place, the colour and the words.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from screenshots.picture import draw, read
from screenshots.shots import SHOTS, cells_of, exported, shown
from tui.screen.theme import DARK, LIGHT
from tui.screen.widgets.story_log import viewport

pytestmark = pytest.mark.filterwarnings(r"ignore:\s*Can not relate:UserWarning")
THEMES = {"dark": DARK.name, "light": LIGHT.name}
SIZES = ("80x24", "120x40", "200x60")
STATES = (
    "preparing-fraction", "thinking", "writing", "tool-running", "paused", "cancelling",
    "results-cancelled", "results-completed", "results-error", "error-no-server", "another-version",
    "going-on-asked", "history", "help", "greeting",
    "telling", "told", "stopping-which",
    "stopping-one", "stopped-one", "results-stopped-one",
)  # fmt: skip
SMALL = ("writing", "told", "paused", "results-cancelled", "going-on-asked", "history", "greeting")
IN_LIGHT = ("writing", "paused", "results-completed", "history", "greeting")
CASES = [
    *((state, size, "dark") for state in STATES for size in SIZES),
    *((state, "60x16", "dark") for state in SMALL),
    *((state, "120x40", "light") for state in IN_LIGHT),
    ("own-words", "120x40", "dark"),
]
FOLDER = Path(__file__).parent / "snapshots"
MAX_BYTES = 1_000_000


class Pictures(SingleFileSnapshotExtension):
    """One SVG for each picture, all in one folder."""

    _write_mode = WriteMode.TEXT
    file_extension = "svg"

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(FOLDER)

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        return str(index)


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times are told in UTC, colours are shown, and the scrollbar does not lag behind."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(viewport, "SCROLLBAR_SECONDS", 0.01)
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(("state", "size", "look"), CASES)
async def test_the_screen_looks_as_it_did(
    state: str, size: str, look: str, snapshot: SnapshotAssertion
) -> None:
    async with shown(SHOTS[state], cells_of(size)) as (app, pilot):
        app.theme = THEMES[look]
        picture = read(await exported(app, pilot))
    assert draw(picture) == snapshot(extension_class=Pictures, name=f"{state}-{size}-{look}")


def test_the_pictures_name_nothing_of_the_machine_and_are_small() -> None:
    pictures = list(FOLDER.glob("*.svg"))
    assert len(pictures) == len(CASES)
    assert sum(picture.stat().st_size for picture in pictures) < MAX_BYTES
    for picture in pictures:
        assert not re.search(r"/home|/root|/tmp|terminal-\d", picture.read_text())
