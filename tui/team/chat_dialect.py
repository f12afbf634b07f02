"""Every dialect of Chat Completions as the one that OpenAI speaks, before anybody reads it."""

from collections.abc import Iterator, Mapping
from typing import Any

from tui.team.content_parts import parts_of, text_of
from tui.team.error_bodies import ServerSaid, is_error, words_in
from tui.team.tagged_text import Piece, TaggedText
from tui.team.text_tool_calls import calls_in
from tui.team.tool_calls import CallCollector
from tui.team.usage_counts import usage_in

Json = dict[str, Any]

_REASONING_KEYS = (
    "reasoning_content", "reasoning", "reasoning_text", "thinking", "thoughts",
    "reasoning_details", "thinking_blocks",
)  # fmt: skip
_FINISH_KEYS = ("finish_reason", "finishReason")
_NO_REASON = ("", "null", "none")
_DROPPED = ("choices", "usage", "error")


class ChatDialect:
    """Translates the chunks of one completion; what a tool call is becomes clear at its end."""

    def __init__(self, tools: frozenset[str], *, is_thinking: bool = False) -> None:
        self._tools = tools
        self.tagged = TaggedText(tools, is_thinking=is_thinking)
        self._calls = CallCollector(tools)
        self._head: Json = {"id": "chatcmpl-unnamed", "object": "chat.completion.chunk"}
        self._choice: Any = None
        self._finish: str | None = None
        self._is_finished = False
        self._is_streamed = False
        """Whether text came in deltas: a whole message after them tells it again."""

    def translate(self, value: Any, name: str) -> Iterator[Json]:
        """Yield the chunks that a value of the stream means.

        Raises:
            ServerSaid: when it is an error.
            NotUnderstood: when no model could have sent it.
        """
        if isinstance(value, list):
            for item in value:
                yield from self.translate(item, name)
        elif isinstance(value, Mapping):
            _raise_for_error(value, name)
            self._head.update({k: v for k, v in value.items() if k not in _DROPPED})
            self._head["object"] = "chat.completion.chunk"
            yield from self._chunks(value)

    def finish(self) -> Iterator[Json]:
        """Yield what was waiting for the end; a call of an answer that broke off is no call."""
        if self._finish is not None:
            yield from self._close()
        else:
            yield from self._pieces(self.tagged.finish())

    def _chunks(self, value: Mapping[str, Any]) -> Iterator[Json]:
        choice = self._our_choice(value.get("choices"))
        usage = usage_in(value.get("usage")) or usage_in(choice.get("usage"))
        if "done" in value and isinstance(value.get("message"), Mapping):
            # Ollama's own API, one object a line.
            done = value.get("done_reason") or "stop"
            choice = {"delta": value["message"], "finish_reason": done if value["done"] else None}
        delta = choice.get("delta")
        places = (choice, delta) if isinstance(delta, Mapping) else (choice,)
        for place in places:
            if place.get("error"):
                raise ServerSaid(words_in(place["error"]) or "no reason given")
        yield from self._delta(choice)
        reasons = (words_in(place.get(key)) for place in places for key in _FINISH_KEYS)
        reason = next(filter(None, reasons), "").lower()
        if reason not in _NO_REASON:
            self._finish = reason
            yield from self._close(usage)
        elif usage:
            yield self._chunk(None, usage=usage)
        elif not choice and "choices" in value:
            yield self._chunk(None)

    def _our_choice(self, choices: Any) -> Mapping[str, Any]:
        """The choice that is followed: a model that was asked for one may still give several."""
        choices = [choices] if isinstance(choices, Mapping) else choices
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, Mapping):
                index = choice.get("index")
                if self._choice is None and index is not None:
                    self._choice = index
                if index in (None, self._choice):
                    return choice
        return {}

    def _delta(self, choice: Mapping[str, Any]) -> Iterator[Json]:
        delta = choice.get("delta")
        is_told_again = not delta and self._is_streamed
        delta = delta if delta else choice.get("message")
        if not isinstance(delta, Mapping):
            delta = {"content": delta if isinstance(delta, str | list) else choice.get("text")}
        if is_told_again:
            if not self._calls.calls:
                self._calls.add_delta(delta.get("tool_calls"))
            return
        self._is_streamed = self._is_streamed or bool(choice.get("delta") and delta.get("content"))
        if thought := self._thought(delta):
            yield self._chunk({"reasoning_content": thought})
        for kind, text in parts_of(delta.get("content")):
            if kind is Piece.THOUGHT:
                yield self._chunk({"reasoning_content": text})
            else:
                yield from self._pieces(self.tagged.feed(text))
        if refusal := text_of(delta.get("refusal")):
            yield self._chunk({"refusal": refusal})
        extras = {
            key: delta[key]
            for key, kind in (("audio", Mapping), ("annotations", list))
            if isinstance(delta.get(key), kind) and delta[key]
        }
        if extras:
            yield self._chunk(extras)
        self._calls.add_delta(delta.get("tool_calls"))
        if isinstance(called := delta.get("function_call"), Mapping):
            self._calls.add_delta({"function": called})

    @staticmethod
    def _thought(delta: Mapping[str, Any]) -> str:
        return next((text for key in _REASONING_KEYS if (text := _as_thought(delta.get(key)))), "")

    def _pieces(self, pieces: Iterator[tuple[Piece, str]]) -> Iterator[Json]:
        for kind, text in pieces:
            match kind:
                case Piece.TEXT:
                    yield self._chunk({"content": text})
                case Piece.THOUGHT:
                    yield self._chunk({"reasoning_content": text})
                case Piece.RECALL:
                    yield self._chunk({"recalled": True})
                case Piece.CALL:
                    yield from self._worded_calls(text)

    def _worded_calls(self, text: str) -> Iterator[Json]:
        calls = calls_in(text)
        for call in calls:
            self._calls.add_arguments(
                self._calls.new_call(None, "", call["name"]), call["arguments"]
            )
        if not calls:
            yield self._chunk({"garbled_call": text} if self._tools else {"content": text})

    def _close(self, usage: Json | None = None) -> Iterator[Json]:
        yield from self._pieces(self.tagged.finish())
        if calls := list(self._calls.take()):
            yield self._chunk({"tool_calls": calls})
        if not self._is_finished or usage:
            self._is_finished = True
            yield self._chunk({}, self._finish, usage)

    def _chunk(
        self, delta: Json | None, finish: str | None = None, usage: Json | None = None
    ) -> Json:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**self._head, "choices": [] if delta is None else [choice], "usage": usage}


def _as_thought(value: Any) -> str:
    """What a field of its own says that the model thinks; it may be a list of parts."""
    return "".join(text for _, text in parts_of(value, Piece.THOUGHT))


def _raise_for_error(value: Mapping[str, Any], name: str) -> None:
    """Raise for an error, under whatever name it comes."""
    is_bare = not value.get("choices") and "done" not in value
    extra = value.get("x_groq")
    if isinstance(extra, Mapping) and extra.get("error"):
        raise ServerSaid(words_in(extra["error"]))
    if is_error(value, name, is_bare=is_bare):
        raise ServerSaid(words_in(value) or "no reason given")
