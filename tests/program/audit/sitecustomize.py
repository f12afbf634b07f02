"""Writes down where every Python process that finds this module connects, and how it is started.

Python imports it by itself when its folder is in ``PYTHONPATH``.
"""

import json
import os
import sys
from typing import Any

_WATCHED = (
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "socket.getnameinfo",
)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _WATCHED:
        told = [value for value in arguments if isinstance(value, str | bytes | tuple | list)]
        _write({"event": event, "told": repr(told)})


def _write(entry: dict[str, Any]) -> None:
    number = os.open(os.environ["PYTHON_TEST_AUDIT"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(number, (json.dumps(entry) + "\n").encode())
    os.close(number)


if "PYTHON_TEST_AUDIT" in os.environ:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_TEST_AUDIT"}
    _write({"event": "start", "told": sys.orig_argv, "environment": environment})
    sys.addaudithook(_hook)
