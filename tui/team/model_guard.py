"""Prompt cancel and honest endings for any Agno model, in one place.

``guard_team`` gives every model of a team a subclass of its own class in which each step of the
stream can be interrupted. Agno looks for a cancel only between two chunks; here a pending read,
a slow connect and the client's own retry sleep are all left at once, and Agno is told with its own
exception, so that it emits and persists what it always does.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, cast

from agno.models.base import Model
from agno.models.openai import OpenAIChat, OpenAIResponses
from agno.models.response import ModelResponse
from agno.team import Team
from agno.tools.function import FunctionCall, FunctionExecutionResult
from agno.utils.timer import Timer
from openai import AsyncOpenAI

from tui.config.endpoint import Endpoint
from tui.config.prices import check_price
from tui.errors import said_by
from tui.team.endings import EndingWatch
from tui.team.http_client import reached
from tui.team.interrupt import Interrupted
from tui.team.member_stops import owner
from tui.team.members import Member, agents_of, models_of, on_late_members
from tui.team.model_calls import ModelCall, RunGuard
from tui.team.model_facts import endpoint_of, max_tokens_of
from tui.team.side_loop import close_client, twin_of
from tui.team.surrogates import joined
from tui.team.tool_results import bound_result
from tui.team.transport import listener

_watch: ContextVar[EndingWatch] = ContextVar("storyteam_ending_watch")
"""The watch of the call that the running task is reading; Agno's parse hook does not pass one."""


_asked: ContextVar[Model | None] = ContextVar("storyteam_asked_model", default=None)
"""The model that is being asked: what it calls of itself belongs to the same request."""


class _Guarded(Model):
    """Races every step of a model call against the run's interrupt."""

    _guard: RunGuard
    _endpoint: Endpoint
    _tells_how_it_ended = False
    """Whether the class lets us watch the provider's own events; if not, its end is believed."""

    is_twin = False
    """Whether it is a copy for a loop that is not the run's own."""

    async def ainvoke_stream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ModelResponse]:
        if _asked.get() is self:
            async for piece in super().ainvoke_stream(*args, **kwargs):  # type: ignore[safe-super]
                yield piece
            return
        if self._is_abroad():
            async with self._twin() as twin:
                async for delta in twin.ainvoke_stream(*args, **kwargs):
                    yield delta
            return
        call = self._begin(kwargs, is_stream=True)
        await self._guard.leave_if_all_are_stopped(call)
        if call.stop.is_set:
            yield self._guard.farewell(call)
            return
        with self._guard.account(call):
            # Abstract only in Agno's base: every class that is guarded has its own.
            steps = super().ainvoke_stream(*args, **kwargs).__aiter__()  # type: ignore[safe-super]
            while (delta := await self._step(steps, call)) is not None:
                self._guard.see_recall(call)
                self._guard.take(call, delta)
                yield delta
        if call.is_stopped:
            yield self._guard.farewell(call)

    async def ainvoke(self, *args: Any, **kwargs: Any) -> ModelResponse:
        if _asked.get() is self:
            return await super().ainvoke(*args, **kwargs)  # type: ignore[safe-super]
        if self._is_abroad():
            async with self._twin() as twin:
                return cast("ModelResponse", await twin.ainvoke(*args, **kwargs))
        call = self._begin(kwargs, is_stream=False)
        await self._guard.leave_if_all_are_stopped(call)
        if call.stop.is_set:
            return self._guard.farewell(call)
        response = None
        with self._guard.account(call):
            listener.set(call.listener)
            with self._guard.interrupt.scope(), call.stop.scope(), self._being_asked():
                response = await super().ainvoke(*args, **kwargs)  # type: ignore[safe-super]
            self._guard.take_whole(call, response)
        return self._guard.farewell(call) if response is None else response

    def _is_abroad(self) -> bool:
        """Whether it is asked on a loop that a tool has made, and that ends with the tool."""
        return not self.is_twin and self._guard.loop not in (None, asyncio.get_running_loop())

    @asynccontextmanager
    async def _twin(self) -> AsyncIterator[Any]:
        twin = twin_of(self)
        try:
            yield twin
        finally:
            await close_client(twin)

    def invoke(self, *args: Any, **kwargs: Any) -> ModelResponse:
        if _asked.get() is self:
            return super().invoke(*args, **kwargs)  # type: ignore[safe-super]
        side = self._guard.side
        try:
            return cast("ModelResponse", side.wait_for(side.twin(self).ainvoke(*args, **kwargs)))
        except NotImplementedError:
            # A class that cannot be asked otherwise cannot be interrupted either.
            return self._invoke_blocking(*args, **kwargs)

    def _invoke_blocking(self, *args: Any, **kwargs: Any) -> ModelResponse:
        call = self._begin(kwargs, is_stream=False)
        with self._guard.account(call):
            response = super().invoke(*args, **kwargs)  # type: ignore[safe-super]
            self._guard.take_whole(call, response)
            return response

    def invoke_stream(self, *args: Any, **kwargs: Any) -> Iterator[ModelResponse]:
        if _asked.get() is self:
            yield from super().invoke_stream(*args, **kwargs)  # type: ignore[safe-super]
            return
        side = self._guard.side
        yield from side.iterate(side.twin(self).ainvoke_stream(*args, **kwargs))

    async def arun_function_call(self, function_call: FunctionCall) -> Any:
        """Run a tool; one that raises what a cancelled task does has failed, and no more.

        Agno would wait for its task for ever. Of a result that no model could read, the rest is
        left out. A tool whose member is stopped is left at once.
        """
        try:
            with self._guard.stops.of(owner.get()).scope():
                returned = await super().arun_function_call(function_call)
            if sentence := bound_result(*returned[2:]):
                self._guard.notes.setdefault(sentence)
            return returned
        except Interrupted:
            self._guard.note_tool_left(function_call.function)
            return _failed(function_call, "The user stopped this call.")
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise
            return _failed(function_call, f"{type(error).__name__} {said_by(error)}".strip())

    async def _step(
        self, steps: AsyncIterator[ModelResponse], call: ModelCall
    ) -> ModelResponse | None:
        _watch.set(call.watch)
        listener.set(call.listener)
        with self._guard.interrupt.scope(), call.stop.scope(), self._being_asked():
            return await anext(steps, None)

    @contextmanager
    def _being_asked(self) -> Iterator[None]:
        token = _asked.set(self)
        try:
            yield
        finally:
            _asked.reset(token)

    def _begin(self, arguments: dict[str, Any], *, is_stream: bool) -> ModelCall:
        # It may be a copy that Agno has made meanwhile.
        self._guard.models[id(self)] = self
        messages = arguments.get("messages") or ()
        for message in messages:
            if isinstance(message.content, str):
                # Half a character, which a tool may return, cannot be sent.
                message.content = joined(message.content)
        speaker = self._guard.speaker(arguments.get("run_response"))
        if speaker:
            owner.set(speaker.run_id)
        call = ModelCall(
            speaker=speaker,
            stop=self._guard.stops.of(owner.get()),
            prompt_characters=sum(len(str(message.content or "")) for message in messages),
            max_tokens=max_tokens_of(self),
            endpoint=self._endpoint,
            is_streamed=is_stream,
            watch=EndingWatch(self._endpoint, self._tells_how_it_ended and is_stream),
        )
        self._guard.listen(call)
        return call


