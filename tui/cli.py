"""The command ``storyteam-tui``: options, the choice of front end, exit codes.

Nothing heavy is imported before the options are read, so that --help and --version are instant.
"""

import argparse
import os
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import NoReturn

from tui.errors import StoryteamError, UsageError
from tui.events import Event
from tui.local.gguf import check_gguf
from tui.settings import DEFAULT_MODEL, DEFAULT_PROMPT, load

PROGRAM = "storyteam-tui"
USAGE_EXIT = 2


def main() -> NoReturn:
    """Run the command and exit with the code of the contract."""
    try:
        code = _run(sys.argv[1:])
    except StoryteamError as error:
        # Whatever fails before there is a run is a matter of usage or configuration.
        sys.stderr.write(f"{PROGRAM}: {error}\n")
        code = USAGE_EXIT
    except KeyboardInterrupt:
        code = 130
    _leave(code)


def _run(arguments: Sequence[str]) -> int:
    # "run" is the full name of the command; with it, a prompt may be any word.
    options = _parser().parse_args(arguments[1:] if arguments[:1] == ["run"] else arguments)
    settings = load(_typed_flags(options))
    if settings.gguf is not None:
        check_gguf(settings.gguf)
    prompt = _prompt(options.prompt)

    from tui.prepare import TeamMaker
    from tui.runner import StoryRun

    team_maker = TeamMaker(settings)

    def make_run(publish: Callable[[Event], None]) -> StoryRun:
        return StoryRun(
            prompt,
            team_maker,
            publish,
            model=settings.model_label,
            auto_cancel=settings.auto_cancel,
        )

    try:
        if options.plain or options.json or not _has_screen():
            from tui.plain import run_plain

            return run_plain(make_run, as_json=options.json, out=sys.stdout, err=sys.stderr)
        from tui.full_screen import run_full_screen

        return run_full_screen(make_run, prompt, hint=settings.model_hint, once=options.once)
    finally:
        team_maker.close()


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. See {PROGRAM} --help.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [run] [OPTIONS] [PROMPT]",
        description="A team of AI agents writes a story live in your terminal. Press c to stop it.",
        epilog="Without OPENAI_API_KEY and --base-url, a small model inside the program writes.",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("prompt", nargs="*", default=[], metavar="PROMPT", help="the story's idea; - reads stdin")
    add("--auto-cancel", metavar="SECONDS", help="cancel the run after this time")
    add("--model", metavar="ID", help=f"the model to use (default: {DEFAULT_MODEL})")
    add("--base-url", metavar="URL", help="any OpenAI-compatible server")
    add("--api", metavar="API", help="which OpenAI API to speak: responses (default) or chat")
    add("--local", action="store_true", help="use the embedded model")
    add("--gguf", metavar="PATH", help="use the embedded engine with your own model file")
    add("--plain", action="store_true", default=False, help="no screen: the story goes to stdout")
    add("--json", action="store_true", default=False, help="no screen: stdout is one JSON object")
    add("--once", action="store_true", default=False, help="leave when the run ends")
    add("--version", action="version", version=f"{PROGRAM} {version(PROGRAM)}")
    return parser


_SETTING_FLAGS = ("auto_cancel", "model", "base_url", "api", "local", "gguf")


def _typed_flags(options: argparse.Namespace) -> dict[str, object]:
    given = vars(options)
    return {name: given[name] for name in _SETTING_FLAGS if name in given}


def _prompt(words: list[str]) -> str:
    if words == ["-"]:
        prompt = sys.stdin.read().strip()
        if not prompt:
            raise UsageError("there was no prompt on standard input. Give one, or leave the - out.")
        return prompt
    return " ".join(words).strip() or DEFAULT_PROMPT


def _has_screen() -> bool:
    """Whether a full-screen app can run; after ``-`` the keyboard is taken from the terminal."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
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
    sys.stdout.flush()
    sys.stderr.flush()
    if any(not t.daemon and t is not threading.main_thread() for t in threading.enumerate()):
        os._exit(code)
    sys.exit(code)
