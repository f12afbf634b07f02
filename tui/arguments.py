"""The command line as data: one parser per command, and which flags are settings."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from tui.errors import UsageError
from tui.settings import DEFAULT_MODEL

PROGRAM = "storyteam-tui"
SETTING_FLAGS = (
    "auto_cancel", "max_words", "max_cost", "model", "base_url", "api", "temperature",
    "max_tokens", "timeout", "local", "gguf", "team", "db", "tail", "theme",
)  # fmt: skip


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options, with the name of the command as ``command``.

    Without the name of a command a story is written; "run" is the full name of that.

    Raises:
        UsageError: when the arguments are not understood.
    """
    name, rest = (arguments[0], arguments[1:]) if arguments else ("run", arguments)
    if name not in _PARSERS:
        name, rest = "run", arguments
    options = _parse_serve(rest) if name == "serve" else _PARSERS[name]().parse_args(rest)
    options.command = name
    return options


def _parse_serve(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options of ``serve`` and of the run, and the run's as they were typed."""
    own, handed_on = _serve_parser().parse_known_args(arguments)
    options = _run_parser().parse_args(handed_on, own)
    options.handed_on = handed_on
    return options


def typed_flags(options: argparse.Namespace) -> dict[str, object]:
    """Return the settings that were typed, and nothing else."""
    given = vars(options)
    return {name: given[name] for name in SETTING_FLAGS if name in given}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. See {self.prog} --help.")


class _ShowVersion(argparse.Action):
    """Looks the version up only when asked: that costs as much as a tenth of the first paint."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"{PROGRAM} {version(PROGRAM)}\n")
        parser.exit()


def _run_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [run] [OPTIONS] [PROMPT]\n"
        f"       {PROGRAM} history [QUERY] | show ID | export ID [FILE] | serve",
        description="A team of AI agents writes a story live in your terminal. Press c to stop it.",
        epilog="Without OPENAI_API_KEY and --base-url, a small model inside the program writes.",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("prompt", nargs="*", default=[], metavar="PROMPT", help="the story's idea; - reads stdin")
    add("--auto-cancel", metavar="SECONDS", help="cancel the run after this time")
    add("--max-words", metavar="N", help="cancel the run after this many words")
    add("--max-cost", metavar="USD", help="cancel the run after it has cost this much")
    add("--model", metavar="ID", help=f"the model to use (default: {DEFAULT_MODEL})")
    add("--base-url", metavar="URL", help="any OpenAI-compatible server")
    add("--api", metavar="API", help="which OpenAI API to speak: responses (default) or chat")
    add("--temperature", metavar="T", help="how freely the model samples, 0 to 2")
    add("--max-tokens", metavar="N", help="the most that one request may generate")
    add("--timeout", metavar="SECONDS", help="how long a request may wait for the model")
    add("--team", metavar="MODULE:ATTR", help="run your own Agno team; FILE.py:ATTR works too")
    add("--local", action="store_true", help="use the embedded model")
    add("--gguf", metavar="PATH", help="use the embedded engine with your own model file")
    add(
        "--continue",
        dest="go_on",
        nargs="?",
        const="",
        metavar="ID",
        help="go on with a story (the latest without an ID); PROMPT is the direction",
    )
    add("--tail", metavar="CHARACTERS", help="how much of a story to give when it goes on")
    add("--plain", action="store_true", default=False, help="no screen: the story goes to stdout")
    add("--json", action="store_true", default=False, help="no screen: stdout is one JSON object")
    add("--once", action="store_true", default=False, help="leave when the run ends")
    add("--db", metavar="PATH", help="the history database")
    add("--theme", metavar="NAME", help="the theme of the full screen")
    add("--version", action=_ShowVersion, nargs=0, help="show the version and leave")
    return parser


def _command_parser(name: str, description: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"{PROGRAM} {name}",
        description=description,
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", default=False, help="print JSON")
    parser.add_argument("--db", metavar="PATH", help="the history database")
    return parser


def _history_parser() -> argparse.ArgumentParser:
    parser = _command_parser("history", "List the stories, the latest first.")
    parser.add_argument("query", nargs="*", default=[], metavar="QUERY", help="words they hold")
    return parser


def _show_parser() -> argparse.ArgumentParser:
    parser = _command_parser("show", "Print a story.")
    parser.add_argument("id", metavar="ID", help="the story's id, or the beginning of it")
    return parser


def _export_parser() -> argparse.ArgumentParser:
    parser = _command_parser("export", "Save a story as Markdown.")
    parser.add_argument("id", metavar="ID", help="the story's id, or the beginning of it")
    parser.add_argument("file", nargs="?", default="", metavar="FILE", help="- is stdout")
    parser.add_argument("--force", action="store_true", default=False, help="replace the file")
    return parser


def _serve_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"{PROGRAM} serve",
        usage=f"{PROGRAM} serve [--host ADDRESS] [--port PORT] [--public-url URL] "
        "[OPTIONS] [PROMPT]",
        description="Show the app in a browser. Every tab runs a team of its own, which stops\n"
        "when the tab is closed; every word is kept in the history.",
        epilog=f"OPTIONS and PROMPT are those of a run, for every tab: see {PROGRAM} --help.\n"
        "It needs the extra: pip install 'storyteam-tui[serve]'",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="where to listen (default: %(default)s)",
    )
    add(
        "--port",
        type=int,
        default=8000,
        metavar="PORT",
        help="0 is any free one (default: %(default)s)",
    )
    add("--public-url", metavar="URL", help="the page's address, if it is behind a proxy")
    return parser


_PARSERS = {
    "run": _run_parser,
    "history": _history_parser,
    "show": _show_parser,
    "export": _export_parser,
    "serve": _serve_parser,
}
