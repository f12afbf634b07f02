"""The calls of tools that a stream brings in pieces, put together whatever a server leaves out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tui.agents.server_words import NotUnderstood

ARGUMENT_CHARACTERS = 1_000_000
MOST_CALLS = 128


@dataclass(slots=True)
class CollectedCall:
    """One call as far as it has come."""

    index: int | None
    id: str = ""
    name: str = ""
    arguments: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the arguments are complete."""
        return is_json_object(self.arguments)

    def to_chunk(self, index: int) -> dict[str, Any]:
        """Return it as OpenAI's API shapes a call."""
        function = {"name": self.name, "arguments": self.arguments}
        call_id = self.id or f"call_{uuid4().hex}"
        return {"index": index, "id": call_id, "type": "function", "function": function}


class CallCollector:
    """Collects the calls of one answer."""

    def __init__(self) -> None:
        self.calls: list[CollectedCall] = []

    def add_delta(self, piece: Any) -> None:
        """Add a piece of a call, as a chunk of Chat Completions brings it.

        Raises:
            NotUnderstood: when it is nothing that a model calls.
        """
        if isinstance(piece, list):
            for part in piece:
                self.add_delta(part)
        elif isinstance(piece, Mapping):
            function = piece.get("function")
            function = function if isinstance(function, Mapping) else piece
            name = _text(function.get("name"))
            call = self._call_for(_index(piece.get("index")), _text(piece.get("id")), name)
            call.name = call.name or name
            self.add_arguments(call, function.get("arguments"))

    def add_arguments(self, call: CollectedCall, arguments: Any) -> None:
        """Add a piece of a call's arguments, which some servers say once more at the end."""
        text = argument_text(arguments)
        if not text or (text == call.arguments and call.is_whole):
            return
        call.arguments = text if isinstance(arguments, Mapping) else call.arguments + text
        self._bound(call)

    def set_arguments(self, call: CollectedCall, arguments: Any) -> None:
        """Set the whole arguments of a call, if anything is said of them."""
        if (text := argument_text(arguments)) and not (call.is_whole and text.strip() == "{}"):
            call.arguments = text
            self._bound(call)

    def new_call(self, index: int | None, call_id: str, name: str) -> CollectedCall:
        """Begin a call."""
        if len(self.calls) >= MOST_CALLS:
            raise NotUnderstood(f"more than {MOST_CALLS} calls of tools at once")
        taken = {call.id for call in self.calls if call.id}
        self.calls.append(CollectedCall(index, "" if call_id in taken else call_id, name))
        return self.calls[-1]

    def take(self) -> Iterator[dict[str, Any]]:
        """Take the calls that have come, each whole; a name is the least of a call."""
        calls, self.calls = [call for call in self.calls if call.name], []
        for index, call in enumerate(calls):
            call.arguments = call.arguments or "{}"
            yield call.to_chunk(index)

    def _call_for(self, index: int | None, call_id: str, name: str) -> CollectedCall:
        if call_id:
            known = next((call for call in self.calls if call.id == call_id), None)
            if known and not (name and index is not None and index != known.index):
                return known
        open_calls = [call for call in self.calls if index is None or call.index == index]
        latest = open_calls[-1] if open_calls else None
        if latest is None or self._is_another(latest, call_id, name):
            return self.new_call(index, call_id, name)
        latest.id = latest.id or call_id
        return latest

    @staticmethod
    def _is_another(latest: CollectedCall, call_id: str, name: str) -> bool:
        if call_id and latest.id:
            return True
        if name and latest.name:
            return name != latest.name or latest.is_whole
        return False

    @staticmethod
    def _bound(call: CollectedCall) -> None:
        if len(call.arguments) > ARGUMENT_CHARACTERS:
            raise NotUnderstood("arguments of a tool that are longer than a million characters")


def argument_text(arguments: Any) -> str:
    """Return the arguments of a call as text, whatever they came as."""
    if isinstance(arguments, str):
        return arguments
    if isinstance(arguments, Mapping | list) and arguments:
        return json.dumps(arguments, ensure_ascii=False)
    return ""


def is_json_object(text: str) -> bool:
    """Whether a text is a whole JSON object."""
    if not text.rstrip().endswith("}"):
        return False
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _index(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value[:20])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return None
    if value > 1000:
        raise NotUnderstood(f"a call of a tool with the number {value}")
    return value
