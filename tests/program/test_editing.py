"""The user's editor on a real terminal, which the program lets go of and takes again."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.command import environment
from tests.harness.terminal import Terminal
from tests.harness.waiting import wait_until
from tests.servers import ModelServer, Position, Script
from tui.history import History

STORY = Script(
    texts=dict.fromkeys((Position.STORYTELLER, Position.CLOSING), "The dragon woke."),
    steps=((Position.STORYTELLER,),),
)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path, OPENAI_API_KEY="sk-test", STORYTEAM_DB=str(tmp_path / "h.db"))


@pytest.fixture
def terminal(env: dict[str, str], tmp_path: Path) -> Iterator[Terminal]:
    """A story that has been written; ``editor`` is the script that edits it."""
    env["VISUAL"] = f"{sys.executable} {tmp_path}/editor"
    with ModelServer(STORY) as server:
        env["OPENAI_BASE_URL"] = server.base_url
        with Terminal("a dragon", env=env) as terminal:
            terminal.shows("The dragon woke.", "✔ completed", "e Edit")
            yield terminal


def edits(tmp_path: Path, code: str) -> None:
    (tmp_path / "editor").write_text(f"import os, sys, time\nfile = sys.argv[-1]\n{code}\n")


def test_what_the_editor_leaves_is_a_version(
    terminal: Terminal, env: dict[str, str], tmp_path: Path
) -> None:
    edits(tmp_path, "open(file, 'w').write('It woke early.\\n')")
    terminal.press("e")
    terminal.shows("It woke early.", "version 2 of 2 · your own words")
    terminal.press("[")
    terminal.shows("The dragon woke.", "version 1 of 2")
    terminal.press("q")
    assert terminal.wait(10) == 0
    (version, own) = History(Path(env["STORYTEAM_DB"])).versions("dragon")
    assert (version.by_hand, own.by_hand, own.beginning) == (False, True, "It woke early.")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sys.exit(1)", "exit code 1"),
        ("os.truncate(file, 0)", "an empty text"),
        ("open(file, 'wb').write(bytes(range(256)))", "is not text"),
        ("", "Nothing was changed"),
    ],
)
def test_an_editor_that_leaves_nothing_of_use_changes_nothing(
    terminal: Terminal, tmp_path: Path, code: str, said: str
) -> None:
    edits(tmp_path, code)
    terminal.press("e")
    screen = terminal.shows(said, "The dragon woke.")
    assert "version 2" not in screen


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_and_an_editor_that_never_comes_back(
    terminal: Terminal, env: dict[str, str], tmp_path: Path, stop: signal.Signals
) -> None:
    pid = tmp_path / "pid"
    edits(tmp_path, f"open({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)")
    terminal.press("e")
    wait_until(lambda: pid.exists() and pid.read_text())
    os.kill(terminal.process.pid, stop)
    terminal.wait(10)
    wait_until(lambda: not Path(f"/proc/{pid.read_text()}").exists())
    assert History(Path(env["STORYTEAM_DB"])).story("dragon").text == "The dragon woke."


def test_ctrl_c_ends_an_editor_that_does_not_take_it_and_not_the_program(
    terminal: Terminal, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    edits(tmp_path, f"open({str(ready)!r}, 'w').close()\ntime.sleep(600)")
    terminal.press("e")
    wait_until(ready.exists)
    terminal.press("\x03")
    terminal.shows("failed", "The dragon woke.")
    terminal.press("q")
    assert terminal.wait(10) == 0
