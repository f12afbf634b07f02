"""The command ``completion``: the script with which a shell completes this program.

shtab makes it from the parsers. The name of a value in the help decides what completes it.
"""

import argparse

import shtab

from tui.command.arguments import PROGRAM, whole_parser
from tui.config.kinds import APIS

_STORY_IDS = f"{PROGRAM} history 2>/dev/null | cut -d ' ' -f 1"
_BY_METAVAR = {
    "PATH": shtab.FILE,
    "FILE": shtab.FILE,
    "ID": shtab.cmd(_STORY_IDS),
}
_CHOICES = {"API": APIS}


def script(shell: str) -> str:
    """Return the script for a shell of ``arguments.SHELLS``."""
    parser = whole_parser()
    _set_completers(parser)
    return f"{shtab.complete(parser, shell)}\n"


def _set_completers(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _set_completers(command)
        elif action.metavar == "PROMPT":
            # Free text: zsh would offer the commands for it.
            action.help = argparse.SUPPRESS
        elif completer := _BY_METAVAR.get(str(action.metavar)):
            vars(action)["complete"] = completer
        else:
            action.choices = _CHOICES.get(str(action.metavar), action.choices)
