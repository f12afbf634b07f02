"""The rehearsed team on plain Agno, cancelled as Agno's documentation says: what we compare with.

A worker like any other to the program, but nothing of ours is between Agno and the team.
"""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Iterator
from inspect import isawaitable
from pathlib import Path
from typing import Any, NoReturn

from tui.control.execution import Task
from tui.control.messages import COMMANDS, Cancel
from tui.run.events import Outcome, RunEnded, RunStarted
from tui.run.protocol import Publish
from tui.run.wire import VERSION, Hello, Lines
from tui.team.agno_setup import import_agno
from tui.team.outbox import Outbox
from tui.text.secrets import masked_line


def work(channel_number: int) -> NoReturn:
    """Run the task, and stay, as a program would that has other things to do."""
    channel = socket.socket(fileno=channel_number)
    outbox = Outbox(channel)
    outbox.put(Hello(VERSION, os.getpid()))
    import_agno(Path(os.devnull))
    from tui.team.rehearsed import make_team

    commands = _commands(channel)
    task = next(commands)
    assert isinstance(task, Task)
    team = make_team()

    live = _live(team, task, outbox.put)
    threading.Thread(target=asyncio.run, args=(live,), daemon=True).start()
    for command in commands:
        if isinstance(command, Cancel):
            team.cancel_run(task.run_id)
    os._exit(0)


async def _live(team: Any, task: Task, publish: Publish) -> None:
    """Run the team on a loop that goes on after the run, as that of a program does."""
    publish(RunStarted(task.run_id, "", time.monotonic()))
    outcome, error = Outcome.COMPLETED, None
    try:
        await _run(team, task)
    except Exception as raised:
        outcome, error = Outcome.ERROR, masked_line(str(raised), 300) or type(raised).__name__
    publish(RunEnded(outcome, time.monotonic(), error))
    await asyncio.Event().wait()


async def _run(team: Any, task: Task) -> None:
    stream = team.arun(task.prompt, run_id=task.run_id, stream=True, stream_events=True)
    async for _ in await stream if isawaitable(stream) else stream:
        pass


def _commands(channel: socket.socket) -> Iterator[object]:
    lines = Lines()
    while data := channel.recv(1 << 16):
        for line in lines.feed(data):
            yield COMMANDS.decode(line)
