"""Copies the texts of a run's state into the story pane, each piece once."""

from collections.abc import Callable

from tui.run import attachments
from tui.run.drafts import superseded
from tui.run.records import Section
from tui.run.state import RunState
from tui.run.story_text import fenced
from tui.screen.prose.layout import Layout
from tui.screen.prose.section import Role
from tui.screen.widgets.speaker_colors import color_numbers

_Open = Callable[[int, Section], None]


class StoryWriter:
    """Writes the thoughts and texts of the speakers, several of which may write at once."""

    def __init__(self, state: RunState, story: Layout) -> None:
        self._state = state
        self._story = story
        self._thoughts = _Copy(
            state.thoughts, story, f"{state.run_id} thoughts", self._open_thought
        )
        self._sections = _Copy(state.sections, story, state.run_id, self._open_section)
        self._has_ended = False
        self._stopped: set[int] = set()

    def write_new(self) -> None:
        """Write what has come since the last call."""
        # A speaker thinks before it writes.
        self._thoughts.write_new()
        self._sections.write_new()
        self._write_stops()
        if self._state.ended and not self._has_ended:
            self._has_ended = True
            drafts, asides = superseded(self._state)
            for role, numbers in ((Role.DRAFT, drafts), (Role.ASIDE, asides)):
                for number in numbers:
                    self._story.set_role(self._sections.key(number), role)
            self._write_attachments()

    def _write_stops(self) -> None:
        """Say where the user stopped a member, quietly behind its text."""
        for number, section in enumerate(self._state.sections):
            if section.is_stopped and number not in self._stopped:
                self._stopped.add(number)
                key = f"{self._state.run_id} stops", number
                self._story.open(key)
                self._story.set_role(key, Role.ASIDE)
                self._story.append(key, f"■ You stopped {section.speaker.name} here.")
                self._story.finish(key)

    def _write_attachments(self) -> None:
        """Write the attachments as a quiet section at the end."""
        if self._state.attachments:
            key = f"{self._state.run_id} attachments", 0
            self._story.open(key, "With the story")
            self._story.set_role(key, Role.ASIDE)
            self._story.append(
                key, attachments.to_markdown(self._state.attachments, has_links=False)
            )
            self._story.finish(key)

    def _open_thought(self, number: int, section: Section) -> None:
        key, heading = self._thoughts.key(number), f"{section.speaker.name} thinks"
        self._story.open(key, heading, color=self._color(section))
        self._story.set_role(key, Role.ASIDE)

    def _open_section(self, number: int, section: Section) -> None:
        speaker = section.speaker
        before = self._state.sections[number - 1].speaker if number else None
        same = before is not None and before.name == speaker.name and not self._state.thoughts
        heading = f"{speaker.name} (leader)" if speaker.is_leader else speaker.name
        key = self._sections.key(number)
        self._story.open(key, None if same else heading, color=self._color(section))

    def _color(self, section: Section) -> int:
        return color_numbers(self._state.contributors.values())[section.speaker.name]


class _Copy:
    """Copies one list of sections, and knows how far each has been written."""

    def __init__(self, sections: list[Section], story: Layout, name: str, begin: _Open) -> None:
        self._sections = sections
        self._story = story
        self._name = name
        self._begin = begin
        self._written: list[int] = []
        """By section: how many of its pieces are in the pane."""
        self._settled = 0
        """The sections before this one are closed and written whole."""

    def key(self, number: int) -> tuple[str, int]:
        """Return the key of a section in the pane."""
        return self._name, number

    def write_new(self) -> None:
        """Write what has come since the last call."""
        sections = self._sections
        for number in range(self._settled, len(sections)):
            section = sections[number]
            if number == len(self._written):
                self._begin(number, section)
                self._written.append(0)
            if new := section.pieces[self._written[number] :]:
                text = fenced(section.text) if section.is_data else "".join(new)
                if not self._written[number] and text[:1] == " " != text[1:2]:
                    text = text[1:]  # it joins the words to those of the passage before
                self._story.append(self.key(number), text)
                self._written[number] += len(new)
        while self._settled < len(sections) and sections[self._settled].is_closed:
            self._story.finish(self.key(self._settled))
            self._settled += 1
