"""The command ``storyteam-tui``: options, the choice of front end, exit codes.

Nothing heavy is imported before the options are read, so that --help and --version are instant.
"""

import io
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from tui.command.arguments import PROGRAM, RUNNING, parse, typed_flags
from tui.config.inputs import read_inputs
from tui.config.settings import DEFAULT_PROMPT, Settings
from tui.config.sources import load
from tui.errors import StoryteamError, UsageError
from tui.local.gguf import check_gguf
from tui.run.protocol import RunRequest
from tui.system import exit_codes
from tui.system.browser import in_browser
from tui.system.paths import history_path
from tui.system.signals import StopSignals
from tui.system.streams import say, silence
from tui.text.secrets import masked_line
from tui.text.untrusted import without_surrogates

if TYPE_CHECKING:
    from tui.control.worker_run import WorkerPool
    from tui.history import History
    from tui.plain.run_plain import Output


def main() -> NoReturn:
    """Run the command and exit with the code of the contract."""
    _open_streams()
    try:
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = _run([without_surrogates(argument) for argument in sys.argv[1:]])
    except StoryteamError as error:
        # Whatever fails before there is a run is a matter of usage or configuration.
        say(sys.stderr, f"{PROGRAM}: {masked_line(str(error), 2000)}\n")
        code = exit_codes.USAGE
    except KeyboardInterrupt:
        code = exit_codes.STOPPED
    _leave(code)


def _open_streams() -> None:
    """Make stdout and stderr take any text, whatever the locale, and be there even if closed."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "r+", encoding="utf-8"))  # noqa: SIM115
        elif name != "stdin" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _run(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    if options.command in RUNNING and not options.show_config:
        return _run_story(options) if options.command == "run" else _serve(options)
    try:
        return _check_team(options) if options.command == "check" else _print(options)
    except BrokenPipeError:
        silence(sys.stdout)
        return exit_codes.READER_GONE
    except OSError as error:
        return _unwritten(error)


def _check_team(options: Namespace) -> int:
    """Try whether a team of the user's own stops."""
    from tui.check.command import check_team

    team = load(typed_flags(options)).team
    if not team:
        raise UsageError("check needs a team of yours: --team MODULE:ATTR.")
    return check_team(team, with_tools=options.with_tools, as_json=options.json)


def _print(options: Namespace) -> int:
    """Do what needs no run: answer on stdout."""
    if options.command == "completion":
        from tui.command.completion import script

        sys.stdout.write(script(options.shell))
        return 0
    settings = load(typed_flags(options))
    if options.command in RUNNING:
        from tui.command.show_config import config_json, config_text

        sys.stdout.write(config_json(settings) if options.json else config_text(settings))
        return 0
    from tui.command.commands import run_command
    from tui.history import History

    return run_command(options, History(settings.db or history_path()))


def _run_story(options: Namespace) -> int:
    if options.json and options.events:
        raise UsageError("--json and --events both want stdout. Give one of them.")
    settings = load(typed_flags(options))
    # Whoever interrupts this has no run to cancel yet.
    prompt = _prompt(options.prompt)
    if options.plain or options.json or options.events or not _has_screen():
        with StopSignals() as signals:
            return _write(options, settings, prompt, signals)
    return _write(options, settings, prompt, None)


def _serve(options: Namespace) -> int:
    """Serve the app; what is wrong with the options of its runs is said now, not in every tab."""
    from tui.history import History
    from tui.web.serve import serve

    settings = load(typed_flags(options))
    prompt = _prompt(options.prompt)
    _check(settings)
    _request(options, prompt, History(settings.db or history_path()))
    return serve(options, prompt)


def _check(settings: Settings) -> None:
    """Refuse settings that no run could begin with."""
    if settings.gguf is not None:
        check_gguf(settings.gguf)
    read_inputs(settings)
    if settings.theme is not None or settings.keys:
        from tui.screen.preferences import check

        check(settings)
    if settings.limits.cost_usd and settings.backend.runs_story_team:
        from tui.config.prices import check_price

        check_price(settings.endpoint)


