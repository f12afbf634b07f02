"""The installed command, as a person or a pipe runs it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("storyteam-tui"))
LEASH_SECONDS = 180


def environment(home: Path, **more: str) -> dict[str, str]:
    """The caller's environment without its keys and settings, at home in ``home``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(
            ("OPENAI_", "STORYTEAM_", "NO_COLOR", "COLUMNS", "LINES", "LC_", "COLOR")
        )
    }
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "STATE", "DATA")}
    return kept | folders | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | more


def start(*arguments: str, env: Mapping[str, str], stdin: int | None = None) -> "Process":
    return subprocess.Popen(
        [COMMAND, *arguments],
        env=dict(env),
        stdin=stdin or subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )


Process = subprocess.Popen[bytes]
Done = subprocess.CompletedProcess[str]


def run(*arguments: str, env: Mapping[str, str], stdin: str = "") -> Done:
    return subprocess.run(
        [COMMAND, *arguments],
        env=dict(env),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=LEASH_SECONDS,
        check=False,
    )
