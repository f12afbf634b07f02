"""The panes that are compared, each used as well as it allows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.widgets import Log, Markdown, RichLog, Static, TextArea

from tui.screen.widgets.story_log import StoryLog

if TYPE_CHECKING:
    from textual.widget import Widget


class Contender:
    """A pane that takes text as it comes."""

    def __init__(self) -> None:
        self.widget: Widget = Static()

    async def write(self, text: str) -> None:
        """Add text. Without an override: the floor, an app that shows nothing."""

    async def finish(self) -> None:
        """Return when all that was written has been laid out."""


class OurPane(Contender):
    def __init__(self) -> None:
        self.log = self.widget = StoryLog()
        self.log.story.open(0, "StorytellerAgent", color=1)

    async def write(self, text: str) -> None:
        self.log.story.append(0, text)

    async def finish(self) -> None:
        self.log.settle()


class LogPane(Contender):
    """Doesn't wrap."""

    def __init__(self) -> None:
        self.log = self.widget = Log()

    async def write(self, text: str) -> None:
        self.log.write(text)


class RichLogPane(Contender):
    """Cannot grow a line: the paragraph being written is taken out and written again."""

    def __init__(self) -> None:
        self.log = self.widget = RichLog(wrap=True)
        self._paragraph = ""
        self._finished = 0

    async def write(self, text: str) -> None:
        del self.log.lines[self._finished :]
        *whole, self._paragraph = (self._paragraph + text).split("\n")
        for paragraph in whole:
            self.log.write(paragraph, scroll_end=False)
        self._finished = len(self.log.lines)
        self.log.write(self._paragraph)


class RichLogParagraphs(Contender):
    """Shows nothing of a paragraph before it is finished."""

    def __init__(self) -> None:
        self.log = self.widget = RichLog(wrap=True)
        self._paragraph = ""

    async def write(self, text: str) -> None:
        *whole, self._paragraph = (self._paragraph + text).split("\n")
        for paragraph in whole:
            self.log.write(paragraph)


class MarkdownPane(Contender):
    def __init__(self) -> None:
        self.markdown = self.widget = Markdown()
        self._stream = Markdown.get_stream(self.markdown)

    async def write(self, text: str) -> None:
        await self._stream.write(text)

    async def finish(self) -> None:
        await self._stream.stop()


class TextAreaPane(Contender):
    def __init__(self) -> None:
        self.area = self.widget = TextArea(read_only=True, soft_wrap=True)

    async def write(self, text: str) -> None:
        end = self.area.document.end
        self.area.insert(text, end)
        self.area.scroll_end(animate=False)


CONTENDERS: dict[str, Callable[[], Contender]] = {
    "StoryLog": OurPane,
    "Log": LogPane,
    "TextArea": TextAreaPane,
    "RichLog, live": RichLogPane,
    "RichLog, paragraphs": RichLogParagraphs,
    "MarkdownStream": MarkdownPane,
    "nothing": Contender,
}
