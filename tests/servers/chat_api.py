"""The Chat Completions API, chunk by chunk in the order in which OpenAI sends them."""

import time
from collections.abc import Iterator

from tests.servers.dialect import SORRY, Dialect, Ending, Frame, encode
from tests.servers.incoming import Json
from tests.servers.prose import deltas_of
from tests.servers.script import Call

FINISH = {Ending.MAX_TOKENS: "length", Ending.CONTENT_FILTER: "content_filter"}
FLAT_ERROR = {"object": "error", "message": SORRY, "type": "server_error", "code": 500}
NESTED_ERROR = {"error": {"message": SORRY, "type": "server_error", "param": None, "code": None}}
DONE = b"data: [DONE]\n\n"


class ChatDialect(Dialect):
    """One chat completion."""

    _created = 0

    def opening(self) -> bytes:
        self._created = int(time.time())
        return self._chunk({"role": "assistant", "content": "", "refusal": None})

    def body(self) -> Iterator[Frame]:
        key = "refusal" if self.turn.refusal else "content"
        for thought in self.turn.thoughts:
            yield Frame(self._chunk({"reasoning_content": thought}))
        yield from self._text_deltas(key)
        for index, call in enumerate(self.turn.calls):
            yield from self._tool_call(index, call)

    def ending(self, ending: Ending) -> list[bytes]:
        if ending is Ending.ERROR_FLAT:
            return [self._event(FLAT_ERROR), DONE]
        if ending in (Ending.ERROR_NESTED, Ending.FAILED):
            return [self._event(NESTED_ERROR), DONE]
        chunks = [self._chunk({}, self._finish(ending))]
        if self.has_usage and self.ask.include_usage:
            chunks.append(self._event({**self._head(), "choices": [], "usage": self._usage()}))
        return [*chunks, DONE]

    def whole(self, ending: Ending) -> Json:
        if ending is Ending.ERROR_FLAT:
            return FLAT_ERROR
        if ending in (Ending.ERROR_NESTED, Ending.FAILED):
            return NESTED_ERROR
        said = "refusal" if self.turn.refusal else "content"
        message: Json = {"role": "assistant", "content": None, "refusal": None, "annotations": []}
        message[said] = self.turn.text or None
        if self.turn.calls:
            message["tool_calls"] = [
                self._call(index, call) for index, call in enumerate(self.turn.calls)
            ]
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": self._finish(ending),
        }
        whole: Json = {**self._head("chat.completion"), "choices": [choice]}
        return {**whole, "usage": self._usage()} if self.has_usage else whole

    def delta(self, text: str) -> bytes:
        return self._chunk({"content": text})

    def unknown(self) -> bytes:
        return self._event({**self._head("chat.completion.sparkle"), "choices": []})

    def _text_deltas(self, key: str) -> Iterator[Frame]:
        """Yields the deltas from a template, because a benchmark needs very many of them."""
        head, _, tail = self._chunk({key: "@"}).rpartition(b'"@"')
        for text in self.turn.deltas:
            yield Frame(b"%b%b%b" % (head, encode(text), tail), text, is_delta=True)

    def _tool_call(self, index: int, call: Call) -> Iterator[Frame]:
        opened = self._call(index, Call(call.name, ""))
        yield Frame(self._chunk({"tool_calls": [{"index": index, **opened}]}))
        for piece in deltas_of(call.arguments):
            part = {"index": index, "function": {"arguments": piece}}
            yield Frame(self._chunk({"tool_calls": [part]}), is_delta=True)

    def _call(self, index: int, call: Call) -> Json:
        function = {"name": call.name, "arguments": call.arguments}
        return {"id": f"call_{self.id}{index:02x}", "type": "function", "function": function}

    def _finish(self, ending: Ending) -> str:
        return FINISH.get(ending) or ("tool_calls" if self.turn.calls else "stop")

    def _head(self, kind: str = "chat.completion.chunk") -> Json:
        return {
            "id": f"chatcmpl-{self.id}",
            "object": kind,
            "created": self._created or int(time.time()),
            "model": self.ask.model,
            "service_tier": "default",
            "system_fingerprint": None,
        }

    def _chunk(self, delta: Json, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._event({**self._head(), "choices": [choice]})

    def _event(self, value: Json) -> bytes:
        return b"data: %b\n\n" % encode(value)

    def _usage(self) -> Json:
        tokens = self.ask.input_tokens, self.turn.size
        return {
            "prompt_tokens": tokens[0],
            "completion_tokens": tokens[1],
            "total_tokens": sum(tokens),
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        }
