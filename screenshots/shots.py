"""Puts a scripted state on the screen and waits until it stands still, clocks and cursors too."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from screenshots.scenes import EDITED, MODEL, RUN_ID, SCENES, STORY, Scene
from tui.config.settings import Settings
from tui.config.which_model import writing_model
from tui.history import History, Passage, Story, StoryRow
from tui.history.stories import INTERRUPTED, StoredSection
from tui.run.events import Outcome
from tui.run.protocol import Publish, RunRequest
from tui.run.reasons import Reason
from tui.run.records import Usage
from tui.run.state import RunState
from tui.run.summary import Summary
from tui.screen.app import StoryApp
from tui.screen.screens.greeting import GreetingScreen

PROMPT = "a lighthouse keeper who is afraid of the dark"
DIRECTION = "now let a storm break the lamp"
STORY_ID = "lighthouse-7k2m"
NOTE = "Ansel never says that he is afraid. No adverbs."
WRITTEN_AT = 1_792_000_000.0
STILL_SECONDS = 0.06
"""How often the screen is looked at; it stands still when it was the same several times."""
TIMES = 4
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Shot:
    """What is to be seen: a scene, and the keys that are pressed on it."""

    scene: str
    keys: tuple[str, ...] = ()
    goes_on: bool = False
    """It is the second passage of a story."""
    greets: bool = False
    version: int = 1
    """Which version of that passage it is; there is a note as well, if there are others."""


SHOTS: dict[str, Shot] = {
    **{name: Shot(name) for name in SCENES},
    "going-on": Shot("writing", goes_on=True),
    "going-on-asked": Shot("results-cancelled", keys=("enter", *DIRECTION)),
    "another-version": Shot("writing", goes_on=True, version=3),
    "own-words": Shot("results-completed", goes_on=True, version=3, keys=("right_square_bracket",)),
    "note-asked": Shot("results-completed", goes_on=True, version=3, keys=("ctrl+n",)),
    "telling": Shot("writing", keys=("t", *DIRECTION)),
    "told": Shot("writing", keys=("t", *DIRECTION, "tab", "t", *"and the gull sing", "tab")),
    "stopping-which": Shot("writing-two", keys=("x",)),
    "story-only": Shot("results-completed", keys=("escape", "f")),
    "search": Shot("results-cancelled", keys=("escape", "slash", *"keeper")),
    "history": Shot("results-cancelled", keys=("h",)),
    "help": Shot("writing", keys=("question_mark",)),
    "menu": Shot("results-cancelled", keys=("ctrl+p",)),
    "greeting": Shot("writing", greets=True),
}


class SceneRun:
    """A run that publishes the events of a scene, and nothing else."""

    run_id = RUN_ID
    model = MODEL
    story_id: str | None = STORY_ID

    def __init__(self, scene: Scene, publish: Publish) -> None:
        self._scene = scene
        self._publish = publish

    def start(self) -> None:
        """Publish all of it."""
        for event in self._scene.events:
            self._publish(event)

    def pace(self, is_full: Callable[[], bool]) -> None:
        """A scene is short."""

    def cancel(self, reason: Reason) -> bool:
        """Nothing is running."""
        return False

    def stop_member(self, name: str) -> bool:
        """Nothing is running."""
        return False

    def move_deadline(self, by_seconds: float) -> None:
        """The clock stands still."""

    def toggle_hold(self) -> None:
        """The clock stands still."""

    def answer(self, question_id: str, answer: bool | str) -> None:
        """There are no questions."""

    def join(self, timeout: float) -> bool:
        """There are no threads."""
        return True


_ROW = StoryRow(
    STORY_ID, "The keeper", WRITTEN_AT, 198, Outcome.CANCELLED, Reason.USER.value, MODEL, 1
)
ROWS = (
    replace(_ROW, outcome=None, reason=None, words=48),
    replace(_ROW, id="b", title="The last bookshop on the moon", words=1204, passages=3,
            outcome=Outcome.COMPLETED, reason=None, updated_at=WRITTEN_AT - 4e3),
    replace(_ROW, id="c", title="Two rival bakers", updated_at=WRITTEN_AT - 9e4),
    replace(_ROW, id="d", title="A letter that arrives a hundred years late, and is read",
            outcome=Outcome.INCOMPLETE, reason=None, words=612, updated_at=WRITTEN_AT - 2e5,
            in_other_version=True),
    replace(_ROW, id="e", title="Three days in Rome", model="llama3.2", words=0,
            outcome=Outcome.ERROR, reason=None, updated_at=WRITTEN_AT - 3e5),
    replace(_ROW, id="f", title="猫と月", reason=INTERRUPTED, words=23456,
            model="SmolLM2-135M-Instruct", updated_at=WRITTEN_AT - 9e5),
)  # fmt: skip
PASSAGE = Passage(
    PROMPT, None, MODEL, RUN_ID, Outcome.CANCELLED, Reason.USER.value, None,
    WRITTEN_AT, WRITTEN_AT + 24.1, 24.1, 2.4, 0.043, Usage(), 0.0053, 198,
    (StoredSection("StorytellerAgent", False, STORY), StoredSection("EditorAgent", False, EDITED)),
)  # fmt: skip


OWN = replace(
    PASSAGE, direction=DIRECTION, outcome=Outcome.COMPLETED, reason=None, run_id="own", model="",
    sections=(StoredSection("You", False, f"\n\n{EDITED}"),), words=34, cost_usd=None,
    version=2, versions=3, by_hand=True,
)  # fmt: skip


class PastStories(History):
    """A history that always tells the same."""

    def stories(self, query: str = "", limit: int = 200) -> list[StoryRow]:
        """Return one of every kind."""
        return list(ROWS)

    def story(self, story_id: str, ending: str | None = None) -> Story:
        """Return the story of the scenes."""
        return Story(STORY_ID, "The keeper", WRITTEN_AT, WRITTEN_AT, (PASSAGE,))

    def flip(self, story_id: str, ending: str, by: int) -> Story:
        """Return the story with a passage by the user."""
        return Story(STORY_ID, "The keeper", WRITTEN_AT, WRITTEN_AT, (PASSAGE, OWN), NOTE)


class StillGreeting(GreetingScreen):
    """Does not count its seconds, and its cursor does not blink."""

    def compose(self) -> ComposeResult:
        """The same, with a cursor that stays."""
        for widget in super().compose():
            if isinstance(widget, TextArea):
                widget.set_reactive(TextArea.cursor_blink, False)
            yield widget

    def _count(self) -> None:
        pass


@asynccontextmanager
async def shown(
    shot: Shot, size: tuple[int, int]
) -> AsyncIterator[tuple[StoryApp, Pilot[Summary | None]]]:
    """Show a shot on a screen of this size, in our dark theme."""
    scene = SCENES[shot.scene]()
    told = RunState()
    for event in scene.events:
        told.apply(event)
    story = STORY_ID if shot.goes_on else None
    with TemporaryDirectory() as home:
        history = History if shot.greets else PastStories
        past = history(Path(home) / "history.db")
        app = StoryApp(
            lambda _request, publish: SceneRun(scene, publish),
            RunRequest(
                PROMPT,
                DIRECTION if shot.goes_on else "",
                story,
                after=RUN_ID if shot.goes_on else None,
                version=shot.version,
                note=NOTE if shot.version > 1 else "",
            ),
            past,
            clock=lambda: scene.now,
            make_greeting=_greeting if shot.greets else None,
        )
        app.animation_level = "none"
        async with app.run_test(size=size, notifications=True) as pilot:
            if shot.greets:
                await _until(pilot, lambda: isinstance(app.screen, GreetingScreen))
            else:
                await _until(pilot, lambda: _says(app.runs.state) == _says(told))
                await _until(pilot, lambda: bool(told.ended) == (app.runs.summary is not None))
            await pilot.press(*shot.keys)
            yield app, pilot
        past.close()


async def exported(app: StoryApp, pilot: Pilot[Summary | None]) -> str:
    """Return Textual's picture of the screen as soon as it does not change any more."""
    picture, times = "", 0
    async with asyncio.timeout(PATIENCE_SECONDS):
        while times < TIMES:
            await asyncio.sleep(STILL_SECONDS)
            await pilot.pause()
            for field in app.screen.query(Input):
                field.cursor_blink = False
            before, picture = picture, app.export_screenshot(title="storyteam-tui")
            times = times + 1 if picture == before else 1
    return picture


def cells_of(size: str) -> tuple[int, int]:
    """Return a size such as ``80x24`` in columns and rows."""
    columns, rows = size.split("x")
    return int(columns), int(rows)


def _greeting() -> GreetingScreen:
    model = writing_model(Settings())
    return StillGreeting(model.reason, model.others)


def _says(state: RunState) -> tuple[object, ...]:
    return (state.phase, state.words, state.preparing, len(state.thoughts), len(state.calls))


async def _until(pilot: Pilot[Summary | None], is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():
            await pilot.pause()
