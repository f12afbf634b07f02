"""One Agno team run from beginning to end, on the event loop of its own thread."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from agno.agent import Agent
from agno.models.base import Model
from agno.run.agent import RunOutput
from agno.run.base import RunStatus
from agno.run.cancel import cleanup_run
from agno.run.team import TeamRunOutput
from agno.team import Team

from tui.config.inputs import NO_INPUTS, Inputs
from tui.run.events import Answered, Event, Outcome, Paused
from tui.team.agno_events import Translator
from tui.team.approvals import Approvals, needs_approval
from tui.team.current_guard import begin_guarding, end_guarding
from tui.team.endings import Ending
from tui.team.human_input import HumanInput
from tui.team.interrupt import Interrupted
from tui.team.late_models import guard_late_models
from tui.team.leading import Leading
from tui.team.members import Runnable, agents_of
from tui.team.model_calls import RunGuard
from tui.team.model_guard import guard_team
from tui.team.team_input import arguments_of, input_for
from tui.team.warm_up import warm_up
from tui.team.workflows import agents_in
from tui.text.untrusted import clean_line

_REFUSED = re.compile(r"\((?:400|404|415|422)\)")
_BLIND = "Perhaps this model cannot see: try it without --image."
POLL_SECONDS = 1.0
"""How often the database is asked whether others have decided meanwhile."""
SETTLE_SECONDS = 0.5
"""How long the loop lives on for what Agno detached, such as a write of the cancelled run."""


async def run_team(
    team: Runnable,
    prompt: str,
    guard: RunGuard,
    publish: Callable[[Event], None],
    inputs: Inputs = NO_INPUTS,
) -> Ending:
    """Run the team, publish what happens, and return how it ended.

    The run and its text belong to the caller once this returns; ``settle`` cleans up after it.

    Raises:
        UsageError: when a limit of cost cannot be kept; nothing is spent then.
    """
    begin_guarding(guard)
    guard_late_models()
    _get_ready(team, guard)
    given = input_for(team, prompt)
    try:
        await warm_up(guard.models.values(), guard.interrupt)
        if isinstance(team, Team) and guard.endpoint.backend.runs_story_team:
            ending = await _run_story_team(team, given, guard, publish, inputs)
        else:
            ending = await _run(team, given, guard, publish, inputs)
    except Interrupted:
        return Ending(Outcome.CANCELLED, "")
    if inputs.images and ending.outcome is Outcome.ERROR and _REFUSED.search(ending.sentence):
        return replace(ending, sentence=f"{ending.sentence} {_BLIND}")
    return ending


async def _run_story_team(
    team: Team,
    prompt: str,
    guard: RunGuard,
    publish: Callable[[Event], None],
    inputs: Inputs,
) -> Ending:
    """Run the storytelling team, led by its model as long as that leads."""
    leading = Leading(team, guard, publish)
    ending = await _run(team, prompt, guard, leading.publish, inputs)
    if leading.fails(ending) and not guard.lacks_tools:
        ending = await _run(team, leading.help(prompt), guard, leading.publish, inputs)
    if leading.fails(ending):
        leading.replace()
        return await _run(team, prompt, guard, publish, inputs)
    leading.accept()
    return ending


async def _run(
    team: Runnable,
    given: Any,
    guard: RunGuard,
    publish: Callable[[Event], None],
    inputs: Inputs,
) -> Ending:
    translator = Translator(guard)
    how: Any = {"stream": True, "stream_events": True}
    if isinstance(team, Agent | Team):
        how["yield_run_output"] = True
    runner: Any = team
    # Whatever raises here is a defect of the team: Agno reports its models' failures as events.
    stream = runner.arun(given, run_id=guard.run_id, **arguments_of(inputs), **how)
    try:
        while paused := await _follow(stream, translator, publish):
            if not await _ask(paused, _databases(team), inputs, guard, publish):
                return Ending(
                    Outcome.INCOMPLETE, "The team waits for an answer that cannot be given here."
                )
            stream = runner.acontinue_run(paused, requirements=paused.requirements, **how)
    except Interrupted:
        return translator.written or Ending(Outcome.CANCELLED, "")
    return translator.ending or Ending(Outcome.INCOMPLETE, "The team stopped without an ending.")


def _get_ready(team: Runnable, guard: RunGuard) -> None:
    """Guard all models that are known before the run, and name everyone."""
    if isinstance(team, Team):
        team.initialize_team()
    elif isinstance(team, Agent):
        team.initialize_agent()
    else:
        for agent in agents_in(team):
            guard_team(agent, guard)
        guard.leader_name = clean_line(team.name or "The workflow", 60)
        return
    guard_team(team, guard, is_leader=True)
    guard.leader_name = guard.names.of_member(str(team.id))


async def _follow(
    stream: AsyncIterator[Any], translator: Translator, publish: Callable[[Event], None]
) -> TeamRunOutput | RunOutput | None:
    """Publish what the stream says; returns the run if it waits for a human now."""
    output: Any = None
    async for chunk in stream:
        output = chunk
        for event in translator.translate(chunk):
            publish(event)
    is_paused = isinstance(output, TeamRunOutput | RunOutput) and output.status is RunStatus.paused
    return output if is_paused else None


async def _ask(
    paused: TeamRunOutput | RunOutput,
    databases: Sequence[Any],
    inputs: Inputs,
    guard: RunGuard,
    publish: Callable[[Event], None],
) -> bool:
    """Wait until a human has decided all that the team wants to know; say whether there was any.

    Raises:
        Interrupted: when the run is cancelled instead.
    """
    human = HumanInput(paused.requirements or (), guard.names)
    to_approve = [item for item in human.open if needs_approval(item)]
    approvals = Approvals(paused.tools or (), databases, inputs.user_id)
    human.answer_beforehand(inputs)
    if questions := human.questions():
        publish(Paused(questions, guard.clock()))
    waiting = {question.id for question in questions}

    def settled(answer: bool | str, *answered: str) -> None:
        still_open = {question.id for question in human.questions()}
        for question_id in {*answered, *(waiting - still_open)} & waiting:
            waiting.remove(question_id)
            publish(Answered(question_id, answer, guard.clock()))

    async def take_over_decisions() -> None:
        for requirement_id, status in (await approvals.decided_elsewhere(to_approve)).items():
            human.decided_elsewhere(requirement_id, status)
            settled(status == "approved")

    with guard.interrupt.scope():
        while waiting:
            try:
                poll_seconds = POLL_SECONDS if to_approve else None
                question_id, answer = await asyncio.wait_for(guard.answers.get(), poll_seconds)
            except TimeoutError:
                await take_over_decisions()
                continue
            if question_id in waiting:
                human.answer(question_id, answer)
                settled(answer, question_id)
        await take_over_decisions()
        await approvals.decide(to_approve)
    return bool(human.open)


def _databases(team: Runnable) -> list[Any]:
    """Return where the team and its members keep what they know, each once."""
    found = (getattr(agent, "db", None) for agent in agents_of(team))
    return list({id(database): database for database in found if database}.values())


def request_cancel(team: Runnable, guard: RunGuard) -> None:
    """Stop the run: tell Agno, and interrupt whatever its models wait for."""
    guard.find_team_runs()
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
    end_guarding(guard)
    await asyncio.to_thread(guard.side.close)
    for model in guard.models.values():
        with suppress(Exception):
            await _close_client(model)
    # Agno would keep the intent to cancel them for a day.
    for run_id in {guard.run_id, *guard.team_runs, *guard.calls}:
        cleanup_run(run_id)


async def _close_client(model: Model) -> None:
    client = getattr(model, "async_client", None)
    if client is not None:
        await asyncio.wait_for(client.close(), SETTLE_SECONDS)