def _failed(function_call: FunctionCall, error: str) -> Any:
    """Return what Agno expects of a tool that failed."""
    function_call.error = error
    failure = FunctionExecutionResult(status="failure", error=error)
    return False, Timer(), function_call, failure  # type: ignore[no-untyped-call]


class _HonestResponses(_Guarded, OpenAIResponses):
    _tells_how_it_ended = True

    def get_async_client(self) -> AsyncOpenAI:
        return reached(self, self._endpoint, super().get_async_client)

    def _parse_provider_response_delta(self, stream_event: Any, *args: Any) -> Any:
        _watch.get().see_response_event(stream_event)
        return super()._parse_provider_response_delta(stream_event, *args)


class _HonestChat(_Guarded, OpenAIChat):
    _tells_how_it_ended = True

    def get_async_client(self) -> AsyncOpenAI:
        return reached(self, self._endpoint, super().get_async_client)

    def _parse_provider_response_delta(self, response_delta: Any) -> ModelResponse:
        _watch.get().see_chat_chunk(response_delta)
        return super()._parse_provider_response_delta(response_delta)


def guard_team(team: Member, guard: RunGuard, *, is_leader: bool = False) -> None:
    """Guard every model that the team and its members hold, however deeply nested.

    Raises:
        UsageError: when the cost is limited, and the price of one of them is not known.
    """
    for model in models_of(team):
        guard_model(model, guard)
    for agent in agents_of(team):
        agent.set_id()
        guard.names.add(str(agent.id), agent.name, is_leader=agent is team and is_leader)
    if is_leader and isinstance(team, Team) and isinstance(team.members, list):
        guard.members = frozenset(guard.names.of_member(str(each.id)) for each in team.members)
    for agent in agents_of(team):
        if isinstance(agent, Team):
            on_late_members(agent, lambda member: guard_team(member, guard))


def guard_model(model: Model, guard: RunGuard) -> None:
    """Let a model belong to a run.

    Raises:
        UsageError: when the cost is limited, and the model's price is not known.
    """
    model.__class__ = _guarded_class(type(model))
    guarded = cast("_Guarded", model)
    guarded._guard = guard
    guarded._endpoint = endpoint_of(model, guard.endpoint)
    guard.models[id(model)] = model
    if guard.limits.cost_usd is not None:
        check_price(guarded._endpoint)


@cache
def _guarded_class(model_class: type[Model]) -> type[Model]:
    if issubclass(model_class, _Guarded):
        return model_class
    mixin: type[Model] = _Guarded  # type: ignore[type-abstract]
    if issubclass(model_class, OpenAIResponses):
        mixin = _HonestResponses
    elif issubclass(model_class, OpenAIChat):
        mixin = _HonestChat
    # The name stays: Agno and its users show it.
    return type(model_class.__name__, (mixin, model_class), {})
