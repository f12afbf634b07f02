"""The app's part in reading: what of a story is shown, and the stories on the disk."""

from typing import TypeVar

from textual import work

from tui.history import History, Story
from tui.run.protocol import RunRequest
from tui.run.summary import Summary, summarize
from tui.screen import story_actions
from tui.screen.greeted import GreetedApp
from tui.story.retelling import retell

GOING_ON = "going on"
"""The mark before a passage without a direction."""
_Result = TypeVar("_Result")


class ReadingApp(GreetedApp[_Result]):
    """Has the keys that read; how a story comes to be written is a subclass's business."""

    summary: Summary | None
    _history: History
    _request: RunRequest

    def action_toggle_team(self) -> None:
        """Show or hide the team."""
        self.main_screen.toggle_team()

    def action_toggle_fold(self) -> None:
        """Show the story only, or everything."""
        self.main_screen.pane.toggle_fold()

    def action_toggle_raw(self) -> None:
        """Show the text as a page, or as it was written."""
        self.main_screen.pane.toggle_raw()

    def action_search(self) -> None:
        """Search in the story."""
        self.main_screen.search_bar.open()

    @work
    async def action_history(self) -> None:
        """Show the stories so far, and open the one that is chosen."""
        from tui.screen.screens.history import HistoryScreen

        if story := await self.push_screen_wait(HistoryScreen(self._history)):
            self.open_story(story)

    def open_story(self, story: Story) -> None:
        """Show a story from the disk, as if its last run had just ended."""
        self.main_screen.clear()
        for number, passage in enumerate(story.passages):
            self.run_state = retell(passage, story.id)
            mark = (passage.direction or GOING_ON) if number else None
            self.main_screen.begin(self.run_state, story.title, mark)
            self.main_screen.write_new()
        self.summary = summarize(self.run_state)
        self._request = RunRequest(story.prompt, "", story.id, story.text)
        self.show_state()

    async def saved_story(self) -> Story | None:
        """Return the story on the screen as it is on the disk, or None, having said why."""
        return await story_actions.read(self, self._history, self.run_state.story_id)

    @work
    async def action_copy_story(self) -> None:
        """Copy the story's text to the clipboard."""
        story = await self.saved_story()
        await story_actions.copy(self, story.text if story else self.run_state.story)

    @work
    async def action_save_story(self) -> None:
        """Save the story as Markdown: in the current folder, or where the browser saves."""
        if story := await self.saved_story():
            await story_actions.save(self, story)
