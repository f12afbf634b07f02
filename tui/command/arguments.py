"""The command line: a parser for each command, and which flags are settings."""

import argparse
import re
import shlex
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from tui.command.help_text import HelpFormatter, epilog, wrapped
from tui.command.hints import meant_command
from tui.config.definition import Definition, Group
from tui.config.settings import DEFINITIONS, Settings
from tui.errors import UsageError
from tui.text.nearest import nearest
from tui.web.arguments import ABOUT, NEEDS, add_serve_arguments, run_arguments

PROGRAM = "storyteam-tui"
RUNNING = ("run", "serve")
"""The commands that take the options of a run."""
SHELLS = ("bash", "zsh", "fish")
_ABOUT = "A team of AI agents writes a story live in your terminal. Press c to stop it."
_VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})*")
_ABOUT_RUN = "Write a story; the name may be left out."


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options, with the name of the command as ``command``.

    Without the name of a command a story is written; "run" is the full name of that.

    Raises:
        UsageError: when the arguments are not understood.
    """
    is_named = bool(arguments) and arguments[0] in _PARSERS
    name = arguments[0] if is_named else "run"
    parser = _PARSERS[name]()
    rest = list(arguments[1:] if is_named else arguments)
    if name in RUNNING:
        options, unknown = _parse_run(parser, rest)
    else:
        options, unknown = parser.parse_known_args(rest)
    if not is_named and "--" not in arguments:
        _refuse_a_command(options.prompt, unknown)
    if unknown:
        parser.error(_what_is_unknown(name, parser, unknown))
    options.command = name
    if name == "serve":
        options.run_arguments = run_arguments(rest)
    return options


def _parse_run(
    parser: argparse.ArgumentParser, arguments: list[str]
) -> tuple[argparse.Namespace, list[str]]:
    """Let options stand anywhere in a prompt; everything after ``--`` is the prompt."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options, unknown = parser.parse_known_intermixed_args(arguments[:end])
    options.prompt += arguments[end + 1 :]
    return options, unknown


def typed_flags(options: argparse.Namespace) -> dict[str, object]:
    """Return only the settings that were typed."""
    given = vars(options)
    return {name: given[name] for name in DEFINITIONS if name in given}


def whole_parser() -> argparse.ArgumentParser:
    """Return one parser with every command, for a shell's completion."""
    parser = _Parser(prog=PROGRAM, add_help=False)
    commands = parser.add_subparsers(parser_class=argparse.ArgumentParser)
    for name, make in _PARSERS.items():
        command = make()
        about = command.description
        commands.add_parser(name, parents=[command], add_help=False, help=about, description=about)
    _add_run_arguments(parser)
    return parser


def _option_names(parser: argparse.ArgumentParser) -> set[str]:
    return {name for action in parser._actions for name in action.option_strings}


class _Parser(argparse.ArgumentParser):
    """A parser without defaults, whose errors are ``UsageError``."""

    def __init__(self, **more: Any) -> None:
        defaults: dict[str, Any] = {"formatter_class": HelpFormatter, "allow_abbrev": False}
        super().__init__(argument_default=argparse.SUPPRESS, **defaults | more)

    def error(self, message: str) -> NoReturn:
        end = "" if message.endswith((".", "?")) else "."
        raise UsageError(f"{message}{end} See {self.prog} --help.")


