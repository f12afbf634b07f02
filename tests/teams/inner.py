"""Agents inside of tools and hooks: of no team, and asked in every way there is."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from agno.agent import Agent
from agno.team import Team

from tests.teams.models import chat

shared = chat("test-shared")
"""A model that a member and an agent inside of a tool both ask."""


def _helper(model: Any = None) -> Agent:
    model = model or chat("test-helper")
    return Agent(name="Helper", instructions="You are the helper.", model=model)


def ask() -> str:
    """Ask another agent, and block meanwhile."""
    return str(_helper().run("What?").content)


def ask_streaming() -> str:
    """Ask another agent piece by piece, and block meanwhile."""
    pieces = _helper().run("What?", stream=True)
    return "".join(
        str(piece.content or "") for piece in pieces if getattr(piece, "event", "") == "RunContent"
    )


async def ask_later() -> str:
    """Ask another agent, and wait."""
    return str((await _helper().arun("What?")).content)


async def ask_blocking() -> str:
    """Ask another agent on the run's own loop, and block it."""
    return str(_helper().run("What?").content)


def ask_on_a_loop() -> str:
    """Ask another agent on a loop of one's own."""
    return str(asyncio.run(_helper().arun("What?")).content)


def ask_in_a_thread() -> str:
    """Ask another agent on a thread that knows nothing."""
    said: list[str] = []
    thread = threading.Thread(target=lambda: said.append(ask()))
    thread.start()
    thread.join()
    return said[0]


def ask_shared() -> str:
    """Ask another agent that has the model of the member."""
    return str(_helper(shared).run("What?").content)


def _team(tool: Callable[..., Any], model: Any = None) -> Team:
    member = Agent(name="Member", role="asks", model=model or chat(), tools=[tool])
    return Team(name="Askers", model=chat(), members=[member])


def blocking() -> Team:
    return _team(ask)


def streaming() -> Team:
    return _team(ask_streaming)


def waiting() -> Team:
    return _team(ask_later)


def on_the_loop() -> Team:
    return _team(ask_blocking)


def on_a_loop() -> Team:
    return _team(ask_on_a_loop)


def in_a_thread() -> Team:
    return _team(ask_in_a_thread)


def with_a_shared_model() -> Team:
    return _team(ask_shared, shared)


def _check(run_input: Any) -> None:
    ask()


async def _check_later(run_input: Any) -> None:
    await ask_later()


def hook() -> Team:
    return Team(
        name="Askers", model=chat(), members=[Agent(name="A", model=chat())], pre_hooks=[_check]
    )


def hook_later() -> Team:
    members: list[Agent | Team] = [Agent(name="A", model=chat())]
    return Team(name="Askers", model=chat(), members=members, pre_hooks=[_check_later])
