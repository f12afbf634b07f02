"""The calls of tools that a stream brings in pieces, put together whatever a server leaves out."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tui.team.error_bodies import NotUnderstood

ARGUMENT_CHARACTERS = 1_000_000
MOST_CALLS = 128
_ARGUMENT_KEYS = ("arguments", "parameters", "args", "input")
_PLACEHOLDER = re.compile(r"\A(?:null|\{\s*\}|```(?:json)?|\s+)*(?:(?=\{)|\Z)")
"""What stands before the arguments of some servers, or for none."""


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
    """Collects the calls of one answer; ``tools`` are the names that may be called."""

    def __init__(self, tools: frozenset[str] = frozenset()) -> None:
        self.calls: list[CollectedCall] = []
        self._tools = tools

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
            call.name = self._joined(call.name, name)
            given = next((function[key] for key in _ARGUMENT_KEYS if function.get(key)), None)
            self.add_arguments(call, given)

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
            call.name = known_name(call.name, self._tools)
            call.arguments = whole_arguments(call.arguments)
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

    def _joined(self, begun: str, name: str) -> str:
        """A name may come in pieces, or grow from one piece to the next."""
        if begun and name and self._is_piece(begun, name):
            return name if name.startswith(begun) else begun + name
        return begun or name

    def _is_piece(self, begun: str, name: str) -> bool:
        whole = (name, begun + name)
        return begun not in self._tools and any(
            tool.startswith(text) and text.startswith(begun)
            for tool in self._tools
            for text in whole
        )

    def _is_another(self, latest: CollectedCall, call_id: str, name: str) -> bool:
        if call_id and latest.id:
            return True
        if name and latest.name:
            if not latest.arguments and self._is_piece(latest.name, name):
                return False
            return name != latest.name or latest.is_whole
        return False

    @staticmethod
    def _bound(call: CollectedCall) -> None:
        if len(call.arguments) > ARGUMENT_CHARACTERS:
            raise NotUnderstood("arguments of a tool that are longer than a million characters")


def known_name(name: str, tools: frozenset[str]) -> str:
    """Return the tool that a name means, which models dress in namespaces, numbers and tokens."""
    name = name.strip()
    if name in tools:
        return name
    found = [tool for tool in tools if re.search(rf"(?<!\w){re.escape(tool)}(?!\w)", name)]
    return found[0] if len(found) == 1 else name


def whole_arguments(text: str) -> str:
    """Return the first object in the arguments that says anything, or the text as it came."""
    rest = text.strip()
    if rest.startswith('"'):
        try:
            rest = str(json.loads(rest))
        except (ValueError, RecursionError):
            return text
    rest = _PLACEHOLDER.sub("", rest)
    try:
        end = json.JSONDecoder().raw_decode(rest)[1] if rest.startswith("{") else 0
    except (ValueError, RecursionError):
        return text
    return rest[:end] or ("{}" if not rest else text)


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
