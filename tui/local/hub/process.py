"""The process that speaks with Hugging Face: one errand, told line by line on standard output.

Each line is one JSON array: ``["report", what, fraction]`` while it goes on, and at the end
``["done", result]`` or ``["failed", sentence]``. It may be killed at any moment.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from tui.config.hub_name import USUAL_QUANT, HubName, hub_name
from tui.local.hub.layout import find_cached


def main() -> None:
    """Do what the arguments say: ``get NAME``, ``list`` or ``remove NAME``."""
    errand, *names = sys.argv[1:]
    output = os.fdopen(os.dup(1), "wb")
    # What the library and its helpers print is no answer.
    os.dup2(2, 1)
    wanted = hub_name(names[0]) if names else HubName("")
    try:
        _say(output, "done", _do(errand, wanted, output))
    except Exception as error:
        from tui.local.hub.failures import explain

        _say(output, "failed", explain(error, wanted))


def _do(errand: str, wanted: HubName, output: BinaryIO) -> object:
    # Imported when needed: that takes longer than the errands which speak with no hub.
    match errand:
        case "get":
            return str(_get(wanted, lambda *report: _say(output, "report", *report)))
        case "remove":
            from tui.local.hub.cached import remove_model

            return remove_model(wanted)
    from tui.local.hub.cached import list_models

    return [asdict(model) for model in list_models()]


def _get(wanted: HubName, report: Callable[[str, float | None], None]) -> Path:
    report(f"Looking for {wanted}", None)
    # Without a name the usual one is certain; any other may be second best on the hub.
    certain = HubName(wanted.repository, wanted.quant or USUAL_QUANT)
    if found := find_cached(certain, report):
        return found
    from tui.local.hub.download import fetch_model

    return fetch_model(wanted, report)


def _say(output: BinaryIO, *what: object) -> None:
    output.write(json.dumps(what).encode() + b"\n")
    output.flush()


if __name__ == "__main__":
    main()
