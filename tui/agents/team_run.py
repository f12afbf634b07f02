"""One Agno team run from beginning to end, on the event loop of its own thread."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from agno.models.base import Model
from agno.run.base import RunStatus
from agno.run.cancel import cleanup_run, get_member_run_ids
from agno.run.team import TeamRunOutput
from agno.team import Team

from tui.agents.agno_events import Translator
from tui.agents.endings import Flaw
from tui.agents.hearing import Hearing
from tui.agents.interrupt import Interrupted
from tui.agents.model_calls import RunGuard
from tui.agents.model_guard import guard_team
from tui.events import Answered, Event, Noticed, Outcome, Paused
from tui.text import clean_line

SETTLE_SECONDS = 0.5
"""How long the loop lives on for what Agno detached, such as a write of the cancelled run."""


async def run_team(
    team: Team, prompt: str, guard: RunGuard, publish: Callable[[Event], None]
) -> Flaw:
    """Run the team, publish what happens, and return how it ended.

    The run and its text belong to the caller once this returns; ``settle`` cleans up after it.

    Raises:
        UsageError: when a limit of cost cannot be kept; nothing is spent then.
    """
    team.initialize_team()
    guard.leader_name = clean_line(team.name or guard.leader_name, 60)
    guard_team(team, guard)
    try:
        ending = await _run(team, prompt, guard, publish)
        if guard.lacks_tools and not guard.endpoint.is_own and ending.outcome is Outcome.ERROR:
            _lead_by_playbook(team, guard, publish)
            ending = await _run(team, prompt, guard, publish)
    except Interrupted:
        return Flaw(Outcome.CANCELLED, "")
    finally:
        for delta in guard.unshown():
            publish(delta)
    return ending


async def _run(team: Team, prompt: str, guard: RunGuard, publish: Callable[[Event], None]) -> Flaw:
    translator = Translator(guard)
    how: Any = {"stream": True, "stream_events": True, "yield_run_output": True}
    # Whatever raises here is a defect of the team: Agno reports its models' failures as events.
    stream = team.arun(prompt, run_id=guard.run_id, **how)
    while paused := await _follow(stream, translator, publish):
        if not await _ask(paused, guard, publish):
            return Flaw(Outcome.INCOMPLETE, "The team waits for what nobody can give it here.")
        stream = team.acontinue_run(paused, requirements=paused.requirements, **how)
    return translator.ending or Flaw(Outcome.INCOMPLETE, "The team stopped without an ending.")


def _lead_by_playbook(team: Team, guard: RunGuard, publish: Callable[[Event], None]) -> None:
    """Lead without the model, which cannot hand tasks over; it writes what the members write."""
    from tui.local.playbook import leader_model

    guard.lacks_tools = False
    guard.flaws.clear()
    team.model = leader_model(is_plain=True)
    guard_team(team, guard)
    sentence = "This model cannot call tools: a fixed plan leads the team instead of it."
    guard.notes.setdefault(sentence)
    publish(Noticed(sentence, guard.clock()))


async def _follow(
    stream: AsyncIterator[Any], translator: Translator, publish: Callable[[Event], None]
) -> TeamRunOutput | None:
    """Publish what the stream says; returns the run if it waits for a human now."""
    output: Any = None
    async for chunk in stream:
        output = chunk
        for event in translator.translate(chunk):
            publish(event)
    is_paused = isinstance(output, TeamRunOutput) and output.status is RunStatus.paused
    return output if is_paused else None


async def _ask(paused: TeamRunOutput, guard: RunGuard, publish: Callable[[Event], None]) -> bool:
    """Wait until a human has answered all that the team wants to know; say whether it did ask.

    Raises:
        Interrupted: when the run is cancelled instead.
    """
    hearing = Hearing(paused.requirements or ())
    questions = hearing.questions()
    publish(Paused(questions, guard.clock()))
    waiting = {question.id for question in questions}
    while waiting:
        with guard.interrupt.scope():
            question_id, answer = await guard.answers.get()
        if question_id in waiting:
            waiting.remove(question_id)
            hearing.answer(question_id, answer)
            publish(Answered(question_id, answer, guard.clock()))
    return bool(questions)


def request_cancel(team: Team, guard: RunGuard) -> None:
    """Stop the run: tell Agno, and interrupt whatever its models wait for."""
    guard.cascaded |= get_member_run_ids(guard.run_id)
    team.cancel_run(guard.run_id)
    guard.interrupt.set()


async def settle(guard: RunGuard) -> None:
    """Leave nothing behind: no task, no connection, no intent to cancel. Bounded in time."""
    ours = asyncio.current_task()
    if others := asyncio.all_tasks() - {ours}:
        _, pending = await asyncio.wait(others, timeout=SETTLE_SECONDS)
        for task in pending:
            task.cancel()
        if pending:
            await asyncio.wait(pending, timeout=SETTLE_SECONDS)
    for model in guard.models.values():
        with suppress(Exception):
            await _close_client(model)
    # Agno would keep the intent to cancel them for a day.
    for run_id in {guard.run_id, *guard.calls, *guard.cascaded}:
        cleanup_run(run_id)


async def _close_client(model: Model) -> None:
    client = getattr(model, "async_client", None)
    if client is not None:
        await asyncio.wait_for(client.close(), SETTLE_SECONDS)
