"""A worker without Agno: says a text and ends, so that many runs take no time."""

import os
import socket
import time
from typing import NoReturn

from tui.control.execution import Task
from tui.control.messages import COMMANDS
from tui.run.events import Outcome, RunEnded, RunStarted, Speaker, TextDelta
from tui.run.wire import VERSION, Hello, Lines, encode

WORDS = 200
LEADER = Speaker("run", "Storytelling Team", is_leader=True)


def work(channel_number: int) -> NoReturn:
    """Do one run's work, and exit."""
    channel, lines = socket.socket(fileno=channel_number), Lines()
    channel.sendall(encode(Hello(VERSION, os.getpid())))
    while data := channel.recv(1 << 16):
        for line in lines.feed(data):
            if isinstance(COMMANDS.decode(line), Task):
                now = time.monotonic()
                channel.sendall(encode(RunStarted("run", "test-model", now)))
                for _ in range(WORDS):
                    channel.sendall(encode(TextDelta(LEADER, "word and another ", now)))
                channel.sendall(encode(RunEnded(Outcome.COMPLETED, now)))
                os._exit(0)
    os._exit(0)
