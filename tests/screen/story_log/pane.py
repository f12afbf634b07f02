"""An app with nothing but the pane, and what a reader sees and selects in it."""

import asyncio
from collections.abc import Callable

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui.screen.widgets.story_log import StoryLog

SIZE = (60, 20)
LEFT = 1
"""The margin before the text."""
SENTENCE = "The dragon who learned to code sat on a very small chair. "


class Host(App[None]):
    """Shows one story."""

    CSS = "StoryLog { height: 1fr; }"

    def __init__(self, max_text_width: int | None = None) -> None:
        super().__init__()
        self.log_pane = StoryLog(max_text_width=max_text_width)

    def compose(self) -> ComposeResult:
        yield self.log_pane

    def on_mount(self) -> None:
        self.log_pane.focus()


async def wait_until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the app run until the condition holds, for a bounded time."""
    async with asyncio.timeout(10):
        while not condition():
            await pilot.pause(0.005)


async def written(pilot: Pilot[None], log: StoryLog) -> None:
    """Have everything that was appended on the screen."""
    await pilot.pause()
    log.settle()
    await pilot.pause()


def shown_rows(log: StoryLog) -> list[str]:
    """Return what a reader sees, row by row, without the blanks at the ends."""
    return [strip.text.rstrip() for strip in log.render_lines(log.outer_size.region)]


def numbered(count: int, first: int = 0) -> str:
    """Return paragraphs that can be told apart, each one row."""
    return "".join(f"paragraph {number}\n" for number in range(first, first + count))


async def drag(
    pilot: Pilot[None], log: StoryLog, start: tuple[int, int], end: tuple[int, int]
) -> str | None:
    """Select with the mouse and return what would be copied."""
    await pilot.mouse_down(log, offset=start)
    await pilot.hover(log, offset=end)
    await pilot.mouse_up(log, offset=end)
    await pilot.pause()
    return pilot.app.screen.get_selected_text()


def highlighted(log: StoryLog, y: int) -> str:
    """Return the text in a row that is painted as selected."""
    background = log.rows.palette.selection.bgcolor
    strip = log.render_lines(log.outer_size.region)[y]
    return "".join(
        segment.text for segment in strip if segment.style and segment.style.bgcolor == background
    )


def marked(log: StoryLog, *, current: bool = False) -> list[str]:
    """Return what is marked on the screen, in order."""
    palette = log.rows.palette
    wanted = palette.current_match if current else palette.match
    return [
        segment.text
        for strip in log.render_lines(log.outer_size.region)
        for segment in strip
        if segment.style and segment.style + wanted == segment.style
    ]
