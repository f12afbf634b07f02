"""Imports point one way: what a module must not load, it does not load."""

import subprocess
import sys

import pytest

HEAVY = ("agno", "openai", "textual", "pydantic", "xllamacpp")

FORBIDDEN = {
    "tui.events": ("agno", "openai", "textual", "rich", "tui.state"),
    "tui.state": ("agno", "openai", "textual", "rich"),
    "tui.summary": ("agno", "openai", "textual", "rich"),
    "tui.drafts": ("agno", "openai", "textual", "rich"),
    "tui.prose.layout": ("agno", "openai", "textual"),
    "tui.runner": ("agno", "openai", "textual", "rich"),
    "tui.plain": ("agno", "openai", "textual", "rich"),
    "tui.settings": HEAVY,
    "tui.sources": HEAVY,
    "tui.show_config": HEAVY,
    "tui.completion": HEAVY,
    "tui.cli": (*HEAVY, "rich", "shtab", "sqlite3", "asyncio", "aiohttp"),
    "tui.prepare": ("agno", "openai", "textual", "xllamacpp"),
    "tui.app": ("agno", "openai", "pydantic", "xllamacpp", "aiohttp"),
    "tui.full_screen": ("agno", "openai", "pydantic", "xllamacpp"),
    "tui.models": ("textual",),
    "tui.team_run": ("textual",),
    "tui.local.playbook": ("textual", "xllamacpp"),
    "tui.web.serve": (*HEAVY, "aiohttp"),
    "tui.web.server": ("agno", "openai", "xllamacpp", "tui.app"),
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