def _write(options: Namespace, settings: Settings, prompt: str, signals: StopSignals | None) -> int:
    """Write a story, on the full screen unless there are ``signals`` to obey in plain mode."""
    from tui.control.worker_run import WorkerPool

    _check(settings)
    pool = WorkerPool(settings, is_for_screen=signals is None)
    # Agno's import takes a second: it overlaps all that comes before the first request.
    pool.warm()
    try:
        return _write_with(pool, options, settings, prompt, signals)
    finally:
        pool.close()


def _write_with(
    pool: "WorkerPool",
    options: Namespace,
    settings: Settings,
    prompt: str,
    signals: StopSignals | None,
) -> int:
    from tui.control.run_builder import RunBuilder
    from tui.history import History

    history = History(settings.db or history_path())
    request = _request(options, prompt, history)
    builder = RunBuilder(settings, history, pool)
    noted: list[str] = []

    def troubles() -> tuple[str, ...]:
        history.close()
        noted.extend(history.troubles)
        return tuple(noted)

    try:
        if signals:
            from tui.plain.asking import open_terminal
            from tui.plain.run_plain import run_plain

            return run_plain(
                builder.make_run,
                request,
                output=_output(options),
                out=sys.stdout,
                err=sys.stderr,
                signals=signals,
                terminal=open_terminal(sys.stdin),
                late_notes=troubles,
            )
        from tui.screen.run_screen import run_full_screen

        return run_full_screen(
            builder.make_run,
            request,
            history,
            settings,
            once=options.once,
            may_greet=_may_greet(options, settings),
        )
    finally:
        builder.close()
        for sentence in set(history.troubles).difference(noted):
            say(sys.stderr, f"{sentence}\n")


def _output(options: Namespace) -> "Output":
    from tui.plain.run_plain import Output

    if options.json:
        return Output.JSON
    return Output.EVENTS if options.events else Output.STORY


def _may_greet(options: Namespace, settings: Settings) -> bool:
    """Whether the first story of all may be asked for: nobody has said what is to be written."""
    is_told = options.prompt or "go_on" in options or options.once or settings.limits.are_set
    return not is_told


def _request(options: Namespace, prompt: str, history: "History") -> RunRequest:
    if "go_on" not in options:
        return RunRequest(prompt or DEFAULT_PROMPT)
    story = history.story(options.go_on) if options.go_on else history.latest()
    if story is None or not story.text.strip():
        raise UsageError("there is no text to go on with. Write a story first.")
    if story.last and story.last.outcome is None:
        raise UsageError(f"story {story.id} is just being written by another copy of the program.")
    return RunRequest(story.prompt, prompt, story.id, story.text)


def _prompt(words: list[str]) -> str:
    if words != ["-"]:
        return " ".join(words).strip()
    prompt = without_surrogates(sys.stdin.read()).removeprefix("\ufeff").strip()
    if not prompt:
        raise UsageError("there was no prompt on standard input. Give one, or leave the - out.")
    return prompt


def _has_screen() -> bool:
    """Whether a full-screen app can run; after ``-`` the keyboard is taken from the terminal."""
    if in_browser():
        return True
    # Textual draws on stderr.
    shown = sys.stdout.isatty() and sys.stderr.isatty()
    if not shown or os.environ.get("TERM") == "dumb":
        return False
    if not sys.stdin.isatty():
        try:
            terminal = os.open("/dev/tty", os.O_RDONLY)
        except OSError:
            return False
        os.dup2(terminal, 0)
        os.close(terminal)
    return True


def _leave(code: int) -> NoReturn:
    """Exit; a thread in which somebody's tool still runs must not keep the process alive."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
        code = code or exit_codes.READER_GONE
    except OSError as error:
        code = code or _unwritten(error)
    say(sys.stderr, "")
    # The interpreter waits even for daemons, when they are those of a pool.
    if threading.active_count() > 1:
        os._exit(code)
    sys.exit(code)


def _unwritten(error: OSError) -> int:
    silence(sys.stdout)
    say(sys.stderr, f"{PROGRAM}: the output could not be written: {error.strerror}.\n")
    return exit_codes.FAILED
