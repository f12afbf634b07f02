"""The tables of the documents that are made from the code: ``python -m docs.tables`` writes them.

A document marks the place of a table with ``<!-- table: NAME -->`` and ``<!-- end -->``.
"""

import inspect
import re
from argparse import Action, ArgumentParser, _SubParsersAction
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import get_args

from tui.command.arguments import whole_parser
from tui.config.definition import Definition
from tui.config.settings import DEFINITIONS, Settings
from tui.control.messages import Command
from tui.run.events import Event
from tui.run.wire import Hello
from tui.screen.keys import BINDINGS

FOLDER = Path(__file__).parent
_PLACE = re.compile(r"(<!-- table: (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def settings() -> str:
    """Return every setting: what sets it, what it is without that, and what it means."""
    return _table(
        ("Setting", "Flag", "Variable", "Without it", "Meaning"),
        (
            (
                _code(definition.name) if definition.in_file else "",
                _code(f"{definition.flag} {definition.metavar}".strip())
                if definition.in_flags
                else "",
                " ".join(map(_code, definition.variables)),
                _default(definition),
                definition.help,
            )
            for definition in DEFINITIONS.values()
        ),
    )


def keys() -> str:
    """Return every key of the main screen, with the name by which it gets another one."""
    return _table(
        ("Key", "Name", "What it does"),
        (
            (
                " ".join(map(_code, binding.key.split(","))),
                _code(binding.id or ""),
                binding.tooltip or binding.description,
            )
            for binding in BINDINGS
        ),
    )


def options() -> str:
    """Return the options of each command that are no settings; ``serve`` takes those of ``run``."""
    shared = [action.dest for action in _parsers()["run"]._actions]
    return _table(
        ("Command", "Option", "Meaning"),
        (
            (_code(command), _code(_spelled(action)), action.help or "")
            for command, parser in _parsers().items()
            for action in parser._actions
            if not (action.option_strings and action.dest in (*DEFINITIONS, "help"))
            if command != "serve" or action.dest not in shared
        ),
    )


def commands() -> str:
    """Return every command, and what it is for."""
    return _table(
        ("Command", "What it does"),
        (
            (_code(f"storyteam-tui {name}"), parser.description or "")
            for name, parser in _parsers().items()
        ),
    )


def events() -> str:
    """Return what ``--events`` prints, and a worker reports."""
    return _messages(Hello, *get_args(Event))


def messages() -> str:
    """Return what a worker is told."""
    return _messages(*get_args(Command))


TABLES: Mapping[str, Callable[[], str]] = {
    made.__name__: made for made in (commands, options, settings, keys, events, messages)
}


def with_tables(text: str) -> str:
    """Return a document with its tables as the code has them."""
    return _PLACE.sub(lambda found: found[1] + TABLES[found["name"]]() + found[3], text)


def documents() -> Iterable[Path]:
    """Return the documents that may hold tables."""
    return sorted(FOLDER.glob("*.md"))


def main() -> None:
    """Write every table where it belongs, and name the documents that changed."""
    changed = [path for path in documents() if with_tables(read := path.read_text()) != read]
    for path in changed:
        path.write_text(with_tables(path.read_text()), encoding="utf-8")
        print(path.relative_to(FOLDER.parent))


def _messages(*classes: type) -> str:
    return _table(
        ("Type", "Fields", "What it says"),
        (
            (
                _code(message.__name__),
                " ".join(_code(field.name) for field in fields(message)),
                _summary(message),
            )
            for message in classes
        ),
    )


def _parsers() -> Mapping[str, ArgumentParser]:
    """Return the parser of each command by its name."""
    actions = whole_parser()._actions
    return next(action.choices for action in actions if isinstance(action, _SubParsersAction))


def _spelled(action: Action) -> str:
    """Return how an option is typed, such as ``--host ADDRESS``."""
    value = str(action.metavar or action.dest.upper()) if action.nargs != 0 else ""
    if not action.option_strings:
        return f"[{value}]" if action.nargs in ("?", "*") else value
    return " ".join(
        filter(None, (action.option_strings[-1], f"[{value}]" if action.nargs == "?" else value))
    )


def _summary(message: type) -> str:
    """Return the first paragraph of a class's docstring as a line of Markdown."""
    return " ".join((inspect.getdoc(message) or "").split("\n\n")[0].replace("``", "`").split())


def _default(definition: Definition) -> str:
    if definition.unset:
        return definition.unset
    value = getattr(Settings(), definition.name)
    return _code("off" if value is False else str(value))


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"

    columns = list(head)
    return line(columns) + "|" + "---|" * len(columns) + "\n" + "".join(map(line, rows))


if __name__ == "__main__":
    main()
