"""The calls of tools in a response, whichever of its events tell them."""

from collections.abc import Iterator, Mapping
from typing import Any

from tui.team.tool_calls import CallCollector, CollectedCall, argument_text


class ResponseCalls:
    """Collects the calls of one response; each is told as an item, in pieces, and whole."""

    def __init__(self, tools: frozenset[str] = frozenset()) -> None:
        self._collector = CallCollector(tools)
        self._by_key: dict[str, CollectedCall] = {}

    @property
    def has_any(self) -> bool:
        """Whether a call has begun."""
        return bool(self._collector.calls)

    def add_item(self, item: Mapping[str, Any], index: Any) -> None:
        """Add what an item tells of its call."""
        call = self._call(item, index)
        call.name = call.name or str(item.get("name") or "")
        call.id = call.id or str(item.get("call_id") or "")
        self._collector.set_arguments(call, item.get("arguments"))

    def add_arguments_event(self, event: Mapping[str, Any], *, is_delta: bool) -> None:
        """Add what an event tells of a call's arguments: a piece, or all of them."""
        call = self._call(event, event.get("output_index"))
        call.name = call.name or str(event.get("name") or "")
        if is_delta:
            self._collector.add_arguments(call, event.get("delta"))
        else:
            self._collector.set_arguments(call, event.get("arguments"))

    def add_worded(self, name: str, arguments: str) -> None:
        """Add a call that the model wrote into its text."""
        self._collector.set_arguments(self._collector.new_call(None, "", name), arguments)

    def take_events(self) -> Iterator[dict[str, Any]]:
        """Take the calls as the events that tell each of them whole."""
        for index, chunk in enumerate(self._collector.take()):
            item = {
                "type": "function_call",
                "id": f"fc_{chunk['id'].removeprefix('call_')}",
                "call_id": chunk["id"],
                "status": "completed",
                **chunk["function"],
            }
            for verb in ("added", "done"):
                kind = f"response.output_item.{verb}"
                yield {"type": kind, "sequence_number": 0, "output_index": index, "item": item}

    def _call(self, said: Mapping[str, Any], index: Any) -> CollectedCall:
        """The call that an event is about: by its item, its place, its id, or the latest one."""
        is_item = said.get("type") == "function_call"
        item_id = said.get("id") if is_item else said.get("item_id")
        keys = [
            f"{name}:{key}"
            for name, key in (("item", item_id), ("call", said.get("call_id")), ("place", index))
            if key is not None and key != ""
        ]
        call = next((self._by_key[key] for key in keys if key in self._by_key), None)
        if call is None and not keys and self._collector.calls and not is_item:
            call = self._collector.calls[-1]
        if call is None and not keys and is_item:
            name = said.get("name")
            text = argument_text(said.get("arguments"))
            open_calls = (
                call
                for call in self._collector.calls
                if call.name in ("", name) and (not call.is_whole or call.arguments == text)
            )
            call = next(open_calls, None)
        if call is None:
            call = self._collector.new_call(None, str(said.get("call_id") or ""), "")
        self._by_key.update(dict.fromkeys(keys, call))
        return call
