"""Copies the sections of a run's state into the story pane, each piece once."""

from tui.drafts import superseded
from tui.parts import Section
from tui.state import RunState
from tui.widgets.story_log import Role, StoryLog
from tui.widgets.tones import tones_of


class StoryWriter:
    """Remembers how far each section has been written; several may grow at the same time."""

    def __init__(self, state: RunState, log: StoryLog) -> None:
        self._state = state
        self._log = log
        self._written: list[int] = []
        """By section: how many of its pieces are in the pane."""
        self._settled = 0
        """The sections before this one are closed and written whole."""
        self._has_ended = False

    def write_new(self) -> None:
        """Write what has come since the last call."""
        sections = self._state.sections
        for index in range(self._settled, len(sections)):
            section = sections[index]
            if index == len(self._written):
                self._open(index, section)
            if new := section.pieces[self._written[index] :]:
                self._log.append(self._key(index), "".join(new))
                self._written[index] += len(new)
        while self._settled < len(sections) and sections[self._settled].is_closed:
            self._log.finish(self._key(self._settled))
            self._settled += 1
        if self._state.ended and not self._has_ended:
            self._has_ended = True
            self._tell_roles()

    def _tell_roles(self) -> None:
        drafts, asides = superseded(self._state)
        for role, numbers in ((Role.DRAFT, drafts), (Role.ASIDE, asides)):
            for number in numbers:
                self._log.set_role(self._key(number), role)

    def _key(self, index: int) -> tuple[str, int]:
        return self._state.run_id, index

    def _open(self, index: int, section: Section) -> None:
        speaker = section.speaker
        before = self._state.sections[index - 1].speaker if index else None
        same = before is not None and before.name == speaker.name
        heading = f"{speaker.name} (leader)" if speaker.is_leader else speaker.name
        self._log.open_section(
            self._key(index), None if same else heading, tone=self._tone(section)
        )
        self._written.append(0)

    def _tone(self, section: Section) -> int:
        return tones_of(self._state.contributors.values())[section.speaker.name]
