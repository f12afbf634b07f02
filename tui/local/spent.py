"""What the requests for one text have cost together, for the model is often asked again."""

from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import Choice, ChoiceDelta
from openai.types.completion_usage import CompletionUsage


class Spent:
    """Counts the tokens of requests, as far as their server tells."""

    def __init__(self) -> None:
        self.requests = 0
        self.finish_reason = ""
        """How the latest answer ended; empty when it did not, or was not read so far."""
        self._last: ChatCompletionChunk | None = None
        self._usages: list[CompletionUsage | None] = []

    def begin_request(self) -> None:
        """Begin to count one more."""
        self.requests += 1
        self.finish_reason, self._last = "", None

    def see(self, chunk: ChatCompletionChunk) -> None:
        """Take account of a chunk of the answer."""
        self._last = chunk
        for choice in chunk.choices or ():
            self.finish_reason = choice.finish_reason or self.finish_reason

    def end_request(self) -> None:
        """Count what the answer has cost, whether or not it was read to its end."""
        if self._last is not None:
            self._usages.append(_usage_in(self._last))

    @property
    def tokens(self) -> int:
        """The tokens that were written, as far as they are known."""
        return sum(usage.completion_tokens for usage in self._usages if usage)

    def ending(self, reason: str) -> ChatCompletionChunk | None:
        """Return the end as a server would have reported it, with the cost of all requests."""
        if self._last is None:
            return None
        choice = Choice.model_construct(index=0, delta=ChoiceDelta(), finish_reason=reason)
        return self._last.model_copy(update={"choices": [choice], "usage": self._usage()})

    def _usage(self) -> CompletionUsage | None:
        known = [usage for usage in self._usages if usage]
        if len(known) < len(self._usages):
            return None
        read = sum(usage.prompt_tokens for usage in known)
        return CompletionUsage(
            prompt_tokens=read, completion_tokens=self.tokens, total_tokens=read + self.tokens
        )


def _usage_in(chunk: ChatCompletionChunk) -> CompletionUsage | None:
    """Return what llama.cpp has counted up to this chunk; other servers count only at the end."""
    timings = (chunk.model_extra or {}).get("timings")
    if chunk.usage or not timings:
        return chunk.usage
    read, written = timings["cache_n"] + timings["prompt_n"], timings["predicted_n"]
    return CompletionUsage(
        prompt_tokens=read, completion_tokens=written, total_tokens=read + written
    )
