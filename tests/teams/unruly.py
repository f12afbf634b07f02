"""Tools that do what no tool should."""

import asyncio
import os
import subprocess
import sys
import threading

from agno.agent import Agent
from agno.team import Team

from tests.teams.models import chat


def leave() -> str:
    """End the program."""
    sys.exit(3)


def tell_half() -> str:
    """Return half of a character."""
    return "half of a smile: \ud83d"


async def give_up() -> str:
    """Raise what a cancelled task does."""
    raise asyncio.CancelledError


def print_a_lot() -> str:
    """Write wherever one can."""
    print("\x1b[2Jprinted")
    print("written to the first stdout", file=sys.__stdout__, flush=True)
    os.write(1, b"written to 1")
    os.write(2, b"written to 2")
    subprocess.run(["echo", "by a child"], check=True)
    return "done"


def block() -> str:
    """Never return."""
    threading.Event().wait()
    return ""


def make_team() -> Team:
    helper = Agent(
        name="Helper",
        role="helps",
        model=chat(),
        tools=[block, leave, give_up, tell_half, print_a_lot],
    )
    return Team(name="Unruly", model=chat(), members=[helper])
