"""Filter the events of a run: line breaks and secrets are handled however deltas are cut."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeAlias

from tui.run.events import Event, ReasoningDelta, RunEnded, Speaker, TextDelta
from tui.run.protocol import Publish
from tui.text.masking import StreamMasker
from tui.text.secrets import forms, mask
from tui.text.untrusted import clean

Delta: TypeAlias = TextDelta | ReasoningDelta


class Incoming:
    """Filters the events of one run; those of one speaker stay in order."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._streams: dict[str, _Stream] = {}
        """What each speaker is writing or thinking, by run id."""

    def publish(self, event: Event) -> None:
        """Publish an event; hold back what of a delta depends on the next one."""
        if isinstance(event, TextDelta | ReasoningDelta):
            self._write(event)
            return
        if isinstance(event, RunEnded):
            for run_id in [*self._streams]:
                self._end(run_id)
        elif isinstance(speaker := getattr(event, "speaker", None), Speaker):
            self._end(speaker.run_id)
        self._publish(_masked(event))

    def _write(self, delta: Delta) -> None:
        run_id = delta.speaker.run_id
        stream = self._streams.get(run_id)
        if stream is None or type(stream.last) is not type(delta):
            self._end(run_id)
            stream = self._streams[run_id] = _Stream(delta)
        self._show(stream.take(delta))

    def _end(self, run_id: str) -> None:
        if stream := self._streams.pop(run_id, None):
            self._show(stream.end())

    def _show(self, delta: Delta) -> None:
        if delta.text:
            self._publish(delta)


class _Stream:
    """What one speaker writes, or thinks, until it does something else."""

    def __init__(self, first: Delta) -> None:
        self.last = first
        self._masker = StreamMasker(forms())
        self._return = ""
        """A carriage return at the end of a delta, which may be half a line break."""

    def take(self, delta: Delta) -> Delta:
        """Return what can be shown now."""
        self.last = delta
        text = self._return + delta.text
        self._return = "\r" if text.endswith("\r") else ""
        if self._return or "\r" in text:
            text = clean(text.removesuffix("\r"))
        return replace(delta, text=self._masker.take(text))

    def end(self) -> Delta:
        """Return the rest."""
        return replace(self.last, text=self._masker.take(clean(self._return), is_last=True))


def _masked(value: Any) -> Any:
    """Return an event, or a part of one, without secrets in its texts."""
    match value:
        case str():
            # An enumeration is a str as well, but holds no untrusted text.
            return mask(value) if type(value) is str else value
        case tuple():
            return tuple(map(_masked, value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            texts = {item.name: getattr(value, item.name) for item in fields(value)}
            new = {name: _masked(text) for name, text in texts.items()}
            return replace(value, **new) if new != texts else value
    return value
