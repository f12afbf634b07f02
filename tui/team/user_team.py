"""A team of the user's own: ``--team package.module:attribute`` or ``--team file.py:attribute``.

It is loaded once in a process, for one run: a team used on two event loops fails.
"""

import importlib
import importlib.util
import inspect
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from agno.agent import Agent
from agno.team import Team

from tui.errors import StoryteamError, said_by
from tui.team.importing import importing
from tui.team.members import Runnable, agents_of
from tui.team.workflows import is_workflow
from tui.text.nearest import nearest
from tui.text.secrets import masked_line


def load_team(spec: str) -> Runnable:
    """Return a team, an agent that works alone, or a workflow.

    Raises:
        StoryteamError: with a sentence about whatever is wrong with the module or the attribute.
    """
    source, _, attribute = spec.rpartition(":") if not spec.endswith(".py") else (spec, "", "")
    with _blaming(source), importing():
        module = _load_file(Path(source)) if source.endswith(".py") else _load_module(source)
    attribute = attribute or _only_one(module, source)
    found = _attribute(module, attribute, source)
    if callable(found) and not _can_run(found):
        found = _call(found, attribute, source)
    if not _can_run(found):
        raise StoryteamError(f"--team: {attribute} in {source} is {_kind(found)}.")
    return found


def _can_run(found: object) -> bool:
    return isinstance(found, Agent | Team) or is_workflow(found)


def _only_one(module: ModuleType, source: str) -> str:
    """Return the name of what a file has to run: a team, or an agent that is in none."""
    held = {name: value for name, value in vars(module).items() if isinstance(value, Agent | Team)}
    inner = {
        id(agent) for value in held.values() for agent in agents_of(value) if agent is not value
    }
    names = {id(value): name for name, value in held.items() if id(value) not in inner}
    flows = [name for name, value in vars(module).items() if is_workflow(value)]
    teams = [name for name in names.values() if isinstance(held[name], Team)]
    found = flows or teams or list(names.values())
    if len(found) == 1:
        return found[0]
    if not found:
        raise StoryteamError(
            f"--team: {source} holds no Agno team. "
            f"If a function makes it, name that: {source}:FUNCTION."
        )
    raise StoryteamError(
        f"--team: {source} holds {', '.join(found)}. Name one of them, such as {source}:{found[0]}."
    )


def _load_file(path: Path) -> ModuleType:
    path = path.expanduser().resolve()
    if not path.is_file():
        raise StoryteamError(f"--team: there is no file {path}.")
    _look_in(path.parent)
    name = _module_name(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise StoryteamError(f"--team: {path} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    # Where dataclasses and pickles of the module look it up.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _module_name(path: Path) -> str:
    """A file may be called calendar.py: the module that others know by that name must stay."""
    name = path.stem
    other = sys.modules.get(name)
    is_taken = other is not None and getattr(other, "__file__", None) != str(path)
    return f"team_{name}" if is_taken or name in sys.stdlib_module_names else name


def _load_module(name: str) -> ModuleType:
    _look_in(Path.cwd())
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise StoryteamError(
                f"--team: there is no module '{error.name}' here ({Path.cwd()}). "
                "Give the name as Python imports it, or the path of a .py file."
            ) from error
        raise


def _look_in(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@contextmanager
def _blaming(source: str) -> Iterator[None]:
    """Turn whatever the user's code raises into a sentence with its place."""
    try:
        yield
    except StoryteamError:
        raise
    except ModuleNotFoundError as error:
        raise StoryteamError(
            f"--team: {source} needs the module '{error.name}', which is not installed here."
        ) from error
    except SyntaxError as error:
        place = f"{os.path.basename(error.filename or source)}, line {error.lineno}"
        raise StoryteamError(f"--team: {place}: {error.msg}.") from error
    except (Exception, SystemExit) as error:
        said = masked_line(said_by(error), 200)
        what = f"{type(error).__name__}: {said}" if said else type(error).__name__
        raise StoryteamError(f"--team: {_place(error, source)}: {what}") from error


def _place(error: BaseException, source: str) -> str:
    """The innermost line of the user's own code that led to the error."""
    frames = traceback.extract_tb(error.__traceback__)
    tail = source.removesuffix(".py").replace(".", os.sep) + ".py"
    own = [frame for frame in frames if frame.filename.endswith(os.path.basename(tail))]
    return f"{os.path.basename(own[-1].filename)}, line {own[-1].lineno}" if own else source


def _attribute(module: ModuleType, attribute: str, source: str) -> Any:
    found: Any = module
    for name in attribute.split("."):
        if not hasattr(found, name):
            names = [known for known in vars(found) if not known.startswith("_")]
            near = nearest(name, names)
            hint = f" Did you mean {near}?" if near else ""
            raise StoryteamError(f"--team: there is no '{name}' in {source}.{hint}")
        found = getattr(found, name)
    return found


def _call(make: Any, attribute: str, source: str) -> Any:
    if inspect.iscoroutinefunction(make):
        raise StoryteamError(
            f"--team: {attribute} in {source} is async. Give a plain function that returns a Team."
        )
    with _blaming(source):
        try:
            inspect.signature(make).bind()
        except TypeError as error:
            raise StoryteamError(
                f"--team: {attribute} in {source} needs arguments. "
                "Give a function that makes the team without any."
            ) from error
        return make()


_ELSEWHERE = {
    "RemoteTeam": "It runs on a server of its own",
    "RemoteAgent": "It runs on a server of its own",
    "AgentOS": "Name one of the teams that it serves",
}
"""What is no team, and what to do about it."""


def _kind(found: object) -> str:
    name = type(found).__name__
    if name in _ELSEWHERE:
        return f"an Agno {name}, which cannot be run here. {_ELSEWHERE[name]}"
    return f"of the type {name}, not an Agno Team or Agent, or a function that makes one"
