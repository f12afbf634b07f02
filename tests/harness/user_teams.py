"""Runs of teams as users write them, against a server that plays their models."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from tests import TEAMS
from tests.harness.running import Played
from tests.servers import Ask, Call, Fault, ModelServer, Position, Script, Turn
from tui.config.backend import USER_TEAM
from tui.config.endpoint import Endpoint
from tui.config.inputs import NO_INPUTS, Inputs
from tui.team.runner import MakeTeam, PreparedTeam
from tui.team.user_team import load_team


def words(text: str) -> tuple[str, ...]:
    return tuple(f"{word} " for word in text.split())


def answering(
    tool: str = "",
    arguments: Mapping[str, object] | None = None,
    *,
    thoughts: tuple[str, ...] = (),
) -> Script:
    """An agent that has the tool calls it once, a leader delegates once, and then each speaks."""

    def answer(ask: Ask) -> Turn:
        if tool in ask.tools and not ask.outputs:
            return Turn(calls=(Call(tool, json.dumps(dict(arguments or {}))),))
        if ask.delegate_tool and not ask.outputs:
            task = {"task": "Tell it"}
            if ask.takes_member_id:
                task["member_id"] = ask.member_id("")
            return Turn(words("I ask."), (Call(ask.delegate_tool, json.dumps(task)),))
        said = f"I heard {ask.last_output}" if ask.outputs else "I tell a tale of a cat."
        return Turn(words(said), thoughts=thoughts)

    return Script(answer=answer)


def stalling(fault: Fault) -> Script:
    """A leader delegates once; the next answer has the fault."""
    return answering().with_fault(Position.OTHER, fault)


def user_team(spec: str) -> MakeTeam:
    """Make the team that ``--team`` would: a file in ``tests/teams``, and an attribute."""
    own = Endpoint("", "", backend=USER_TEAM)
    return lambda task: PreparedTeam(load_team(str(TEAMS / spec)), own)


def made(team: Any, inputs: Inputs = NO_INPUTS) -> MakeTeam:
    """Return a team that a test has made."""
    return lambda task: PreparedTeam(team, Endpoint("", "", backend=USER_TEAM), inputs=inputs)


@contextmanager
def playing(
    spec: str, script: Script, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Played, ModelServer]]:
    """Run a team until the test has seen enough."""
    with ModelServer(script) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        with Played(user_team(spec)) as played:
            yield played, server
