"""The command ``check``: a table of phases, or JSON, and an exit code for CI."""

import math
import sys
from collections.abc import Sequence
from typing import Any

from tui.check.phases import phases_of
from tui.check.trial import LIMIT_SECONDS, PROMISED_SECONDS, Row, Trial, outline_of, try_phase
from tui.control.rehearsal import Rehearsal
from tui.system import exit_codes
from tui.system.streams import say
from tui.text.secrets import masked_line
from tui.text.untrusted import to_json

_HEADS = ("phase", "end", "closed", "left running", "Agno: end", "closed", "left running")
_NOTHING = "-"


def check_team(team: str, *, with_tools: bool, as_json: bool) -> int:
    """Stop a team in every phase, print how that went, and return the exit code.

    Raises:
        StoryteamError: with a sentence about what is wrong with the team.
    """
    outline = outline_of(Rehearsal(team, with_tools=with_tools))
    phases = list(phases_of(outline))
    rows = []
    for number, phase in enumerate(phases, 1):
        say(sys.stderr, f"{number} of {len(phases)}: {phase.name}\n")
        rows.append(try_phase(phase, team, with_tools=with_tools))
    is_kept = all(row.ours.holds for row in rows)
    if as_json:
        facts = {"team": team, "stops": is_kept, "phases": [_facts(row) for row in rows]}
        sys.stdout.write(f"{to_json(facts)}\n")
    else:
        cells = [_HEADS, *((r.phase.name, *_cells(r.ours), *_cells(r.agno)) for r in rows)]
        sys.stdout.write(f"{table(cells)}\n{_verdict(rows)}\n")
    return exit_codes.SUCCEEDED if is_kept else exit_codes.FAILED


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as aligned lines that are a Markdown table as well."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    dashes = ["-" * width for width in widths]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in (rows[0], dashes, *rows[1:])
    ]
    return "\n".join(f"| {line} |" for line in lines)


def _cells(trial: Trial) -> tuple[str, str, str]:
    if not trial.is_reached:
        why = f"ended before: {masked_line(trial.error, 60)}" if trial.error else "not reached"
        return why, _NOTHING, _NOTHING
    left = ", ".join(trial.left).replace("|", "/") or "nothing"
    if trial.ended_itself:
        return "ended itself", _NOTHING, left
    closed = _NOTHING if trial.closed is None else _milliseconds(trial.closed)
    return _milliseconds(trial.end), closed, left


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < math.inf else f"> {LIMIT_SECONDS:.0f} s"


def _verdict(rows: Sequence[Row]) -> str:
    failed = [row.phase.name for row in rows if not row.ours.holds]
    promise = f"within {1000 * PROMISED_SECONDS:.0f} ms, and leaves nothing running"
    agno = f"Plain Agno does so in {sum(row.agno.holds for row in rows)} of {len(rows)}."
    if not failed:
        return f"This team stops in every phase {promise}. {agno}"
    return f"This team did not stop {promise}, or was not met, in: {', '.join(failed)}. {agno}"


def _facts(row: Row) -> dict[str, Any]:
    return {"phase": row.phase.name, "ours": _measures(row.ours), "agno": _measures(row.agno)}


def _measures(trial: Trial) -> dict[str, Any]:
    return {
        "reached": trial.is_reached,
        "ended_itself": trial.ended_itself,
        "end_ms": _number(trial.end),
        "closed_ms": None if trial.closed is None else _number(trial.closed),
        "had_connection": trial.closed is not None,
        "left": list(trial.left),
        "stops": trial.holds,
        "error": None if trial.error is None else masked_line(trial.error, 300),
    }


def _number(seconds: float) -> float | None:
    return round(1000 * seconds, 1) if seconds < math.inf else None
