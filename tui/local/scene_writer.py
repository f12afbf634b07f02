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

from tui.local.beginning import grammar_for, without_open_word
from tui.local.plan import UNTITLED, Task, parse_task, request_for
from tui.local.scene import Scene
from tui.local.spent import Spent
from tui.text.untrusted import clean_line, without_surrogates

_MOST_TOKENS = 520
"""Of one request; a scene is over much earlier, unless it is in a language of other letters."""
_LEAST_TEMPERATURE_AGAIN = 0.7
"""With less, another seed may write the same words."""
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
        async for response in (self._title if task.is_title else self._scene)(task):
            yield response

    async def _scene(self, task: Task) -> AsyncIterator[ModelResponse]:
        scene, spent = Scene(task), Spent()
        while not scene.is_over and self._tokens_left(task, spent) > 0:
            scene.begin_try()
            async with aclosing(self._read(task, scene.text, spent)) as answer:
                async for response in answer:
                    response.content = scene.take(response.content or "") or None
                    yield response
                    if scene.must_retry or scene.is_over:
                        break
                else:
                    yield ModelResponse(content=scene.end_try() or None)
        if scene.is_empty:
            raise self._failed("The story model wrote nothing for this scene.")
        yield self._end(spent, "stop" if scene.is_over else "length")
        yield ModelResponse(content=scene.finish())

    async def _title(self, task: Task) -> AsyncIterator[ModelResponse]:
        """Yield the title in one piece, for only its end tells whether it is one."""
        said, spent = "", Spent()
        async with aclosing(self._read(task, "", spent)) as answer:
            async for response in answer:
                said += response.content or ""
                response.content = None
                yield response
                if _AFTER_TITLE.search(said) or len(said) > _TITLE_CHARACTERS:
                    break
        yield self._end(spent, "stop")
        yield ModelResponse(content=f'{task.opening}{_title_from(said)}".')

    async def _request(
        self, task: Task, written: str, spent: Spent
    ) -> AsyncStream[ChatCompletionChunk]:
        told, begun = request_for(task)
        extra_body = dict(self.extra_body or {})
        if task.goes_on and not written:
            begun, start = without_open_word(begun)
            if start:
                extra_body["grammar"] = grammar_for(start)
        if self.seed is not None:
            extra_body["seed"] = self.seed + spent.requests
        temperature = omit if self.temperature is None else self.temperature
        if spent.requests:
            temperature = max(self.temperature or 0, _LEAST_TEMPERATURE_AGAIN)
        spent.begin_request()
        try:
            return await self.get_async_client().chat.completions.create(
                model=self.id,
                messages=[
                    {"role": "user", "content": told},
                    {"role": "assistant", "content": begun + written},
                ],
                stream=True,
                stream_options={"include_usage": True},
                max_tokens=self._tokens_left(task, spent),
                temperature=temperature,
                extra_body=extra_body,
            )
        except APIError as error:
            raise self._failed(f"The story model did not answer: {error.message}") from error

    def _tokens_left(self, task: Task, spent: Spent) -> int:
        most = _TITLE_TOKENS if task.is_title else _MOST_TOKENS
        return min(most, (self.max_tokens or most) - spent.tokens)

    async def _read(
        self, task: Task, written: str, spent: Spent
    ) -> AsyncGenerator[ModelResponse, None]:
        """Yield what the model makes of a task of which something is ``written``."""
        stream = await self._request(task, written, spent)
        try:
            async for chunk in stream:
                response = self._parse_provider_response_delta(chunk)
                response.response_usage = None
                spent.see(chunk)
                yield response
        except Exception as error:
            raise self._failed("The story model broke off in the middle of a scene.") from error
        finally:
            spent.end_request()
            # Not enough to leave the loop: the engine would go on generating unread.
            await stream.close()
        if not spent.finish_reason:
            raise self._failed("The story model broke off in the middle of a scene.")

    def _end(self, spent: Spent, reason: str) -> ModelResponse:
        """Report an end as the server would have, for it may have been decided here."""
        ending = spent.ending(spent.finish_reason or reason)
        return self._parse_provider_response_delta(ending) if ending else ModelResponse()

    def _failed(self, sentence: str) -> ModelProviderError:
        return ModelProviderError(sentence, model_name=self.name, model_id=self.id)


def _title_from(said: str) -> str:
    title = _AFTER_TITLE.split(said)[0]
    if len(title) > _TITLE_CHARACTERS:
        title = title[:_TITLE_CHARACTERS].rsplit(" ", 1)[0]
    return clean_line(title).strip(" .,:;*") or UNTITLED


def _task_in(messages: list[Message]) -> str:
    asked = [message for message in messages if message.role == "user"]
    return asked[-1].get_content_string() if asked else ""
