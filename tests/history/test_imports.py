"""The history is for every front end: it loads no screen, no agents, no client."""

import subprocess
import sys


def test_the_history_and_the_export_load_nothing_heavy() -> None:
    check = "import sys, tui.history, tui.story.export; print('\\n'.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True, timeout=60
    ).stdout.splitlines()
    assert not {"agno", "openai", "textual", "rich", "pydantic", "markdown_it"} & set(loaded)
