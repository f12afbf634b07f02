"""The options of ``serve`` beside those of a run, which it hands on to every tab."""

import argparse
from collections.abc import Sequence
from typing import Any

ABOUT = "Show the app in a browser; every tab runs a team of its own."
NEEDS = """\
Every tab gets the prompt and the options of a run; keys come from the environment.
It needs the extra: pip install 'storyteam-tui[serve]'"""


def add_serve_arguments(section: Any) -> None:
    """Add what only the server needs to know to a parser, or a section of it."""
    add = section.add_argument
    host, port = "127.0.0.1", 8000
    add("--host", default=host, metavar="ADDRESS", help=f"where to listen (default: {host})")
    add("--port", default=port, type=int, metavar="PORT", help=f"0: any (default: {port})")
    most = 8
    add("--max-tabs", default=most, type=int, metavar="N", help=f"open at once (default: {most})")
    say = "let every user of this machine open the page"
    add("--no-token", action="store_true", default=False, help=say)
    add("--public-url", default=None, metavar="URL", help="the page's address behind a proxy")


def handed_on(arguments: Sequence[str]) -> list[str]:
    """Return the arguments without those of the server; behind ``--`` there are none."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    add_serve_arguments(parser)
    end = arguments.index("--") if "--" in arguments else len(arguments)
    _, rest = parser.parse_known_args(arguments[:end])
    return [*rest, *arguments[end:]]
