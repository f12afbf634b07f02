"""Imports point one way: what a module must not load, it does not load; so it is in the tests."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tui
from tests import ROOT

HEAVY = ("agno", "openai", "textual", "pydantic", "xllamacpp")

FORBIDDEN = {
    "tui.run.events": ("agno", "openai", "textual", "rich", "tui.run.state"),
    "tui.run.state": ("agno", "openai", "textual", "rich"),
    "tui.run.summary": ("agno", "openai", "textual", "rich"),
    "tui.run.drafts": ("agno", "openai", "textual", "rich"),
    "tui.screen.prose.layout": ("agno", "openai", "textual"),
    "tui.control.controller": ("agno", "openai", "textual", "rich"),
    "tui.plain.run_plain": ("agno", "openai", "textual", "rich"),
    "tui.config.settings": HEAVY,
    "tui.config.sources": (*HEAVY, "tui.command"),
    "tui.config.which_model": (*HEAVY, "tui.command"),
    "tui.command.show_config": HEAVY,
    "tui.command.completion": HEAVY,
    "tui.check.command": HEAVY,
    "tui.cli": (*HEAVY, "rich", "shtab", "sqlite3", "asyncio", "aiohttp"),
    "tui.control.run_builder": ("agno", "openai", "textual", "xllamacpp", "tui.team.runner"),
    "tui.screen.app": ("agno", "openai", "pydantic", "xllamacpp", "aiohttp"),
    "tui.screen.run_screen": ("agno", "openai", "pydantic", "xllamacpp"),
    "tui.control.models": (*HEAVY, "huggingface_hub", "httpx2"),
    "tui.local.hub.client": (*HEAVY, "huggingface_hub", "httpx2"),
    "tui.team.models": ("textual",),
    "tui.team.team_run": ("textual",),
    "tui.local.playbook": ("textual", "xllamacpp"),
    "tui.web.serve": (*HEAVY, "aiohttp"),
    "tui.web.server": ("agno", "openai", "xllamacpp", "tui.screen.app"),
    "tui.local.engine_process": ("agno", "openai", "textual", "rich"),
}


@pytest.mark.parametrize("module", FORBIDDEN)
def test_a_module_loads_only_what_it_may(module: str) -> None:
    check = f"import sys, {module}; print('\\n'.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True, timeout=60
    ).stdout.splitlines()
    wrong = [name for name in FORBIDDEN[module] if name in loaded]
    assert not wrong


LAYERS = (
    {"errors"},
    {"text"},
    {"system"},
    {"run"},
    {"config"},
    {"history"},
    {"story"},
    {"local"},
    {"control"},
    {"team", "check", "plain", "screen", "web"},
    {"command"},
    {"cli"},
    {"__main__"},
)
"""What there is in ``tui``, from the bottom up: each may import rows before its own."""

PACKAGE = Path(tui.__file__).parent


def test_packages_import_one_way() -> None:
    heights = {name: height for height, row in enumerate(LAYERS) for name in row}
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in PACKAGE.rglob("*.py")
        if (own := path.relative_to(PACKAGE).with_suffix("").parts[0]) != "__init__"
        for name in _named(_tree(path))
        if name.startswith("tui.")
        if (other := name.split(".")[1]) != own and heights[other] >= heights[own]
    ]
    assert not wrong


def test_every_package_says_what_it_is() -> None:
    packages = [path.parent for path in PACKAGE.rglob("__init__.py")]
    assert [p.name for p in packages if not ast.get_docstring(_tree(p / "__init__.py"))] == []


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _named(tree: ast.AST) -> Iterator[str]:
    """The modules that code names in imports of any kind, also in those for types alone."""
    for node in ast.walk(tree):
        yield from _named_by(node)


def _named_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)


def test_no_test_module_is_imported() -> None:
    """What tests share is in modules without tests, and what they are given is a fixture."""
    places = ("tests", "benchmarks", "screenshots", "examples")
    files = [path for place in places for path in (ROOT / place).rglob("*.py")]
    tests = {path.stem for path in files if path.match("test_*.py") or path.stem == "conftest"}
    assert Path(__file__).stem in tests
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in {*_named(_tree(path)), *re.findall(r"tests\.[\w.]+", path.read_text())}
        if tests & set(name.split("."))
    ]
    assert not wrong


HOMES = {
    "textual": ("screen",),
    "agno": ("team", "local"),
    "openai": ("team", "local"),
    "rich": ("plain", "screen"),
    "aiohttp": ("web",),
    "xllamacpp": ("local",),
    "huggingface_hub": ("local",),
    "sqlite3": ("history",),
}
"""By library: the only packages of ours that name it."""


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library: str) -> None:
    strangers = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in HOMES[library]
        for name in _imported(path)
        if name.partition(".")[0] == library
    ]
    assert not strangers


def _imported(path: Path) -> Iterator[str]:
    """The modules that a file names in imports which are executed."""
    tree = _tree(path)
    only_for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    yield from (
        name
        for node in ast.walk(tree)
        if id(node) not in only_for_types
        for name in _named_by(node)
    )


@pytest.mark.parametrize("option", ["--help", "--version", "--show-config"])
def test_what_only_prints_loads_nothing_heavy(option: str) -> None:
    check = (
        "import atexit, sys; sys.argv[0] = 'storyteam-tui'; from tui.cli import main\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", check, option],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    loaded = done.stderr.split()
    assert "tui.cli" in loaded
    assert not {*HEAVY, "rich", "shtab", "sqlite3", "asyncio"} & set(loaded)
