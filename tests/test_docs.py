"""The documents say what the code says."""

import re
from pathlib import Path

import pytest

from docs import tables
from tests import ROOT
from tui.run.events import Outcome, RunEnded
from tui.run.reasons import Reason
from tui.run.state import RunState
from tui.run.summary import summarize

DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "benchmarks" / "README.md"]
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)")
_CODE = re.compile(r"(?<![\w-])(?:tui|tests|docs|screenshots|benchmarks)/[\w/]+(?:\.\w+|/)")


def reference() -> str:
    return (tables.FOLDER / "reference.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", tables.documents(), ids=lambda path: path.name)
def test_the_tables_are_those_of_the_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert tables.with_tables(text) == text, "make docs writes them"


def test_every_table_has_its_place() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in tables.documents())
    assert [name for name in tables.TABLES if f"<!-- table: {name} -->" not in text] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_is_linked_and_named_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    linked = [path.parent / found[1] for found in _LINK.finditer(text)]
    named = [ROOT / found for found in _CODE.findall(text)]
    assert [str(target) for target in [*linked, *named] if not target.exists()] == []


def test_the_reference_names_every_outcome_and_reason() -> None:
    endings = reference().partition("## Endings")[2].partition("## Exit codes")[0]
    assert [outcome for outcome in Outcome if outcome not in endings] == []
    assert [reason for reason in Reason if f"`{reason}`" not in endings] == []


def test_the_guide_names_every_field_of_the_summary() -> None:
    ended = RunState()
    ended.apply(RunEnded(Outcome.ERROR, 0.0))
    guide = (tables.FOLDER / "guide.md").read_text(encoding="utf-8")
    assert [name for name in summarize(ended).to_json() if f"`{name}`" not in guide] == []
