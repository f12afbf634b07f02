"""The command ``storyteam-tui``: from its arguments to its exit code.

Nothing heavy is imported before the options are read, so that --help and --version are instant.
"""

import io
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Sequence
from typing import NoReturn

from tui.command.arguments import PROGRAM, RUNNING, parse, typed_flags
from tui.config.sources import load
from tui.errors import StoryteamError, UsageError
from tui.system import exit_codes
from tui.system.paths import history_path
from tui.system.streams import say, silence
from tui.text.secrets import masked_line
from tui.text.untrusted import without_surrogates


def main() -> NoReturn:
    """Run the command and exit with the code of the contract."""
    _open_streams()
    try:
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = _run([without_surrogates(argument) for argument in sys.argv[1:]])
    except StoryteamError as error:
        # What fails before there is a run is a matter of usage or configuration.
        say(sys.stderr, f"{PROGRAM}: {masked_line(str(error), 2000)}\n")
        code = exit_codes.USAGE
    except KeyboardInterrupt:
        code = exit_codes.STOPPED
    _leave(code)


def _open_streams() -> None:
    """Make the standard streams take any text, whatever the locale, also when they are closed."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "r+", encoding="utf-8"))  # noqa: SIM115
        elif name != "stdin" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _run(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    if options.command in RUNNING and not options.show_config:
        from tui.command.story import serve_stories, write_story

        return write_story(options) if options.command == "run" else serve_stories(options)
    try:
        return _check_team(options) if options.command == "check" else _print(options)
    except BrokenPipeError:
        silence(sys.stdout)
        return exit_codes.READER_GONE
    except OSError as error:
        return _unwritten(error)


def _check_team(options: Namespace) -> int:
    """Try whether a user's team stops."""
    from tui.check.command import check_team

    team = load(typed_flags(options)).team
    if not team:
        raise UsageError("check needs a team of yours: --team MODULE:ATTR.")
    return check_team(team, with_tools=options.with_tools, as_json=options.json)


def _print(options: Namespace) -> int:
    """Answer on stdout what needs no run."""
    if options.command == "completion":
        from tui.command.completion import script

        sys.stdout.write(script(options.shell))
        return exit_codes.SUCCEEDED
    if options.command == "models":
        from tui.command.models import run_models

        return run_models(options)
    settings = load(typed_flags(options))
    if options.command in RUNNING:
        from tui.command.show_config import config_json, config_text

        sys.stdout.write(config_json(settings) if options.json else config_text(settings))
        return exit_codes.SUCCEEDED
    from tui.command.commands import run_command
    from tui.history import History

    return run_command(options, History(settings.db or history_path()))


def _leave(code: int) -> NoReturn:
    """Exit, even while a thread that nothing can end is still running."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
        code = code or exit_codes.READER_GONE
    except OSError as error:
        code = code or _unwritten(error)
    say(sys.stderr, "")
    # The interpreter waits even for the daemon threads of a pool.
    if threading.active_count() > 1:
        os._exit(code)
    sys.exit(code)


def _unwritten(error: OSError) -> int:
    silence(sys.stdout)
    say(sys.stderr, f"{PROGRAM}: the output could not be written: {error.strerror}.\n")
    return exit_codes.FAILED
