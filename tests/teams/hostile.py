"""Tools that nothing inside their own process could stop."""

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from agno.agent import Agent
from agno.team import Team

from tests.teams.models import chat


def begin() -> None:
    """Let the test know that the tool itself has begun."""
    Path(os.environ.get("TEST_BEGUN", os.devnull)).touch()


def hold() -> str:
    """Keep the interpreter to itself."""
    begin()
    return str(sum(range(7 * 10**9)))


def loop() -> str:
    """Be busy without end."""
    begin()
    while True:
        pass


def wait_for_a_child() -> str:
    """Start a child, and wait for it."""
    begin()
    subprocess.run(["sleep", "470"], check=False)
    return ""


def work_in_a_pool() -> str:
    """Let another thread sleep."""
    begin()
    with ThreadPoolExecutor() as pool:
        pool.submit(time.sleep, 470).result()
    return ""


async def swallow() -> str:
    """Be deaf to every cancel."""
    begin()
    while True:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(470)


def ignore_sigterm() -> str:
    """Survive all that can be survived."""
    begin()
    # Only the main thread may, and no tool can know where it runs.
    with suppress(ValueError):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
    subprocess.run(["sh", "-c", "trap '' TERM INT HUP; sleep 470; sleep 470"], check=False)
    return ""


def start_a_daemon() -> str:
    """Leave a process in a session of its own, with nothing that leads back here."""
    begin()
    mark = os.environ.get("TEST_MARK", "")
    detach = "import os, time; os.fork() and os._exit(0); os.setsid(); time.sleep(470)"
    detach = f"{detach} # {mark}"
    subprocess.run([sys.executable, "-c", detach], check=True, start_new_session=True, env={})
    time.sleep(470)
    return ""


def stop_itself() -> str:
    """Stop the whole process."""
    begin()
    os.kill(os.getpid(), signal.SIGSTOP)
    return ""


def stop_the_group() -> str:
    """Stop all that can be reached."""
    begin()
    os.killpg(0, signal.SIGSTOP)
    return ""


def crash() -> str:
    """Read what must not be read."""
    return str(ctypes.string_at(0))


def exit_at_once() -> str:
    """Leave without a word."""
    os._exit(3)


def leave() -> str:
    """Leave in good order."""
    sys.exit(4)


def be_killed() -> str:
    """Do as the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def run_out_of_memory() -> str:
    """Ask for more than there is."""
    return str(len(bytearray(1 << 62)))


def write_anywhere() -> str:
    """Write into every socket that leads to another process of ours."""
    for number in range(3, 64):
        with suppress(OSError), socket.socket(fileno=os.dup(number)) as found:
            if found.family == socket.AF_UNIX:
                found.send(b'{"type":"RunEnded"}\nno message\n\xff half of')
    return "written"


def leave_a_child() -> str:
    """Start something that goes on, and forget it."""
    subprocess.Popen(["sleep", "470"], start_new_session=True)
    return "started"


def print_without_end() -> str:
    """Print more than anybody wants to read."""
    for _ in range(300):
        print("x" * 10_000)
    return "printed"


SYNCHRONOUS = [
    hold, loop, wait_for_a_child, work_in_a_pool, ignore_sigterm, start_a_daemon, stop_itself,
    stop_the_group, crash, exit_at_once, leave, be_killed, run_out_of_memory, write_anywhere,
    leave_a_child, print_without_end,
]  # fmt: skip


def make_team() -> Team:
    return _team([*SYNCHRONOUS, swallow])


def make_synchronous_team() -> Team:
    """Agno's ``run`` fails with any tool that is asynchronous."""
    return _team(SYNCHRONOUS)


def _team(tools: Sequence[Callable[..., object]]) -> Team:
    helper = Agent(name="Helper", role="helps", model=chat(), tools=tools)
    return Team(name="Hostile", model=chat(), members=[helper])
