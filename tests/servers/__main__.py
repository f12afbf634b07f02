"""The model server as a command: prints its address as JSON and serves until stdin closes.

python -m tests.servers --fault storyteller:stall_midstream:8 --tokens-per-second 100
"""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import suppress

from tests.servers.faults import Fault, FaultKind
from tests.servers.model_server import ModelServer
from tests.servers.script import Position, Script

DEFAULTS = Script()
SHAPES = {"team": Script.team, "parallel": Script.parallel, "single": Script.single}


def placed_fault(text: str) -> tuple[Position, Fault]:
    """Reads ``position:kind`` or ``position:kind:deltas``."""
    position, kind, *after = text.split(":")
    return Position(position), Fault(FaultKind(kind), int(after[0]) if after else None)


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--shape", choices=SHAPES, default="team", help="who is called, and how")
    parser.add_argument("--words", type=int, default=DEFAULTS.words, help="of each member")
    parser.add_argument("--closing-words", type=int, default=DEFAULTS.closing_words)
    parser.add_argument("--preface-words", type=int, default=DEFAULTS.preface_words)
    parser.add_argument("--words-per-delta", type=int, default=DEFAULTS.words_per_delta)
    parser.add_argument("--tokens-per-second", type=float, default=0.0, help="0: flat out")
    parser.add_argument(
        "--fault", type=placed_fault, action="append", default=[], metavar="POSITION:KIND[:AFTER]"
    )
    parser.add_argument("--log", action="store_true", help="at the end, one line per request")
    return parser.parse_args(arguments)


def script_of(options: argparse.Namespace) -> Script:
    script = Script(
        words=options.words,
        closing_words=options.closing_words,
        preface_words=options.preface_words,
        words_per_delta=options.words_per_delta,
        delay_seconds=1 / options.tokens_per_second if options.tokens_per_second else 0.0,
    )
    script = SHAPES[options.shape](script)
    for position, fault in options.fault:
        script = script.with_fault(position, *script.faults.get(position, ()), fault)
    return script


def main(arguments: Sequence[str] | None = None) -> None:
    options = read_options(sys.argv[1:] if arguments is None else arguments)
    with ModelServer(script_of(options), options.port) as server:
        print(json.dumps({"base_url": server.base_url}), flush=True)
        with suppress(KeyboardInterrupt):
            sys.stdin.read()
        if options.log:
            print(*server.records, sep="\n", file=sys.stderr)


if __name__ == "__main__":
    main()
