"""Every dialect of the Responses API as the one that OpenAI speaks, before anybody reads it."""

from collections.abc import Iterator, Mapping
from typing import Any

from tui.team.content_parts import parts_of, text_of
from tui.team.error_bodies import ModelFailed, ServerSaid, is_error, words_in
from tui.team.response_calls import ResponseCalls
from tui.team.tagged_text import Piece, TaggedText
from tui.team.text_tool_calls import calls_in
from tui.team.usage_counts import response_usage_in

Json = dict[str, Any]

_FINAL = ("response.completed", "response.incomplete", "response.failed", "response.cancelled")
_TEXT_EVENTS = ("response.output_text.", "response.text.")
_THOUGHT_EVENTS = (
    "response.reasoning_summary_text.", "response.reasoning_text.", "response.reasoning.",
    "response.reasoning_summary.",
)  # fmt: skip


class ResponsesDialect:
    """Translates the events of one response; each text is taken once, however often it is told."""

    def __init__(self, tools: frozenset[str], *, is_thinking: bool = False) -> None:
        self._tools = tools
        self.tagged = TaggedText(tools, is_thinking=is_thinking)
        self._calls = ResponseCalls(tools)
        self._streamed: set[str] = set()
        """The kinds of text that came in deltas: what else tells them repeats them."""
        self._told: set[tuple[str, str]] = set()
        """The kinds and the texts that came whole."""
        self._id = ""
        self._is_created = False

    def translate(self, value: Any, name: str) -> Iterator[Json]:
        """Yield the events that a value of the stream means.

        Raises:
            ServerSaid: when it is an error.
            NotUnderstood: when no model could have sent it.
        """
        if isinstance(value, list):
            for item in value:
                yield from self.translate(item, name)
        elif isinstance(value, Mapping):
            kind = value.get("type")
            kind = kind if isinstance(kind, str) and kind else name
            if value.get("object") == "response" and not kind.startswith("response."):
                # The response itself, without an event around it.
                kind, value = f"response.{value.get('status') or 'completed'}", {"response": value}
            yield from self._events(kind, value)

    def finish(self) -> Iterator[Json]:
        """Yield the text that was waiting for the end."""
        yield from self._pieces(self.tagged.finish())

    def _events(self, kind: str, value: Mapping[str, Any]) -> Iterator[Json]:
        if not kind.startswith("response."):
            _raise_for_error(kind, value)
            return
        yield from self._created(value)
        subject, _, verb = kind.rpartition(".")
        if kind in _FINAL:
            yield from self._final(kind, value.get("response"))
        elif kind.startswith(_TEXT_EVENTS):
            if verb in ("delta", "done"):
                said = value.get("delta" if verb == "delta" else "text")
                yield from self._text("text", said, verb)
            elif isinstance(value.get("annotation"), Mapping):
                yield {**value, "type": kind}
        elif kind.startswith(_THOUGHT_EVENTS):
            said = value.get("delta", value.get("text"))
            yield from self._text("thought", said, verb)
        elif subject == "response.refusal":
            said = value.get("delta" if verb == "delta" else "refusal")
            yield from self._text("refusal", said, verb)
        elif subject == "response.function_call_arguments":
            self._calls.add_arguments_event(value, is_delta=verb == "delta")
        elif subject == "response.output_item":
            yield from self._item(
                value.get("item"), value.get("output_index"), is_done=verb == "done"
            )
        elif kind == "response.content_part.done":
            yield from self._part(value.get("part"))

    def _created(self, value: Mapping[str, Any]) -> Iterator[Json]:
        if not self._is_created:
            self._is_created = True
            response = value.get("response")
            found = response.get("id") if isinstance(response, Mapping) else None
            self._id = str(found or value.get("response_id") or "resp_unnamed")
            yield {"type": "response.created", "sequence_number": 0, "response": self._response()}

    def _text(self, kind: str, said: Any, verb: str) -> Iterator[Json]:
        """Yield what is new of a text: the whole of it may be told again, three times over."""
        text = text_of(said)
        if verb == "delta":
            self._streamed.add(kind)
        elif kind in self._streamed or (kind, text) in self._told:
            return
        else:
            self._told.add((kind, text))
        if not text:
            return
        if kind == "text":
            yield from self._pieces(self.tagged.feed(text))
        elif kind == "thought":
            yield _event("response.reasoning_summary_text.delta", text)
        else:
            yield _event("response.refusal.delta", text)

    def _has_told(self, kind: str) -> bool:
        return kind in self._streamed or any(told == kind for told, _ in self._told)

    def _part(self, part: Any) -> Iterator[Json]:
        """Yield what a part of the content tells that no delta has told."""
        if isinstance(part, Mapping) and part.get("type") == "refusal":
            yield from self._text("refusal", part.get("refusal"), "done")
            return
        for kind, text in parts_of(part):
            yield from self._text("thought" if kind is Piece.THOUGHT else "text", text, "done")

    def _item(self, item: Any, index: Any, *, is_done: bool) -> Iterator[Json]:
        if not isinstance(item, Mapping):
            return
        match item.get("type"):
            case "function_call":
                self._calls.add_item(item, index)
            case "message" if is_done:
                content = item.get("content")
                for part in content if isinstance(content, list) else [content]:
                    yield from self._part(part)
            case "reasoning" if is_done and not self._has_told("thought"):
                summary = _thought_of(item.get("summary")) or _thought_of(item.get("content"))
                yield from self._text("thought", summary, "done")

    def _final(self, kind: str, said: Any) -> Iterator[Json]:
        response = said if isinstance(said, Mapping) else {}
        status = str(response.get("status") or kind.removeprefix("response."))
        output = response.get("output")
        items = output if isinstance(output, list) else []
        if kind == "response.failed" or status == "failed" or response.get("error"):
            raise ModelFailed(words_in(response.get("error")) or "no reason given")
        had_text, had_calls = self._has_told("text"), self._calls.has_any
        if not had_text and not items:
            yield from self._text("text", response.get("output_text"), "done")
        for number, item in enumerate(items):
            of_type = item.get("type") if isinstance(item, Mapping) else None
            if (of_type == "function_call" and not had_calls) or (
                of_type != "function_call" and not (of_type == "message" and had_text)
            ):
                yield from self._item(item, number, is_done=True)
        yield from self._pieces(self.tagged.finish())
        yield from self._calls.take_events()
        details = response.get("incomplete_details")
        reason = details.get("reason") if isinstance(details, Mapping) else None
        if kind == "response.cancelled" or status in ("incomplete", "cancelled"):
            kind, status, reason = "response.incomplete", "incomplete", reason or status
        else:
            kind, status = "response.completed", "completed"
        final = self._response(status, [i for i in items if _is_replayable(i)])
        final["usage"] = response_usage_in(response.get("usage"))
        final["incomplete_details"] = {"reason": words_in(reason)} if reason else None
        yield {"type": kind, "sequence_number": 0, "response": final}

    def _pieces(self, pieces: Iterator[tuple[Piece, str]]) -> Iterator[Json]:
        for kind, text in pieces:
            match kind:
                case Piece.TEXT:
                    yield _event("response.output_text.delta", text)
                case Piece.THOUGHT:
                    yield _event("response.reasoning_summary_text.delta", text)
                case Piece.RECALL:
                    yield {"type": "storyteam.recalled"}
                case Piece.CALL:
                    yield from self._worded_calls(text)

    def _worded_calls(self, text: str) -> Iterator[Json]:
        calls = calls_in(text)
        for call in calls:
            self._calls.add_worded(call["name"], call["arguments"])
        if not calls and self._tools:
            yield {"type": "storyteam.garbled_call", "delta": text}
        elif not calls:
            yield _event("response.output_text.delta", text)

    def _response(self, status: str = "in_progress", output: list[Any] | None = None) -> Json:
        return {"id": self._id, "object": "response", "status": status, "output": output or []}


def _thought_of(said: Any) -> str:
    return "".join(text for _, text in parts_of(said, Piece.THOUGHT))


def _event(kind: str, delta: str) -> Json:
    place = {"item_id": "msg", "output_index": 0, "content_index": 0, "summary_index": 0}
    return {"type": kind, "sequence_number": 0, "delta": delta, **place, "logprobs": []}


def _is_replayable(item: Any) -> bool:
    """Whether it is reasoning that the next request has to bring back."""
    return (
        isinstance(item, Mapping)
        and item.get("type") == "reasoning"
        and isinstance(item.get("id"), str)
        and isinstance(item.get("summary"), list)
        and all(isinstance(part, Mapping) for part in item["summary"])
    )


def _raise_for_error(kind: str, value: Mapping[str, Any]) -> None:
    """Raise for an error, under whatever name it comes."""
    if is_error(value, kind, is_bare=not kind):
        raise ServerSaid(words_in(value) or "no reason given")
