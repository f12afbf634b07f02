"""Copies the texts of a run's state into the story pane, each piece once."""

from collections.abc import Callable

from tui.run import attachments
from tui.run.drafts import superseded
from tui.run.records import Section
from tui.run.state import RunState
from tui.run.story_text import fenced
from tui.screen.widgets.speaker_colors import color_numbers
from tui.screen.widgets.story_log import Role, StoryLog

_Open = Callable[[int, Section], None]


class StoryWriter:
    """Writes what the speakers think and say; several may do so at the same time."""

    def __init__(self, state: RunState, log: StoryLog) -> None:
        self._state = state
        self._log = log
        self._thoughts = _Copy(state.thoughts, log, f"{state.run_id} thoughts", self._open_thought)
        self._sections = _Copy(state.sections, log, state.run_id, self._open_section)
        self._has_ended = False

    def write_new(self) -> None:
        """Write what has come since the last call."""
        # Whoever thinks does so before it speaks.
        self._thoughts.write_new()
        self._sections.write_new()
        if self._state.ended and not self._has_ended:
            self._has_ended = True
            drafts, asides = superseded(self._state)
            for role, numbers in ((Role.DRAFT, drafts), (Role.ASIDE, asides)):
                for number in numbers:
                    self._log.set_role(self._sections.key(number), role)
            self._write_attachments()

    def _write_attachments(self) -> None:
        """Write what came beside the text, quietly behind it."""
        if self._state.attachments:
            key = f"{self._state.run_id} attachments", 0
            self._log.open_section(key, "With the story")
            self._log.set_role(key, Role.ASIDE)
            self._log.append(key, attachments.to_markdown(self._state.attachments, has_links=False))
            self._log.finish(key)

    def _open_thought(self, number: int, section: Section) -> None:
        key, heading = self._thoughts.key(number), f"{section.speaker.name} thinks"
        self._log.open_section(key, heading, color=self._color(section))
        self._log.set_role(key, Role.ASIDE)

    def _open_section(self, number: int, section: Section) -> None:
        speaker = section.speaker
        before = self._state.sections[number - 1].speaker if number else None
        same = before is not None and before.name == speaker.name and not self._state.thoughts
        heading = f"{speaker.name} (leader)" if speaker.is_leader else speaker.name
        key = self._sections.key(number)
        self._log.open_section(key, None if same else heading, color=self._color(section))

    def _color(self, section: Section) -> int:
        return color_numbers(self._state.contributors.values())[section.speaker.name]


class _Copy:
    """One list of sections, and how far each of them has been written."""

    def __init__(self, sections: list[Section], log: StoryLog, name: str, begin: _Open) -> None:
        self._sections = sections
        self._log = log
        self._name = name
        self._begin = begin
        self._written: list[int] = []
        """By section: how many of its pieces are in the pane."""
        self._settled = 0
        """The sections before this one are closed and written whole."""

    def key(self, number: int) -> tuple[str, int]:
        """What the pane knows a section by."""
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
                self._log.append(self.key(number), text)
                self._written[number] += len(new)
        while self._settled < len(sections) and sections[self._settled].is_closed:
            self._log.finish(self.key(self._settled))
            self._settled += 1
