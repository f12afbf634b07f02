"""A team on a model too small to lead one: the playbook leads, the model writes every word.

How a team is built with it, for each run::

    storyteller = Agent(name="StorytellerAgent", model=member_model(address), ...)
    editor = Agent(name="EditorAgent", model=member_model(address), ...)
    team = Team(members=[storyteller, editor], model=leader_model(), ...)

The leader emits Agno's own ``delegate_task_to_member`` calls, so members, events and cancel are
Agno's. The prompt says which plan it is: a whole story, or a passage that goes on with one.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from agno.exceptions import ModelProviderError
from agno.metrics import MessageMetrics
from agno.models.base import Model
from agno.models.message import Message
from agno.models.response import ModelResponse
from agno.utils.string import generate_id_from_name

from tui.local.address import EngineAddress
from tui.local.going_on import ContinuedPlan
from tui.local.plain_plan import PlainPlan
from tui.local.plan import Plan, Step, StoryPlan, Task
from tui.local.scene_writer import SceneWriter, StreamOnly
from tui.run.stopping import without_stop_note
from tui.story.continuing import parse_continuation, parse_note

DELEGATE = "delegate_task_to_member"


def leader_model(
    storyteller: str = "StorytellerAgent", editor: str = "EditorAgent", *, is_plain: bool = False
) -> Model:
    """Return the model of the team's leader, given the names of its two members.

    ``is_plain`` says that their model needs no more than to be asked for a story.
    """
    return Playbook(
        id="playbook", name="Playbook", storyteller=storyteller, editor=editor, is_plain=is_plain
    )


def member_model(
    address: EngineAddress,
    *,
    temperature: float | None = None,
    max_tokens: int | None = None,
    timeout: float | None = None,
    seed: int | None = None,
) -> Model:
    """Return the model of a member; each member needs its own.

    What is None is as the engine and its client have it; ``timeout`` is in seconds.
    """
    return SceneWriter(
        id=address.model,
        name="SceneWriter",
        base_url=address.base_url,
        api_key=address.api_key,
        # The engine may close an idle connection just when a request goes out on it.
        max_retries=1,
        temperature=temperature,
        max_tokens=max_tokens,
        timeout=timeout,
        seed=seed,
        extra_body={
            "timings_per_token": True,
            "chat_template_kwargs": {"enable_thinking": False},
        },
    )


@dataclass
class Playbook(StreamOnly):
    """Leads by counting: as many delegations as have come back, so far is the story."""

    storyteller: str = "StorytellerAgent"
    editor: str = "EditorAgent"
    is_plain: bool = False
    """Whether the members' model understands a task in plain words."""

    async def ainvoke_stream(
        self, messages: list[Message], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ModelResponse]:
        """Yield the next delegation, or the whole text when all have come back.

        Raises:
            ModelProviderError: when a member failed.
        """
        prompt, results = _conversation(messages)
        plan = PlainPlan(prompt) if self.is_plain else _plan_for(prompt)
        steps = plan.steps
        if results:
            last = steps[min(len(results), len(steps)) - 1]
            _raise_for_member(self._member_for(last), results, kwargs.get("run_response"))
        written = [without_stop_note(str(result.content)).rstrip() for result in results]
        if len(written) >= len(steps):
            yield _answer(content=plan.closing(written))
            return
        member = self._member_for(steps[len(written)])
        delegation = _delegation(member, plan.task(written))
        yield _answer(tool_calls=[delegation])

    def _member_for(self, step: Step) -> str:
        return self.editor if step.is_for_editor else self.storyteller

    def _parse_provider_response(self, response: Any, **kwargs: Any) -> ModelResponse:
        self._refuse()

    def _parse_provider_response_delta(self, response: Any) -> ModelResponse:
        self._refuse()


def _plan_for(prompt: str) -> Plan:
    continued = parse_continuation(prompt)
    return ContinuedPlan(continued) if continued else StoryPlan(*parse_note(prompt))


def _answer(**parts: Any) -> ModelResponse:
    """Return the leader's answer, which says that it cost no token, so that none is estimated."""
    return ModelResponse(role="assistant", response_usage=MessageMetrics(), **parts)


def _conversation(messages: list[Message]) -> tuple[str, list[Message]]:
    """Return the prompt of this run, and the delegations that have come back since."""
    prompt, results = "", list[Message]()
    for message in messages:
        if message.role == "user":
            prompt, results = message.get_content_string(), []
        elif message.role == "tool":
            results.append(message)
    return prompt, results


def _raise_for_member(name: str, results: list[Message], run_response: Any) -> None:
    """Fail the run for a member that did: Agno would go on without what it did not write.

    Agno hands on what a failed member had written, but it counts no answer of that member.
    """
    answers = getattr(run_response, "member_responses", None) or ()
    is_lost = run_response is not None and len(answers) < len(results)
    if is_lost or any(_is_empty(result) for result in results):
        raise ModelProviderError(f"{name} could not write its part, so the story ends here.")


def _is_empty(result: Message) -> bool:
    return bool(result.tool_call_error) or not str(result.content or "").strip()


def _delegation(member: str, task: Task) -> dict[str, Any]:
    arguments = json.dumps(
        {"member_id": generate_id_from_name(member), "task": task.text}, ensure_ascii=False
    )
    return {
        "id": f"call_{uuid4().hex}",
        "type": "function",
        "function": {"name": DELEGATE, "arguments": arguments},
    }
