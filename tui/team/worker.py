"""The worker: imports Agno while nothing is to be done yet, runs one task, and reports.

Commands come over the channel as lines, reports go back over it; see ``tui.control.messages``.
"""

import os
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import NoReturn

from tui.config.backend import EMBEDDED
from tui.config.endpoint import OPENAI_URL
from tui.config.kinds import APIS
from tui.config.settings import Settings
from tui.control.execution import Task
from tui.control.messages import COMMANDS, Answer, Cancel, StopMember, WarmUp
from tui.run.wire import VERSION, Hello, Lines, NotAMessage
from tui.system.paths import log_path
from tui.team.agno_setup import import_agno
from tui.team.outbox import Outbox
from tui.text.secrets import mask, remember, remember_all, remember_user
from tui.text.untrusted import clean

SWITCH_SECONDS = 0.001
"""A command must not wait long for its turn while the team is busy."""


def work(channel_number: int) -> NoReturn:
    """Do one run's work, and exit."""
    channel = socket.socket(fileno=channel_number)
    outbox = Outbox(channel)
    outbox.put(Hello(VERSION, os.getpid()))
    sys.setswitchinterval(SWITCH_SECONDS)
    remember_all(os.environ)
    sys.excepthook = _complain
    import_agno(log_path())
    commands = _commands(channel)
    for command in commands:
        match command:
            case WarmUp(settings):
                # What is wrong with the environment is said by the run, in a sentence.
                with suppress(Exception):
                    _warm_up(settings)
            case Task():
                _carry_out(command, commands, outbox)
                break
    outbox.close()
    sys.exit(0)


def _complain(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say what went wrong with this program; an error may hold what the environment does."""
    lines = traceback.format_exception(kind, error, trace)
    sys.stderr.write(mask(clean("".join(lines))))


def _warm_up(settings: Settings) -> None:
    """Make what the first request would make, which costs up to 0.3 seconds in a process."""
    from tui.team.http_client import make_once

    if settings.backend is EMBEDDED:
        import tui.local.playbook  # noqa: F401

    endpoint = settings.endpoint
    make_once(endpoint.base_url or OPENAI_URL, APIS if settings.team else (endpoint.api,))


def _carry_out(task: Task, commands: Iterator[object], outbox: Outbox) -> None:
    from tui.team.prepare import prepare_team
    from tui.team.runner import TeamRunner

    for secret in (task.settings.api_key, task.engine.api_key if task.engine else None):
        remember(secret or "")
    remember_user(task.settings.base_url or "")
    runner = TeamRunner(prepare_team)

    def obey() -> None:
        for command in commands:
            match command:
                case Cancel():
                    outbox.hurry()
                    runner.cancel()
                case StopMember(name):
                    runner.stop_member(name)
                case Answer(question_id, answer):
                    runner.answer(question_id, answer)
        # The program has closed its end: nothing is wanted any more.
        os._exit(0)

    threading.Thread(target=obey, name="storyteam-commands", daemon=True).start()
    runner.run(task, outbox.put)


def _commands(channel: socket.socket) -> Iterator[object]:
    """Yield what the program says until it is gone, also when it was killed in mid-sentence."""
    lines = Lines()
    # A program that leaves reports unread resets the channel.
    with suppress(ConnectionError):
        while data := channel.recv(1 << 16):
            for line in lines.feed(data):
                with suppress(NotAMessage):
                    yield COMMANDS.decode(line)
