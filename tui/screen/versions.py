"""What the keys do with the last passage: another version, flip, take back, edit, and the note.

They follow what the screen shows, one after the other: a key that is pressed twice waits.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from tui.errors import StoryteamError
from tui.history import History, Story
from tui.story.next_passage import tidy_note

if TYPE_CHECKING:
    from tui.screen.app import StoryApp

ACTIONS: Final = {"another_version", "flip", "take_back", "edit", "note"}


class Versions:
    """Changes the story on the screen, and shows what became of it."""

    def __init__(self, app: "StoryApp") -> None:
        self._app = app
        self._one_at_a_time = asyncio.Lock()

    def is_usable(self, action: str, *, greyed: bool | None) -> bool | None:
        """Return whether an action does something now; ``greyed`` if only not for this passage."""
        runs = self._app.runs
        if not (runs.is_at_rest and runs.state.story_id):
            # The footer needs the room for what can be done about the run.
            return False
        match action:
            case "take_back":
                return True if runs.request.after else greyed
            case "flip":
                return runs.request.version > 1 or runs.taken_back
            case "edit":
                # There is no terminal to give away on a page.
                return True if runs.state.words and not self._app.is_web else greyed
        return True

    async def flip(self, by: int) -> None:
        """Show another version, or what was taken back."""
        await self._change(lambda history, story_id, ending: history.flip(story_id, ending, by))

    async def take_back(self) -> None:
        """Let the story end one passage earlier."""
        await self._change(History.take_back)

    async def set_note(self, note: str) -> None:
        """Keep the author's note, and show it."""
        try:
            tidy = tidy_note(note)
        except StoryteamError as error:
            self._app.library.tell(error)
            return
        await self._change(lambda history, story_id, _: history.set_note(story_id, tidy))

    async def edit(self) -> None:
        """Open the last passage in the user's editor; what comes back is a new version."""
        from tui.story.editing import edited_text, text_to_edit
        from tui.story.export import slug
        from tui.system.editor import edit

        story = await self._app.runs.saved_story()
        # Pressed twice, it opens one editor.
        if story is None or self._one_at_a_time.locked():
            return
        passage = story.last
        if passage is None or passage.outcome is None:
            return
        async with self._one_at_a_time:
            failed: StoryteamError | None = None
            # What is drawn meanwhile would be written over the editor.
            with self._app.batch_update(), self._app.suspend():
                try:
                    name = f"{slug(story.title)}.md"
                    content = await edit(text_to_edit(passage.text), name)
                    text = edited_text(passage.text, content)
                except StoryteamError as error:
                    # Textual takes the terminal again only if nothing is raised here.
                    failed = error
        if failed:
            self._app.library.tell(failed)
            return
        if text is None:
            self._app.notify("Nothing was changed", markup=False)
        else:
            await self._change(
                lambda history, story_id, ending: history.rewrite(story_id, ending, text)
            )

    async def _change(self, change: Callable[[History, str, str], Story]) -> None:
        async with self._one_at_a_time:
            runs = self._app.runs
            state = runs.state
            story_id = state.story_id
            if not runs.is_at_rest or story_id is None:
                return
            story = await self._app.library.ask(
                lambda history: change(history, story_id, state.run_id)
            )
            if story and state is runs.state:
                runs.open(story)
                self._app.main_screen.show_beginning()
