"""The members' model: it writes one scene by going on with the assistant's own turn."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any, Never

from agno.exceptions import ModelProviderError
from agno.models.base import Model
from agno.models.message import Message
from agno.models.openai.like import OpenAILike
from agno.models.response import ModelResponse
from openai import APIError, AsyncStream, omit
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import Choice as ChunkChoice
from openai.types.chat.chat_completion_chunk import ChoiceDelta
from openai.types.completion_usage import CompletionUsage

from tui.local.beginning import Beginning, grammar_for, last_paragraph_of, without_open_word
from tui.local.plan import MOST_WORDS_PER_SCENE, STOPS, UNTITLED, Task, parse_task, request_for
from tui.local.sentences import SentenceGate
from tui.text.untrusted import clean_line, count_words, without_surrogates

_MOST_TOKENS = MOST_WORDS_PER_SCENE * 4
_TITLE_CHARACTERS = 70
_TITLE_TOKENS = 100
"""Never reached, for the title is cut before: the server would call it an unfinished text."""
_AFTER_TITLE = re.compile(r'["\n]')


class StreamOnly(Model):
    """A model that is only ever streamed."""

    def invoke(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """Refuse."""
        self._refuse()

    async def ainvoke(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """Refuse."""
        self._refuse()

    def invoke_stream(self, *args: Any, **kwargs: Any) -> Iterator[ModelResponse]:
        """Refuse."""
        self._refuse()

    def _refuse(self) -> Never:
        raise NotImplementedError(f"{self.name} only streams asynchronously")


class SceneWriter(StreamOnly, OpenAILike):
    """Writes what a task asks for, by going on with the assistant's own turn."""

    async def ainvoke_stream(
        self, messages: list[Message], assistant_message: Message, *args: Any, **kwargs: Any
    ) -> AsyncIterator[ModelResponse]:
        """Yield the opening and what the model makes of it, up to a whole sentence.

        Raises:
            ModelProviderError: when the engine fails, or stops before the model had finished.
        """
        task = parse_task(without_surrogates(_task_in(messages)))
        stream = await self._request(task)
        try:
            async for response in (self._title if task.is_title else self._scene)(task, stream):
                yield response
        finally:
            # Not enough to leave the loop: the engine would go on generating for nobody.
            await stream.close()

    async def _request(self, task: Task) -> AsyncStream[ChatCompletionChunk]:
        told, begun = request_for(task)
        extra_body = dict(self.extra_body or {})
        if task.goes_on:
            begun, start = without_open_word(begun)
            if start:
                extra_body["grammar"] = grammar_for(start)
        most = _TITLE_TOKENS if task.is_title else _MOST_TOKENS
        try:
            return await self.get_async_client().chat.completions.create(
                model=self.id,
                messages=[
                    {"role": "user", "content": told},
                    {"role": "assistant", "content": begun},
                ],
                stream=True,
                stream_options={"include_usage": True},
                stop=list(STOPS),
                max_tokens=min(most, self.max_tokens or most),
                temperature=omit if self.temperature is None else self.temperature,
                extra_body=extra_body,
            )
        except APIError as error:
            raise self._failed(f"The story model did not answer: {error.message}") from error

    async def _scene(
        self, task: Task, stream: AsyncStream[ChatCompletionChunk]
    ) -> AsyncIterator[ModelResponse]:
        paragraph = last_paragraph_of(task.story) if task.goes_on else task.opening
        words = count_words(paragraph)[0] if task.goes_on else 0
        gate = SentenceGate(paragraph, words + task.enough_words, words + MOST_WORDS_PER_SCENE)
        beginning = Beginning(task)
        async with aclosing(self._read(stream)) as answer:
            async for response, chunk in answer:
                new = beginning.take(response.content or "")
                shown = beginning.joined(gate.take(new))
                response.content = shown or None
                yield response
                if gate.is_closed:
                    yield self._own_end(chunk)
                    break
        if not beginning.is_shown and task.is_whole:
            yield ModelResponse(content=task.gap + task.opening)
        elif not beginning.is_shown and not task.goes_on:
            raise self._failed("The story model wrote nothing for this scene.")
        yield ModelResponse(content=gate.finish())

    async def _title(
        self, task: Task, stream: AsyncStream[ChatCompletionChunk]
    ) -> AsyncIterator[ModelResponse]:
        """Yield the title in one piece, for only its end tells whether it is one."""
        said = ""
        async with aclosing(self._read(stream)) as answer:
            async for response, chunk in answer:
                said += response.content or ""
                response.content = None
                yield response
                if _AFTER_TITLE.search(said) or len(said) > _TITLE_CHARACTERS:
                    yield self._own_end(chunk)
                    break
        yield ModelResponse(content=f'{task.opening}{_title_from(said)}".')

    async def _read(
        self, stream: AsyncStream[ChatCompletionChunk]
    ) -> AsyncGenerator[tuple[ModelResponse, ChatCompletionChunk], None]:
        is_final = False
        try:
            async for chunk in stream:
                is_final = is_final or any(choice.finish_reason for choice in chunk.choices)
                yield self._parse_provider_response_delta(chunk), chunk
        except Exception as error:
            raise self._failed("The story model broke off in the middle of a scene.") from error
        if not is_final:
            raise self._failed("The story model broke off in the middle of a scene.")

    def _own_end(self, chunk: ChatCompletionChunk) -> ModelResponse:
        """Report the end that was decided here as the server would have, with its usage."""
        choice = ChunkChoice(index=0, delta=ChoiceDelta(), finish_reason="stop")
        end = chunk.model_copy(update={"choices": [choice], "usage": _usage_in(chunk)})
        return self._parse_provider_response_delta(end)

    def _failed(self, sentence: str) -> ModelProviderError:
        return ModelProviderError(sentence, model_name=self.name, model_id=self.id)


def _usage_in(chunk: ChatCompletionChunk) -> CompletionUsage | None:
    """Return what llama.cpp has counted up to this chunk; other servers count only at the end."""
    timings = (chunk.model_extra or {}).get("timings")
    if not timings:
        return None
    read = timings["cache_n"] + timings["prompt_n"]
    written = timings["predicted_n"]
    return CompletionUsage(
        prompt_tokens=read, completion_tokens=written, total_tokens=read + written
    )


def _title_from(said: str) -> str:
    title = _AFTER_TITLE.split(said)[0]
    if len(title) > _TITLE_CHARACTERS:
        title = title[:_TITLE_CHARACTERS].rsplit(" ", 1)[0]
    return clean_line(title).strip(" .,:;*") or UNTITLED


def _task_in(messages: list[Message]) -> str:
    asked = [message for message in messages if message.role == "user"]
    return asked[-1].get_content_string() if asked else ""
