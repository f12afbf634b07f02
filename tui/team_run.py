"""One Agno team run from beginning to end, on the event loop of its own thread."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from agno.models.base import Model
from agno.run.cancel import cleanup_run, get_member_run_ids
from agno.team import Team

from tui.agno_events import Translator
from tui.endings import Flaw
from tui.events import Event, Outcome
from tui.model_calls import RunGuard
from tui.model_guard import guard_team, models_of

SETTLE_SECONDS = 0.5
"""How long the loop lives on for what Agno detached, such as a write of the cancelled run."""


async def run_team(
    team: Team, prompt: str, guard: RunGuard, publish: Callable[[Event], None]
) -> Flaw:
    """Run the team, publish what happens, and return how it ended.

    The run and its text belong to the caller once this returns; ``settle`` cleans up after it.
    """
    team.initialize_team()
    guard_team(team, guard)
    translator = Translator(guard)
    # Whatever raises here is a defect of the team: Agno reports its models' failures as events.
    stream = team.arun(
        prompt, stream=True, stream_events=True, run_id=guard.run_id, yield_run_output=True
    )
    try:
        async for chunk in stream:
            for event in translator.translate(chunk):
                publish(event)
    finally:
        for delta in guard.unshown():
            publish(delta)
    return translator.ending or Flaw(Outcome.INCOMPLETE, "The team stopped without an ending.")


def request_cancel(team: Team, guard: RunGuard) -> None:
    """Stop the run: tell Agno, and interrupt whatever its models wait for."""
    guard.cascaded |= get_member_run_ids(guard.run_id)
    team.cancel_run(guard.run_id)
    guard.interrupt.set()


async def settle(team: Team, guard: RunGuard) -> None:
    """Leave nothing behind: no task, no connection, no intent to cancel. Bounded in time."""
    ours = asyncio.current_task()
    if others := asyncio.all_tasks() - {ours}:
        _, pending = await asyncio.wait(others, timeout=SETTLE_SECONDS)
        for task in pending:
            task.cancel()
        if pending:
            await asyncio.wait(pending, timeout=SETTLE_SECONDS)
    for model in models_of(team):
        with suppress(Exception):
            await _close_client(model)
    # Agno would keep the intent to cancel them for a day.
    for run_id in {guard.run_id, *guard.calls, *guard.cascaded}:
        cleanup_run(run_id)


async def _close_client(model: Model) -> None:
    client = getattr(model, "async_client", None)
    if client is not None:
        await asyncio.wait_for(client.close(), SETTLE_SECONDS)
