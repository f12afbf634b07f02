"""A team whose tools block: what ``check`` is for."""

import os
import socket
import subprocess
from pathlib import Path

from agno.agent import Agent
from agno.models.openai import OpenAIResponses
from agno.team import Team


def count_lines() -> str:
    """Wait for a child, and say that it was called."""
    Path(os.environ["TEST_MARK"]).touch()
    subprocess.run(["sleep", "471"], check=False)
    return "0"


async def ask_elsewhere() -> str:
    """Wait for another program."""
    return "nothing"


def crash() -> str:
    """End the process of the team."""
    os._exit(3)


def make_team() -> Team:
    counter = Agent(name="Counter", role="counts", model=_model(), tools=[count_lines])
    asker = Agent(name="Asker", role="asks", model=_model(), tools=[ask_elsewhere])
    return Team(name="Blocking", model=_model(), members=[counter, asker])


def make_crashing_agent() -> Agent:
    return Agent(name="Crashing", model=_model(), tools=[crash])


def reach_out_by_connection() -> Team:
    socket.create_connection(("192.0.2.1", 80), timeout=5)
    return make_team()


def reach_out_by_name() -> Team:
    socket.getaddrinfo("away.invalid", 80)
    return make_team()


def reach_out_by_datagram() -> Team:
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.sendto(b"hello", ("192.0.2.1", 9))
    return make_team()


def _model() -> OpenAIResponses:
    """A model as most have it: at OpenAI, with the key of the environment."""
    return OpenAIResponses(id="gpt-5.2")
