"""What a team does beside writing is shown, and a stop during it leaves the story whole."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from agno.agent import Agent
from agno.db.in_memory import InMemoryDb
from agno.exceptions import CheckTrigger, OutputCheckError
from agno.memory import MemoryManager
from agno.models.response import ModelResponse
from agno.run.team import TeamRunOutput
from agno.session import SessionSummaryManager
from agno.team import Team

from tests.harness.running import Played
from tests.harness.user_teams import made
from tests.teams.scripted_model import Line, ScriptedModel
from tui.plain.narration import status
from tui.run.events import Chore, ChoreStarted, Outcome
from tui.run.reasons import Reason
from tui.run.state import RunState
from tui.run.summary import summarize


class Stalled(ScriptedModel):
    """Never answers."""

    async def ainvoke(self, *args: Any, **kwargs: Any) -> ModelResponse:
        await asyncio.Event().wait()
        raise AssertionError("it was woken")

    async def ainvoke_stream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ModelResponse]:
        yield await self.ainvoke()


async def stall(run_output: TeamRunOutput) -> None:
    """Check for ever, where no guard sees it."""
    await asyncio.Event().wait()


async def stall_before(run_input: Any) -> None:
    await asyncio.Event().wait()


def team(**more: Any) -> Team:
    writer = Agent(name="Writer", model=ScriptedModel(id="w"))
    model = ScriptedModel(lines=[Line((("The ", "whole ", "story."),))])
    return Team(name="Team", model=model, members=[writer], **more)


def remembering() -> Team:
    manager = MemoryManager(model=Stalled())
    return team(memory_manager=manager, update_memory_on_run=True, db=InMemoryDb())  # type: ignore[no-untyped-call]


def summarizing() -> Team:
    manager = SessionSummaryManager(model=Stalled())
    return team(
        session_summary_manager=manager,
        enable_session_summaries=True,
        db=InMemoryDb(),  # type: ignore[no-untyped-call]
    )


def following_up() -> Team:
    return team(followups=True, followup_model=Stalled())


def checking() -> Team:
    return team(post_hooks=[stall])


LATE = {
    Chore.MEMORIES: remembering,
    Chore.SUMMARY: summarizing,
    Chore.FOLLOWUPS: following_up,
    Chore.OUTPUT_CHECK: checking,
}


def is_doing(chore: Chore) -> Any:
    def is_so(state: RunState) -> bool:
        return state.ended is not None or any(now is chore for now, _ in state.chores.values())

    return is_so


@pytest.mark.parametrize("chore", LATE)
def test_a_cancel_during_a_chore_leaves_the_story_completed(chore: Chore) -> None:
    with Played(made(LATE[chore]())) as played:
        state = played.until(is_doing(chore))
        assert not state.ended
        assert f"Team is {chore}" in status(state, 0.0)
        summary = played.cancel()
        assert played.ends == 1
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert summary.content == "The whole story."
    assert summary.verdict == "WARNING: Team run completed before cancellation"
    assert not played.state.chores


def test_a_countdown_during_a_chore_leaves_the_story_completed() -> None:
    with Played(made(remembering()), auto_cancel=0.3) as played:
        summary = played.to_the_end()
    assert summary.reason is Reason.COUNTDOWN
    assert summary.outcome is Outcome.COMPLETED


def test_a_cancel_while_the_input_is_checked_is_a_cancel() -> None:
    with Played(made(team(pre_hooks=[stall_before]))) as played:
        state = played.until(is_doing(Chore.INPUT_CHECK))
        assert not state.ended
        summary = played.cancel()
    assert summary.outcome is Outcome.CANCELLED
    assert summary.words == 0


def test_a_cancel_while_the_answer_is_rewritten_is_a_cancel() -> None:
    with Played(made(team(output_model=Stalled()))) as played:
        played.until(is_doing(Chore.REWRITING))
        summary = played.cancel()
    assert summary.outcome is Outcome.CANCELLED
    assert summary.content == "The whole story."


async def refuse(run_output: TeamRunOutput) -> None:
    raise OutputCheckError("Too rude.", check_trigger=CheckTrigger.OUTPUT_NOT_ALLOWED)


def test_an_answer_that_a_check_refuses_is_an_error_and_its_words_are_kept() -> None:
    with Played(made(team(post_hooks=[refuse]))) as played:
        summary = played.to_the_end()
    assert (summary.outcome, summary.error) == (Outcome.ERROR, "Too rude.")
    assert summary.words == 3


def test_a_run_without_chores_tells_of_none() -> None:
    with Played(made(team())) as played:
        played.to_the_end()
        assert summarize(played.state).outcome is Outcome.COMPLETED
    assert not [event for event in played.events if isinstance(event, ChoreStarted)]
