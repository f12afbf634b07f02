"""``models``: what is here, fetching one before it is needed, and removing one."""

import sys
import threading
from argparse import Namespace
from dataclasses import asdict
from datetime import datetime

from tui.config.hub_name import HubName, hub_name, is_hub_name
from tui.config.which_model import EMBEDDED_MODEL
from tui.errors import UsageError
from tui.local.hub.client import get_model, list_models, remove_model
from tui.local.hub.model import CachedModel
from tui.local.weights import MODEL, ensure_weights
from tui.system.paths import cache_dir
from tui.text.sizes import size_text
from tui.text.untrusted import clean_line, to_json

_UNFINISHED = "not whole: models get goes on with it"


def run_models(options: Namespace) -> int:
    """Do what the options say, and return the exit code.

    Raises:
        UsageError: there is no such action, or it lacks a name.
        WeightsError: it cannot be done.
    """
    match options.action:
        case "list" if not options.name:
            _list(as_json=options.json)
        case "get":
            path = _get(_name(options), is_shown=sys.stderr.isatty())
            sys.stdout.write(f"{to_json({'path': path}) if options.json else path}\n")
        case "rm":
            freed = _remove(_name(options))
            told = to_json({"freed_bytes": freed}) if options.json else f"{size_text(freed)} freed"
            sys.stdout.write(f"{told}\n")
        case _:
            raise UsageError("models takes nothing, or get NAME, or rm NAME. See models --help.")
    return 0


def _list(*, as_json: bool) -> None:
    models = [*_embedded(), *list_models()]
    if as_json:
        sys.stdout.write(f"{to_json([asdict(model) for model in models])}\n")
        return
    rows = [
        (model.name, size_text(model.size), _day(model.used_at), _place(model)) for model in models
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for name, size, day, place in rows:
        sys.stdout.write(f"{name:<{widths[0]}}  {size:>{widths[1]}}  {day:<{widths[2]}}  {place}\n")
    if not models:
        sys.stderr.write("There is no model here yet. storyteam-tui models get OWNER/MODEL.\n")


def _embedded() -> list[CachedModel]:
    path = cache_dir() / MODEL.name
    try:
        found = path.stat()
    except OSError:
        return []
    return [CachedModel(EMBEDDED_MODEL, found.st_size, str(path), found.st_atime)]


def _day(used_at: float) -> str:
    return datetime.fromtimestamp(used_at).astimezone().strftime("%Y-%m-%d %H:%M")


def _place(model: CachedModel) -> str:
    path = clean_line(model.path)
    return path if model.is_whole else f"{path} ({_UNFINISHED})"


def _name(options: Namespace) -> HubName:
    if not options.name:
        raise UsageError(f"models {options.action} needs the name of a model.")
    if not is_hub_name(options.name) and options.name != EMBEDDED_MODEL:
        raise UsageError(
            f"'{options.name}' is not the name of a model. Give OWNER/MODEL or OWNER/MODEL:QUANT, "
            "such as ggml-org/gemma-3-4b-it-GGUF:Q4_K_M."
        )
    return hub_name(options.name)


def _get(wanted: HubName, *, is_shown: bool) -> str:
    told = ""

    def report(what: str, fraction: float | None) -> None:
        nonlocal told
        line = what if fraction is None else f"{what} {fraction:4.0%}"
        if is_shown:
            sys.stderr.write(f"\r{line.ljust(len(told))}")
            told = line
        elif what != told:
            told = what
            sys.stderr.write(f"{what}\n")
        sys.stderr.flush()

    never = threading.Event()
    try:
        if str(wanted) == EMBEDDED_MODEL:
            return str(ensure_weights(cache_dir(), report, never))
        return str(get_model(wanted, report, never))
    finally:
        if is_shown and told:
            sys.stderr.write("\n")


def _remove(unwanted: HubName) -> int:
    if str(unwanted) != EMBEDDED_MODEL:
        return remove_model(unwanted)
    path = cache_dir() / MODEL.name
    try:
        freed = path.stat().st_size
        path.unlink()
    except OSError as error:
        raise UsageError(f"{path} cannot be removed: {error.strerror}.") from None
    return freed
