"""A team of the user's own that is only rehearsed: a scripted model, and nothing else is touched.

Every model is replaced by one at the rehearsal's address and every database by one in memory.
Unless its tools are wanted, each becomes a stand-in that waits, hooks and knowledge are left out,
and no connection leaves the machine.
"""

import asyncio
import inspect
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from functools import wraps
from http.client import HTTPConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

from agno.db.base import AsyncBaseDb, BaseDb
from agno.db.in_memory import InMemoryDb
from agno.models.base import Model
from agno.models.openai.like import OpenAILike
from agno.team import Team
from agno.tools import Toolkit
from agno.tools.function import Function, FunctionCall

from tui.control.rehearsal import Rehearsal, TeamOutline
from tui.errors import StoryteamError
from tui.team.members import Member, Runnable, agents_of, on_late_members
from tui.team.user_team import load_team
from tui.team.workflows import agents_in, is_workflow

_WAIT_SECONDS = 600.0
"""How long a stand-in waits."""
_LEFT_OUT = ("knowledge", "pre_hooks", "post_hooks", "tool_hooks")
_ANYTHING = {"type": "object", "properties": {}}
_KEPT = ("retries", "delay_between_retries", "exponential_backoff")


def make_team() -> Runnable:
    """Return the team that is rehearsed; see ``Rehearsal``."""
    rehearsal = Rehearsal.from_environment()
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    if not rehearsal.with_tools:
        sys.addaudithook(_stay_here)
    team = load_team(rehearsal.team)
    for owner in _owners(team):
        _rehearse(owner, rehearsal)
    _announce_tools(rehearsal.base_url)
    return team


def describe() -> None:
    """Print the outline of the team, or the sentence that says what is wrong with it."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What the module prints is no answer.
    rehearsal = Rehearsal.from_environment()
    if not rehearsal.with_tools:
        sys.addaudithook(_stay_here)
    try:
        outline = asdict(outline_of(load_team(rehearsal.team)))
    except StoryteamError as error:
        outline = {"error": str(error)}
    json.dump(outline, out)
    out.close()
    os._exit(0)


def outline_of(team: Runnable) -> TeamOutline:
    """Return the tools of a team, and whether it has members."""
    agents = [agent for owner in _owners(team) for agent in agents_of(owner)]
    names = dict.fromkeys(
        name for agent in agents for tool in _listed(agent) for name, _ in _functions(tool)
    )
    has_members = isinstance(team, Team) and (callable(team.members) or bool(team.members))
    return TeamOutline(tuple(names), has_members)


def _owners(team: Runnable) -> list[Member]:
    return list(agents_in(team)) if is_workflow(team) else [team]


def _rehearse(owner: Member, rehearsal: Rehearsal) -> None:
    for agent in agents_of(owner):
        if agent.model is None:
            agent.model = _model(None, rehearsal)
        _replace(agent, rehearsal, is_nested=False)
        if not rehearsal.with_tools:
            agent.tools = [
                _stand_in(name, tool)
                for given in _listed(agent)
                for name, tool in _functions(given)
            ]
            for name in _LEFT_OUT:
                if hasattr(agent, name):
                    setattr(agent, name, None)
        if isinstance(agent, Team):
            on_late_members(agent, lambda member: _rehearse(member, rehearsal))


def _replace(holder: Any, rehearsal: Rehearsal, *, is_nested: bool) -> None:
    """Replace the models and databases that an object holds, and those that its helpers hold."""
    for name, value in list(getattr(holder, "__dict__", {}).items()):
        if isinstance(value, Model):
            setattr(holder, name, _model(value, rehearsal))
        elif isinstance(value, BaseDb | AsyncBaseDb):
            setattr(holder, name, InMemoryDb())  # type: ignore[no-untyped-call]
        elif isinstance(value, list):
            value[:] = [_model(v, rehearsal) if isinstance(v, Model) else v for v in value]
        elif not is_nested and _is_helper(value):
            _replace(value, rehearsal, is_nested=True)


def _is_helper(value: object) -> bool:
    """Say whether it is something of Agno's that may hold a model, such as a memory."""
    return type(value).__module__.startswith("agno.") and not isinstance(value, Member)


def _model(model: Model | None, rehearsal: Rehearsal) -> Model:
    kept = {name: getattr(model, name) for name in _KEPT if hasattr(model, name)}
    name = model.id if model else "rehearsal"
    return OpenAILike(id=name, base_url=rehearsal.base_url, api_key="sk-rehearsal", **kept)


def _listed(agent: Member) -> Iterable[Any]:
    """The tools of an agent; those that are made during the run are not known."""
    tools = agent.tools
    return tools if isinstance(tools, list | tuple) else ()


def _functions(tool: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names of the functions that a tool offers, and what is called."""
    if isinstance(tool, Toolkit):
        functions = {**tool.functions, **getattr(tool, "async_functions", {})}
        yield from ((name, function.entrypoint) for name, function in functions.items())
    elif isinstance(tool, Function):
        yield tool.name, tool.entrypoint
    elif callable(tool):
        yield getattr(tool, "__name__", type(tool).__name__), tool


def _stand_in(name: str, tool: Any) -> Function:
    """Return a harmless tool of the same name, which waits in the manner of the real one."""

    def wait() -> str:
        time.sleep(_WAIT_SECONDS)
        return ""

    async def wait_asynchronously() -> str:
        await asyncio.sleep(_WAIT_SECONDS)
        return ""

    is_async = inspect.iscoroutinefunction(tool) or inspect.isasyncgenfunction(tool)
    return Function(
        name=name,
        description="Waits.",
        parameters=_ANYTHING,
        entrypoint=wait_asynchronously if is_async else wait,
        skip_entrypoint_processing=True,
    )


def _announce_tools(base_url: str) -> None:
    """Have the model's server told of each call of a tool, just before the tool is at work."""
    call: Any = FunctionCall
    execute, aexecute = call.execute, call.aexecute
    address = urlsplit(base_url)

    def announce(name: str) -> None:
        with closing(HTTPConnection(address.hostname or "", address.port)) as connection:
            connection.request("GET", f"/{quote(name, safe='')}")
            connection.getresponse().read()

    @wraps(execute)
    def announced(self: FunctionCall, *args: Any, **kwargs: Any) -> Any:
        announce(self.function.name)
        return execute(self, *args, **kwargs)

    @wraps(aexecute)
    async def announced_later(self: FunctionCall, *args: Any, **kwargs: Any) -> Any:
        await asyncio.to_thread(announce, self.function.name)
        return await aexecute(self, *args, **kwargs)

    call.execute, call.aexecute = announced, announced_later


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what would leave the machine: connections, datagrams, and the look-up of names."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    name = host.decode(errors="replace") if isinstance(host, bytes) else str(host or "localhost")
    if not _is_here(name):
        raise ConnectionRefusedError(
            f"a rehearsal does not connect to {name}, unless you give --with-tools."
        )


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
