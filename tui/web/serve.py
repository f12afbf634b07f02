"""The command ``serve``: listen, say where, and end every tab at the signal to stop."""

import asyncio
import errno
import signal
import socket
import sys
from argparse import Namespace
from collections.abc import Sequence

from tui.errors import UsageError
from tui.system import exit_codes
from tui.system.signals import STOP_SIGNALS
from tui.system.streams import say
from tui.web.gate import OPEN, Gate, is_loopback, make_token, origin_of


def serve(options: Namespace, prompt: str) -> int:
    """Serve the app until a signal comes, and return the exit code.

    ``prompt`` is for the tabs when the options read it from standard input.

    Raises:
        UsageError: when it cannot be served like that.
    """
    if options.plain or options.json or options.events:
        raise UsageError("--plain, --json and --events have no screen that a browser could show.")
    if options.public_url and not origin_of(options.public_url):
        raise UsageError(
            f"--public-url: '{options.public_url}' is not an address. "
            "Give one like https://stories.example.org."
        )
    if options.max_tabs < 1:
        raise UsageError(f"--max-tabs: {options.max_tabs} is not a number of tabs. Give 1 or more.")
    _need_packages()
    arguments = _with_prompt(options.run_arguments, prompt) if options.prompt == ["-"] else None
    with _listen(options.host, options.port) as listener:
        port = listener.getsockname()[1]
        token = OPEN if options.no_token else make_token()
        gate = Gate(options.host, port, options.public_url, token)
        where = gate.page_url(options.public_url)
        if not is_loopback(options.host):
            say(
                sys.stderr,
                f"Warning: {_who(options.no_token)} can reach port {port} of this machine "
                "can write stories here, with your key and at your cost.\n",
            )
        return asyncio.run(
            _serve(listener, gate, arguments or options.run_arguments, where, options.max_tabs)
        )


def _who(is_open: bool) -> str:
    return "everyone who" if is_open else "everyone who knows this address and"


def _need_packages() -> None:
    try:
        import aiohttp  # noqa: F401
        import textual_serve  # noqa: F401
    except ModuleNotFoundError as error:
        raise UsageError(
            f"serve needs the package {error.name}: pip install 'storyteam-tui[serve]'"
        ) from error


def _with_prompt(arguments: Sequence[str], prompt: str) -> list[str]:
    """Return the arguments with the prompt from standard input, which is read only once."""
    flags = [argument for argument in arguments if argument not in ("-", "--")]
    return [*flags, "--", prompt]


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise UsageError(f"--port: {port} is not a port. Give one from 1 to 65535, or 0 for any.")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        number = error.errno if isinstance(error, OSError) else None
        raise UsageError(_why_not(host, port, number)) from error


def _why_not(host: str, port: int, number: int | None) -> str:
    match number:
        case errno.EADDRINUSE:
            return f"port {port} is in use. Give another --port, or --port 0 for any free one."
        case errno.EACCES:
            return f"port {port} is not for this user. Give a --port from 1024 up."
    return f"--host: '{host}' is not an address of this machine."


async def _serve(
    listener: socket.socket, gate: Gate, arguments: Sequence[str], where: str, most_tabs: int
) -> int:
    """Serve the page there until a signal comes, and return the exit code."""
    from aiohttp import web

    from tui.web.server import StoryServer
    from tui.web.tab import command_of

    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def stop(number: int) -> None:
        if not told.done():
            told.set_result(number)

    for number in STOP_SIGNALS:
        # Under nohup the pages are to stay.
        if signal.getsignal(number) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, stop, number)
    application = StoryServer(command_of(arguments), gate, most_tabs).application()
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        say(sys.stdout, f"Serving the story team at {where} (ctrl+c stops it)\n")
        return exit_codes.STOPPED if await told == signal.SIGINT else exit_codes.SUCCEEDED
    finally:
        await runner.cleanup()
