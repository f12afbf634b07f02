"""The Responses API, event by event in the order in which OpenAI sends them."""

import time
from collections.abc import Iterator

from tests.servers.dialect import SORRY, Dialect, Ending, Frame, encode
from tests.servers.incoming import Json
from tests.servers.prose import deltas_of
from tests.servers.script import Call

REASONING = ("gpt-5", "gpt-6", "o3", "o4")
STATUS = {
    Ending.COMPLETED: "completed",
    Ending.MAX_TOKENS: "incomplete",
    Ending.CONTENT_FILTER: "incomplete",
    Ending.FAILED: "failed",
    Ending.ERROR_FLAT: "failed",
    Ending.ERROR_NESTED: "failed",
}
INCOMPLETE = {
    Ending.MAX_TOKENS: {"reason": "max_output_tokens"},
    Ending.CONTENT_FILTER: {"reason": "content_filter"},
}


class ResponsesDialect(Dialect):
    """One response."""

    _sequence = -1
    _created_at = 0

    def opening(self) -> bytes:
        self._created_at = int(time.time())
        response = self._response("in_progress", [])
        return self._event("response.created", response=response) + self._event(
            "response.in_progress", response=response
        )

    def body(self) -> Iterator[Frame]:
        index = 0
        if self.ask.model.startswith(REASONING):
            yield Frame(
                self._added(index, self._reasoning()) + self._done(index, self._reasoning())
            )
            index += 1
        if self.turn.deltas:
            yield from self._message(index)
            index += 1
        for number, call in enumerate(self.turn.calls):
            yield from self._function_call(index, number, call)
            index += 1

    def ending(self, ending: Ending) -> list[bytes]:
        if ending is Ending.ERROR_FLAT:
            return [self._event("error", code="server_error", message=SORRY, param=None)]
        if ending is Ending.ERROR_NESTED:
            error = {
                "type": "server_error",
                "code": "server_error",
                "message": SORRY,
                "param": None,
            }
            return [self._event("error", error=error)]
        return [self._event(f"response.{STATUS[ending]}", response=self.whole(ending))]

    def whole(self, ending: Ending) -> Json:
        response = self._response(STATUS[ending], self._output(STATUS[ending]))
        response["incomplete_details"] = INCOMPLETE.get(ending)
        if STATUS[ending] == "failed":
            response["error"] = {"code": "server_error", "message": SORRY}
        elif self.has_usage:
            response["usage"] = self._usage()
        return response

    def delta(self, text: str) -> bytes:
        return self._event(
            "response.output_text.delta",
            item_id=self._id("msg", 0),
            output_index=0,
            content_index=0,
            delta=text,
            logprobs=[],
        )

    def unknown(self) -> bytes:
        return self._event("response.sparkle.delta", item_id=self._id("spk", 0), delta="sparkle")

    def _message(self, index: int) -> Iterator[Frame]:
        kind = "refusal" if self.turn.refusal else "output_text"
        place: Json = {"item_id": self._id("msg", 0), "output_index": index, "content_index": 0}
        yield Frame(
            self._added(index, self._message_item("in_progress", []))
            + self._event("response.content_part.added", **place, part=self._part(""))
        )
        yield from self._text_deltas(f"response.{kind}.delta", place)
        text = self.turn.text
        said = {"refusal": text} if self.turn.refusal else {"text": text, "logprobs": []}
        yield Frame(
            self._event(f"response.{kind}.done", **place, **said)
            + self._event("response.content_part.done", **place, part=self._part(text))
            + self._done(index, self._message_item("completed", [self._part(text)]))
        )

    def _text_deltas(self, type_: str, place: Json) -> Iterator[Frame]:
        """Yields the deltas from a template, because a benchmark needs very many of them."""
        head = f'event: {type_}\ndata: {{"type":"{type_}","sequence_number":'.encode()
        middle = b"," + encode(place)[1:-1] + b',"delta":'
        tail = b"}\n\n" if self.turn.refusal else b',"logprobs":[]}\n\n'
        for text in self.turn.deltas:
            self._sequence += 1
            data = b"%b%d%b%b%b" % (head, self._sequence, middle, encode(text), tail)
            yield Frame(data, text, is_delta=True)

    def _function_call(self, index: int, number: int, call: Call) -> Iterator[Frame]:
        place: Json = {"item_id": self._id("fc", number), "output_index": index}
        yield Frame(self._added(index, self._call_item(number, call, "in_progress", "")))
        for piece in deltas_of(call.arguments):
            event = self._event("response.function_call_arguments.delta", **place, delta=piece)
            yield Frame(event, is_delta=True)
        yield Frame(
            self._event("response.function_call_arguments.done", **place, arguments=call.arguments)
            + self._done(index, self._call_item(number, call, "completed", call.arguments))
        )

    def _event(self, type_: str, **fields: object) -> bytes:
        self._sequence += 1
        data = encode({"type": type_, "sequence_number": self._sequence, **fields})
        return b"event: %b\ndata: %b\n\n" % (type_.encode(), data)

    def _added(self, index: int, item: Json) -> bytes:
        return self._event("response.output_item.added", output_index=index, item=item)

    def _done(self, index: int, item: Json) -> bytes:
        return self._event("response.output_item.done", output_index=index, item=item)

    def _id(self, kind: str, number: int) -> str:
        return f"{kind}_{self.id}{number:02x}"

    def _part(self, text: str) -> Json:
        if self.turn.refusal:
            return {"type": "refusal", "refusal": text}
        return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}

    def _reasoning(self) -> Json:
        return {"id": self._id("rs", 0), "type": "reasoning", "summary": []}

    def _message_item(self, status: str, content: list[Json]) -> Json:
        return {
            "id": self._id("msg", 0),
            "type": "message",
            "status": status,
            "content": content,
            "role": "assistant",
        }

    def _call_item(self, number: int, call: Call, status: str, arguments: str) -> Json:
        return {
            "id": self._id("fc", number),
            "type": "function_call",
            "status": status,
            "arguments": arguments,
            "call_id": self._id("call", number),
            "name": call.name,
        }

    def _output(self, status: str) -> list[Json]:
        output = [self._reasoning()] if self.ask.model.startswith(REASONING) else []
        if self.turn.deltas:
            output.append(self._message_item(status, [self._part(self.turn.text)]))
        for number, call in enumerate(self.turn.calls):
            output.append(self._call_item(number, call, "completed", call.arguments))
        return output

    def _usage(self) -> Json:
        tokens = self.ask.input_tokens, self.turn.size
        return {
            "input_tokens": tokens[0],
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": tokens[1],
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": sum(tokens),
        }

    def _response(self, status: str, output: list[Json]) -> Json:
        return {
            "id": f"resp_{self.id}",
            "object": "response",
            "created_at": self._created_at or int(time.time()),
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "max_output_tokens": None,
            "model": self.ask.model,
            "output": output,
            "parallel_tool_calls": True,
            "previous_response_id": self.ask.previous_id,
            "reasoning": {"effort": None, "summary": None},
            "store": True,
            "temperature": 1.0,
            "text": {"format": {"type": "text"}, "verbosity": "medium"},
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": None,
            "user": None,
            "metadata": {},
        }
