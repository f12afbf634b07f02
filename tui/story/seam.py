"""The seam between a story and what is written to go on with it: nothing twice, nothing glued.

Models like to begin with the last words of what they are to go on with. The events of a run pass
through here, and of the beginning of each section that repetition is left out.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from tui.run.events import (
    CancelRequested,
    DelegationEnded,
    DelegationStarted,
    Event,
    MemberEnded,
    ModelRequested,
    Paused,
    ReasoningDelta,
    RunEnded,
    StructuredOutput,
    TextDelta,
    TextRecalled,
    ToolEnded,
    ToolStarted,
    UsageReported,
)
from tui.story.continuing import parse_continuation
from tui.story.overlap import Tail

Publish: TypeAlias = Callable[[Event], None]


def seamless(prompt: str, publish: Publish, *, is_exact: bool = False) -> Publish:
    """Return what a run of this prompt publishes to: with a seam when it goes on with a story."""
    continued = parse_continuation(prompt)
    return clean_seam(continued.tail, publish, is_exact=is_exact) if continued else publish


def clean_seam(tail: str, publish: Publish, *, is_exact: bool = False) -> Publish:
    """Return the ``publish`` of a run that goes on after ``tail``, to be called by one at a time.

    ``is_exact`` says that the model goes on with the text itself, as the embedded one does: where
    it begins without a space, none is missing.
    """
    return Seam(Tail(tail, is_exact=is_exact), publish).publish


class Seam:
    """Filters the events of one run; what one speaker does stays in order."""

    def __init__(self, tail: Tail, publish: Publish) -> None:
        self._tail = tail
        self._publish = publish
        self._openings: dict[str, _Opening] = {}
        """By run id: the section that is being written."""
        self._heard: set[str] = set()
        """The names of the speakers who have begun their first section."""

    def publish(self, event: Event) -> None:
        """Publish an event, or hold it until it is clear what is repeated."""
        match event:
            case TextDelta():
                self._write(event)
                return
            case UsageReported(speaker):
                # Text of the request that it reports may still be on its way.
                opening = self._openings.get(speaker.run_id)
                if opening and opening.is_waiting:
                    opening.behind.append(event)
                    return
            case ModelRequested(speaker) | MemberEnded(speaker):
                self._settle(speaker.run_id)
                self._openings.pop(speaker.run_id, None)
            case (
                ToolStarted(_, speaker)
                | ReasoningDelta(speaker)
                | TextRecalled(speaker)
                | StructuredOutput(speaker)
            ):
                self._settle(speaker.run_id)
            case (
                DelegationStarted()
                | DelegationEnded()
                | ToolEnded()
                | Paused()
                | CancelRequested()
                | RunEnded()
            ):
                self._settle(*self._openings)
        self._publish(event)

    def _write(self, delta: TextDelta) -> None:
        speaker = delta.speaker
        opening = self._openings.get(speaker.run_id)
        if opening is None:
            # What a member writes later on is a part of its own; the leader closes with the whole.
            is_joined = speaker.is_leader or speaker.name not in self._heard
            self._heard.add(speaker.name)
            opening = self._openings[speaker.run_id] = _Opening(self._tail, is_joined=is_joined)
        if not opening.is_waiting:
            self._publish(delta)
            return
        opening.last = delta
        self._release(opening, opening.take(delta.text))

    def _settle(self, *run_ids: str) -> None:
        for run_id in run_ids:
            opening = self._openings.get(run_id)
            if opening and opening.is_waiting:
                self._release(opening, opening.take("", is_whole=True))

    def _release(self, opening: "_Opening", text: str) -> None:
        if text and opening.last:
            self._publish(replace(opening.last, text=text))
        if not opening.is_waiting:
            for event in opening.behind:
                self._publish(event)
            opening.behind.clear()


class _Opening:
    """The beginning of a section, as long as it may repeat the end of the story."""

    def __init__(self, tail: Tail, *, is_joined: bool) -> None:
        self.is_waiting = True
        self.last: TextDelta | None = None
        self.behind: list[Event] = []
        """What came after the text that is held."""
        self._tail = tail
        self._is_joined = is_joined
        self._held = ""
        self._repeated: int | None = None

    def take(self, text: str, *, is_whole: bool = False) -> str:
        """Return what may be shown now; everything, when there is no more to come."""
        self._held += text
        if self._repeated is None:
            self._repeated = self._tail.repeated(self._held, is_whole=is_whole)
            if self._repeated is None:
                return ""
            self._held = self._held[self._repeated :]
        shown: str | None = self._held
        if self._is_joined or self._repeated:
            is_cut = self._repeated > 0
            shown = self._tail.glued(self._held, is_cut=is_cut, is_whole=is_whole)
        if shown is None:
            return ""
        self.is_waiting, self._held = False, ""
        return shown
