"""The stories that were written: search as you type, open, copy, save, rename, delete."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import DataTable, Input, Static

from tui.errors import StoryteamError
from tui.history import INTERRUPTED, Story, StoryRow
from tui.run.events import Outcome
from tui.screen import clipboard
from tui.screen.library import Library
from tui.screen.screens.closing import ClosingScreen
from tui.screen.widgets.ask_bar import AskBar
from tui.screen.widgets.key_bar import KeyBar
from tui.screen.widgets.status_style import OUTCOMES, PHASES, StatusStyle
from tui.text.untrusted import clean_line

LISTED = 300
WIDTHS = {"How": 13, "When": 17, "Words": 7, "Model": 20}
"""In cells, of the columns besides the title, which gets the rest. The last ones go first."""
MIN_TITLE = 20
SCROLLBAR = 2


class HistoryScreen(ClosingScreen[Story | None]):
    """Dismissed with the story to open, or None. Everything on the disk happens in a thread."""

    AUTO_FOCUS = "#query"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", priority=True, id="history_open"),
        Binding("down", "down", show=False, priority=True),
        Binding("up", "up", show=False, priority=True),
        Binding("ctrl+y", "copy", "Copy", id="history_copy"),
        Binding("ctrl+s", "save", "Save", id="history_save"),
        Binding("ctrl+r,f2", "rename", "Rename", key_display="^r", id="history_rename"),
        # The query has a meaning of its own for this key.
        Binding("ctrl+d", "delete", "Delete", priority=True, id="history_delete"),
        Binding("escape", "leave", "Back", id="history_back"),
    ]

    table = getters.query_one("#stories", DataTable)
    bar = getters.query_one(AskBar)

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self._history = library.history
        self._rows: list[StoryRow] = []

    def compose(self) -> ComposeResult:
        """The query, the stories, and a line for messages."""
        yield Input(id="query", placeholder="Search in all stories", compact=True)
        yield DataTable(id="stories", cursor_type="row", zebra_stripes=True)
        yield Static(id="told", markup=False)
        yield AskBar()
        yield KeyBar(show_command_palette=False)

    def on_mount(self) -> None:
        """List everything first."""
        self.table.can_focus = False
        self._list()

    def on_resize(self) -> None:
        """Show as many columns as there is room for."""
        self._fill()

    def _fill(self) -> None:
        at = self.table.cursor_row
        self.table.clear(columns=True)
        widths = columns(self.app.size.width, 2 * self.table.cell_padding)
        for label, width in widths.items():
            self.table.add_column(label, width=width)
        for row in self._rows:
            cells = _cells(row)
            shown = (cells[label].truncate(wide, ellipsis=True) for label, wide in widths.items())
            self.table.add_row(*shown, key=row.id)
        self.table.move_cursor(row=at)

    @on(Input.Changed, "#query")
    @work(exclusive=True)
    async def _list(self) -> None:
        query = self.query_one("#query", Input).value
        try:
            self._rows = await asyncio.to_thread(self._history.stories, query, LISTED)
        except StoryteamError as error:
            self._tell(str(error))
            return
        self.table.move_cursor(row=0)
        self._fill()
        self._tell(
            "" if self._rows else "No story holds these words." if query else "No story yet."
        )

    def _tell(self, sentence: str) -> None:
        self.query_one("#told", Static).update(Content(clean_line(sentence)))

    @property
    def _chosen(self) -> StoryRow | None:
        index = self.table.cursor_row
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def action_down(self) -> None:
        """Go to the next story; the query keeps the keyboard."""
        self.table.action_cursor_down()

    def action_up(self) -> None:
        """Go to the story before."""
        self.table.action_cursor_up()

    def action_leave(self) -> None:
        """Close a question first, then the screen."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a question is asked, the keys belong to it."""
        if action in ("open", "up", "down", "leave", "delete") and self.is_mounted:
            return not self.bar.has_class("-shown")
        return True

    @work(exclusive=True, group="open")
    async def action_open(self) -> None:
        """Open the chosen story on the main screen."""
        if story := await self._read():
            self.dismiss(story)

    @work
    async def action_copy(self) -> None:
        """Copy the chosen story."""
        if story := await self._read():
            await clipboard.copy(self.app, story.text)

    @work
    async def action_save(self) -> None:
        """Save the chosen story as Markdown."""
        if story := await self._read():
            await self._library.save(story)

    def action_rename(self) -> None:
        """Ask for the new title."""
        if row := self._chosen:
            self.bar.ask(
                "New title:", row.title, lambda title: self.run_worker(self._rename(row.id, title))
            )

    def action_delete(self) -> None:
        """Ask first: what is deleted is gone."""
        if row := self._chosen:
            question = f"Delete “{clean_line(row.title, 40)}”? Type yes:"
            self.bar.ask(question, "", lambda answer: self.run_worker(self._delete(row.id, answer)))

    async def _rename(self, story_id: str, title: str) -> None:
        if title:
            await self._change(self._history.rename, story_id, title)

    async def _delete(self, story_id: str, answer: str) -> None:
        if answer.lower() in ("y", "yes"):
            await self._change(self._history.delete, story_id)

    @on(AskBar.Closed)
    def _give_keyboard_back(self) -> None:
        self.query_one("#query").focus()

    async def _change(self, change: Callable[..., None], *arguments: str) -> None:
        try:
            await asyncio.to_thread(change, *arguments)
        except StoryteamError as error:
            self._tell(str(error))
        else:
            self._list()

    async def _read(self) -> Story | None:
        row = self._chosen
        return await self._library.read(row.id if row else None)


def columns(width: int, padding: int) -> dict[str, int]:
    """Return the columns for a screen of this width, and how wide each is."""
    shown = dict(WIDTHS)
    while True:
        room = width - sum(shown.values()) - padding * (len(shown) + 1) - SCROLLBAR
        if room >= MIN_TITLE or len(shown) == 1:
            break
        shown.popitem()
    how = shown.pop("How")
    return {"How": how, "Title": max(MIN_TITLE, room)} | shown


def _cells(row: StoryRow) -> dict[str, Content]:
    status = _status(row)
    word = INTERRUPTED if row.reason == INTERRUPTED else status.word
    elsewhere = "in another version: " if row.in_other_version else ""
    when = datetime.fromtimestamp(row.updated_at).astimezone().strftime("%d %b %Y %H:%M")
    return {
        "How": Content.styled(f"{status.glyph} {word}", status.style),
        "Title": Content.assemble((elsewhere, "$foreground-muted"), clean_line(row.title, 60)),
        "When": Content(when),
        "Words": Content(f"{row.words:>7,}"),
        "Model": Content.styled(clean_line(row.model, 30), "$foreground-muted"),
    }


def _status(row: StoryRow) -> StatusStyle:
    return OUTCOMES[Outcome(row.outcome)] if row.outcome else next(iter(PHASES.values()))
