"""The command ``storyteam-tui``: options, the choice of front end, exit codes.

Nothing heavy is imported before the options are read, so that --help and --version are instant.
"""

import io
import os
import sys
import threading
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from tui.arguments import PROGRAM, parse, typed_flags
from tui.errors import StoryteamError, UsageError
from tui.local.gguf import check_gguf
from tui.run import RunRequest
from tui.secrets import mask
from tui.settings import DEFAULT_PROMPT, Settings, history_path, load
from tui.text import clean_line, without_surrogates
from tui.web import in_browser

if TYPE_CHECKING:
    from tui.history import History

USAGE_EXIT = 2


def main() -> NoReturn:
    """Run the command and exit with the code of the contract."""
    _open_streams()
    try:
        code = _run([without_surrogates(argument) for argument in sys.argv[1:]])
    except StoryteamError as error:
        # Whatever fails before there is a run is a matter of usage or configuration.
        sys.stderr.write(f"{PROGRAM}: {mask(clean_line(str(error), 2000))}\n")
        code = USAGE_EXIT
    except KeyboardInterrupt:
        code = 130
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
    settings = load(typed_flags(options))

    from tui.history import History

    history = History(settings.db or history_path())
    if options.command not in ("run", "serve"):
        from tui.commands import run_command

        return run_command(options, history)
    if settings.gguf is not None:
        check_gguf(settings.gguf)
    if settings.max_cost and not settings.is_local and not settings.team:
        from tui.prices import check_price

        check_price(settings.endpoint)
    request = _request(options, history)
    if options.command == "serve":
        from tui.web.serve import serve

        return serve(options, request.direction if request.story_id else request.prompt)
    try:
        return _write(options, settings, history, request)
    finally:
        for sentence in history.troubles:
            sys.stderr.write(f"{sentence}\n")


def _write(options: Namespace, settings: Settings, history: "History", request: RunRequest) -> int:
    from tui.studio import Studio

    studio = Studio(settings, history)
    try:
        if options.plain or options.json or not _has_screen():
            from tui.plain import run_plain

            return run_plain(
                studio.make_run, request, as_json=options.json, out=sys.stdout, err=sys.stderr
            )
        from tui.full_screen import run_full_screen

        return run_full_screen(
            studio.make_run, request, history, hint=settings.model_hint, once=options.once
        )
    finally:
        studio.close()


def _request(options: Namespace, history: "History") -> RunRequest:
    prompt = _prompt(options.prompt)
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
    prompt = without_surrogates(sys.stdin.read()).strip()
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
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    if any(not t.daemon and t is not threading.main_thread() for t in threading.enumerate()):
        os._exit(code)
    sys.exit(code)
