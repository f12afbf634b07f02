"""The options of ``serve``; those of a run go to every tab."""

import argparse
from collections.abc import Sequence
from typing import Any

ABOUT = "Show the app in a browser; every tab runs a team of its own."
NEEDS = """\
Every tab gets the prompt and the options of a run; keys come from the environment.
It needs the extra: pip install 'storyteam-tui[serve]'"""


def add_serve_arguments(section: Any) -> None:
    """Add the options of the server alone to a parser, or to a section of it."""
    add = section.add_argument
    host, port = "127.0.0.1", 8000
    add("--host", default=host, metavar="ADDRESS", help=f"where to listen (default: {host})")
    add("--port", default=port, type=int, metavar="PORT", help=f"0: any (default: {port})")
    most = 8
    add("--max-tabs", default=most, type=int, metavar="N", help=f"open at once (default: {most})")
    say = "let every user of this machine open the page"
    add("--no-token", action="store_true", default=False, help=say)
    add("--public-url", default=None, metavar="URL", help="the page's address behind a proxy")


def run_arguments(arguments: Sequence[str]) -> list[str]:
    """Return the arguments of the run; after ``--`` all are."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    add_serve_arguments(parser)
    end = arguments.index("--") if "--" in arguments else len(arguments)
    _, rest = parser.parse_known_args(arguments[:end])
    return [*rest, *arguments[end:]]
