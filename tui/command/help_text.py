"""The layout of ``--help``: columns within the width of the terminal."""

import argparse
import shutil
import textwrap
from collections.abc import Mapping
from typing import Any

_COLUMN = 26
_NARROWEST = 40
_EXAMPLES = """\
Examples:
  {program} "a lighthouse keeper who is afraid of the dark"
  {program} --base-url http://localhost:11434/v1 --model NAME "a cat"
  {program} --plain --auto-cancel 30 "a cat" > cat.txt
  {program} --continue dragon-k7q2m "now let the dragon fail"
"""


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Leaves room for the longest option, and examples as they are."""

    def __init__(self, prog: str, **more: Any) -> None:
        super().__init__(prog, max_help_position=_COLUMN, **more)


def epilog(program: str, commands: Mapping[str, str]) -> str:
    """Return the list of commands with what they do, and the examples."""
    lines = ["Commands:"]
    for name, about in commands.items():
        beginning = f"  {name:<{_COLUMN - 2}}"
        lines += textwrap.wrap(
            about, _width(), initial_indent=beginning, subsequent_indent=" " * _COLUMN
        )
    return "\n".join([*lines, "", _EXAMPLES.format(program=program)])


def wrapped(text: str) -> str:
    """Return a text in lines that fit the terminal."""
    return textwrap.fill(text, _width())


def _width() -> int:
    return max(_NARROWEST, shutil.get_terminal_size().columns - 2)
