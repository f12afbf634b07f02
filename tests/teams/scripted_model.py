"""A model without a server: it says and calls what it was given, in bursts."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from agno.models.base import Model
from agno.models.response import ModelResponse


@dataclass(frozen=True, slots=True)
class Line:
    """What one request is answered with."""

    bursts: tuple[tuple[str, ...], ...] = ()
    """Deltas; those of one burst come without a pause."""
    calls: tuple[tuple[str, str], ...] = ()
    """Tools and their arguments as JSON."""


@dataclass
class ScriptedModel(Model):
    """Answers its requests line by line, and with nothing but a dot when it has none left."""

    id: str = "scripted"
    provider: str = "The tests"
    lines: list[Line] = field(default_factory=list)
    asked: int = 0

    def _next(self) -> Line:
        self.asked += 1
        return self.lines.pop(0) if self.lines else Line((("Done.",),))

    def _calls(self, line: Line) -> list[dict[str, Any]]:
        return [
            {
                "id": f"{self.id}-{self.asked}-{number}",
                "type": "function",
                "function": {"name": name, "arguments": arguments},
            }
            for number, (name, arguments) in enumerate(line.calls)
        ]

    async def ainvoke_stream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ModelResponse]:
        line = self._next()
        for burst in line.bursts:
            await asyncio.sleep(0)
            for delta in burst:
                yield ModelResponse(role="assistant", content=delta)
        if line.calls:
            yield ModelResponse(role="assistant", tool_calls=self._calls(line))

    async def ainvoke(self, *args: Any, **kwargs: Any) -> ModelResponse:
        await asyncio.sleep(0)
        return self.invoke()

    def invoke(self, *args: Any, **kwargs: Any) -> ModelResponse:
        line = self._next()
        said = "".join("".join(burst) for burst in line.bursts) or None
        return ModelResponse(role="assistant", content=said, tool_calls=self._calls(line))

    def invoke_stream(self, *args: Any, **kwargs: Any) -> Iterator[ModelResponse]:
        yield self.invoke()

    def _parse_provider_response(self, response: Any, **kwargs: Any) -> ModelResponse:
        raise NotImplementedError

    def _parse_provider_response_delta(self, response: Any) -> ModelResponse:
        raise NotImplementedError


def says(*lines: Line, model_id: str = "scripted") -> ScriptedModel:
    return ScriptedModel(id=model_id, lines=list(lines))


def text(said: str) -> Line:
    return Line(((said,),))


def delegates(member_id: str, task: str = "Tell it") -> Line:
    details = json.dumps({"member_id": member_id, "task": task})
    return Line((), (("delegate_task_to_member", details),))


EVERYONE = Line((), (("delegate_task_to_members", '{"task": "Tell it"}'),))
