"""``completion``: the script with which a shell completes this command.

shtab makes it of the parsers. A value is completed by what stands for it in the help.
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
    _say_what_completes(parser)
    return f"{shtab.complete(parser, shell)}\n"


def _say_what_completes(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _say_what_completes(command)
        elif action.metavar == "PROMPT":
            # Free text; zsh would take the name of a command for it.
            action.help = argparse.SUPPRESS
        elif completer := _BY_METAVAR.get(str(action.metavar)):
            vars(action)["complete"] = completer
        else:
            action.choices = _CHOICES.get(str(action.metavar), action.choices)