class _Version(argparse.Action):
    """Shows the version of the program, or takes the number of a passage's version."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if values is not None:
            if not _VERSION.fullmatch(values):
                parser.error(f"--version takes a number such as 2, not '{values}'")
            namespace.version = values
            return
        # Looked up only when asked: that costs a tenth of the first paint.
        from importlib.metadata import version

        sys.stdout.write(f"{PROGRAM} {version(PROGRAM)}\n")
        parser.exit()


def _refuse_a_command(prompt: Sequence[str], unknown: Sequence[str]) -> None:
    """Refuse a prompt that was probably meant as a command."""
    commands = [name for name in _PARSERS if name != "run"]
    meant = meant_command(prompt, commands)
    if not meant and prompt and unknown and (near := nearest(prompt[0], commands)):
        # Options of that command alone give it away.
        meant = near if set(unknown) <= _option_names(_PARSERS[near]()) else None
    if meant:
        problem = "stands behind options" if prompt[0] == meant else "looks like a command"
        raise UsageError(
            f"'{prompt[0]}' {problem}. Did you mean {PROGRAM} {meant}? "
            f"To have a story written: {PROGRAM} run {shlex.join(prompt)}"
        )


def _what_is_unknown(name: str, parser: argparse.ArgumentParser, unknown: Sequence[str]) -> str:
    option = unknown[0].partition("=")[0]
    if not option.startswith("-"):
        given = " ".join(unknown)
        return f"{name} does not take '{given}'. A prompt that begins with '{name}' is quoted."
    near = nearest(option, _option_names(parser))
    return f"there is no option {option}{f'. Did you mean {near}?' if near else ''}"


def _add_settings(section: Any, group: Group) -> None:
    for definition in DEFINITIONS.values():
        if definition.group is group and definition.in_flags:
            _add_setting(section, definition)


def _add_setting(section: Any, definition: Definition) -> None:
    if definition.is_switch:
        truth = argparse.BooleanOptionalAction
        section.add_argument(definition.flag, action=truth, help=definition.help)
        return
    action = "append" if definition.kind.is_repeated else "store"
    text = f"{definition.help}{_default(definition)}"
    section.add_argument(definition.flag, metavar=definition.metavar, action=action, help=text)
    if definition.old_flag:
        hidden = argparse.SUPPRESS
        section.add_argument(definition.old_flag, dest=definition.name, action=action, help=hidden)


def _default(definition: Definition) -> str:
    default = getattr(Settings(), definition.name)
    return "" if default in (None, ()) or default == {} else f" (default: {default})"


def _run_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [run] [OPTIONS] [PROMPT]\n       {PROGRAM} COMMAND --help",
        description=wrapped(_ABOUT),
        epilog=_epilog(),
        add_help=False,
    )
    _add_run_arguments(parser)
    return parser


def _add_run_arguments(parser: argparse.ArgumentParser) -> None:
    sections = {group: parser.add_argument_group(group.value) for group in Group}
    what, screen, places = (sections[g] for g in (Group.WHAT, Group.SCREEN, Group.PLACES))
    what.add_argument(
        "prompt", nargs="*", default=[], metavar="PROMPT", help="the story's idea; - reads stdin"
    )
    what.add_argument(
        "--continue",
        dest="go_on",
        nargs="?",
        const="",
        metavar="ID",
        help="go on, by default with the latest; PROMPT directs",
    )
    what.add_argument("--note", metavar="TEXT", help="what holds for every passage of the story")
    _add_switch(screen, "--plain", "no screen: the story goes to stdout")
    _add_switch(screen, "--json", "no screen: stdout is one JSON object")
    _add_switch(screen, "--events", "no screen: stdout is a line of JSON per event")
    _add_switch(screen, "--once", "leave when the run ends")
    for group, section in sections.items():
        _add_settings(section, group)
    _add_switch(places, "--show-config", "show every setting and where it came from")
    places.add_argument(
        "--version",
        action=_Version,
        nargs="?",
        metavar="N",
        help="show the version; with --continue: go on from this",
    )
    places.add_argument("-h", "--help", action="help", help="show this")


def _add_switch(section: Any, flag: str, about: str) -> None:
    section.add_argument(flag, action="store_true", default=False, help=about)


def _epilog() -> str:
    commands = {name: make().description or "" for name, make in _PARSERS.items() if name != "run"}
    return epilog(PROGRAM, {"run": _ABOUT_RUN} | commands)


def _command_parser(name: str, description: str) -> argparse.ArgumentParser:
    parser = _Parser(prog=f"{PROGRAM} {name}", description=description)
    _add_switch(parser, "--json", "print JSON")
    _add_setting(parser, DEFINITIONS["db"])
    return parser


def _history_parser() -> argparse.ArgumentParser:
    parser = _command_parser("history", "List the stories, the latest first.")
    parser.add_argument("query", nargs="*", default=[], metavar="QUERY", help="words they hold")
    return parser


def _show_parser() -> argparse.ArgumentParser:
    parser = _command_parser("show", "Print a story.")
    parser.add_argument("id", metavar="ID", help="the story's id, or the beginning of it")
    _add_switch(parser, "--versions", "list every version of every passage instead")
    return parser


def _export_parser() -> argparse.ArgumentParser:
    parser = _command_parser("export", "Save a story as Markdown, HTML or EPUB.")
    parser.add_argument("id", metavar="ID", help="the story's id, or the beginning of it")
    parser.add_argument("file", nargs="?", default="", metavar="FILE", help="- is stdout")
    _add_switch(parser, "--force", "replace the file")
    return parser


def _check_parser() -> argparse.ArgumentParser:
    about = "Try whether your own team stops, in every phase of a run: no key, no network."
    parser = _Parser(prog=f"{PROGRAM} check", description=about)
    _add_setting(parser, DEFINITIONS["team"])
    _add_switch(parser, "--with-tools", "really call the team's tools")
    _add_switch(parser, "--json", "print JSON")
    return parser


def _models_parser() -> argparse.ArgumentParser:
    about = "List the models that are here; get one from Hugging Face; remove one."
    parser = _Parser(prog=f"{PROGRAM} models", description=about)
    parser.add_argument(
        "action", nargs="?", default="list", metavar="ACTION", help="list, get or rm"
    )
    parser.add_argument(
        "name", nargs="?", default="", metavar="OWNER/MODEL[:QUANT]", help="which model"
    )
    _add_switch(parser, "--json", "print JSON")
    return parser


def _completion_parser() -> argparse.ArgumentParser:
    about = "Print a script for the completion of a shell."
    parser = _Parser(prog=f"{PROGRAM} completion", description=about)
    parser.add_argument(
        "shell", choices=SHELLS, metavar="SHELL", help=f"one of {', '.join(SHELLS)}"
    )
    return parser


def _serve_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"{PROGRAM} serve",
        usage=f"{PROGRAM} serve [OPTIONS] [PROMPT]",
        description=ABOUT,
        epilog=NEEDS,
        add_help=False,
    )
    add_serve_arguments(parser.add_argument_group("Where to serve"))
    _add_run_arguments(parser)
    return parser


_PARSERS = {
    "run": _run_parser,
    "history": _history_parser,
    "show": _show_parser,
    "export": _export_parser,
    "serve": _serve_parser,
    "models": _models_parser,
    "check": _check_parser,
    "completion": _completion_parser,
}
