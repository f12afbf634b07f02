"""The installed command in a real terminal with the embedded model, as a new user runs it."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.command import environment, run
from tests.harness.processes import children_of, is_alive
from tests.harness.terminal import Terminal
from tests.harness.waiting import wait_until
from tests.local.playbook_runs import SCENES, distinct_share
from tests.servers import Fault, FaultKind, ModelServer, Position, Script


@pytest.fixture
def env(tmp_path: Path, weights: Path) -> dict[str, str]:
    """A user without a key, whose weights are there already."""
    return environment(tmp_path, XDG_CACHE_HOME=str(weights.parent.parent))


@pytest.fixture
def terminal(env: dict[str, str]) -> Iterator[Terminal]:
    with Terminal("a lighthouse keeper", env=env) as terminal:
        yield terminal


def test_a_story_appears_c_stops_it_and_q_leaves_a_clean_terminal(terminal: Terminal) -> None:
    terminal.shows("StorytellerAgent", "Once upon a time")
    children = children_of(terminal.process.pid)
    assert children
    terminal.press("c")
    screen = terminal.shows("Results", "because you asked for it", "Run ID")
    assert "Once upon a time" in screen
    assert "SUCCESS: Team run was successfully cancelled!" in screen
    terminal.press("q")
    assert terminal.wait(5) == 0
    assert terminal.is_clean
    assert "■ cancelled because you asked for it" in terminal.output.decode()
    wait_until(lambda: not any(map(is_alive, children)), 2)


def test_q_in_the_middle_leaves_at_once_and_nothing_behind(terminal: Terminal) -> None:
    terminal.shows("Once upon a time")
    children = children_of(terminal.process.pid)
    terminal.press("q")
    assert terminal.wait(5) == 0
    assert terminal.is_clean
    assert "cancelled because you left" in terminal.output.decode()
    wait_until(lambda: not any(map(is_alive, children)), 2)


def test_a_killed_program_leaves_no_engine_behind(terminal: Terminal) -> None:
    terminal.shows("Once upon a time")
    children = children_of(terminal.process.pid)
    assert children
    os.kill(terminal.process.pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, children)), 2)


def test_c_while_the_engine_starts_is_a_cancel_and_r_starts_again(terminal: Terminal) -> None:
    terminal.shows("preparing")
    terminal.press("c")
    terminal.shows("■ cancelled")
    terminal.press("r")
    terminal.shows("Once upon a time")
    terminal.press("q")
    assert terminal.wait(5) == 0


def test_a_whole_story_is_written_by_both_members_without_going_in_circles(
    env: dict[str, str],
) -> None:
    done = run("--json", "-", env=env, stdin="a dragon who learns to code")
    report = json.loads(done.stdout)
    assert done.returncode == 0, report["error"]
    assert report["status"] == "completed"
    assert 200 < len(report["content"].split()) < 700
    assert distinct_share(report["content"]) > 0.75
    *scenes, _title, _closing = [section["text"] for section in report["sections"]]
    assert len(scenes) == SCENES
    assert all(scene[-1] in '.!?…"”' for scene in scenes)
    assert report["first_text_seconds"] < 10
    assert report["usage"]["output_tokens"] > 200
    assert not report["usage"]["estimated"]
    assert {m["name"] for m in report["members"] if m["words"]} == {
        "StorytellerAgent",
        "EditorAgent",
    }


def test_the_countdown_keeps_what_was_written_and_once_leaves_with_its_exit_code(
    env: dict[str, str],
) -> None:
    with Terminal("--once", "--auto-cancel", "45", "a cat", env=env) as terminal:
        terminal.shows("Once upon a time")
        terminal.press("-----")
        assert terminal.wait() == 124
        assert "cancelled because the countdown ran out" in terminal.output.decode()
        assert terminal.is_clean
    (story,) = json.loads(run("history", "--json", env=env).stdout)
    assert run("show", story["id"], env=env).stdout.startswith("Once upon a time")


def test_a_hang_up_leaves_the_full_screen_gracefully(terminal: Terminal) -> None:
    terminal.shows("Once upon a time")
    terminal.process.kill(signal.SIGHUP)
    terminal.wait(5)
    assert terminal.is_clean
    assert "cancelled because a signal asked for it" in terminal.output.decode()


@pytest.mark.parametrize("size", [(60, 16), (200, 60)])
def test_c_stops_a_stall_on_every_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    script = Script(words=9).with_fault(Position.EDITOR, Fault(FaultKind.STALL_WITH_COMMENTS))
    with ModelServer(script) as server:
        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        columns, rows = size
        with Terminal("a cat", env=env, columns=columns, rows=rows) as terminal:
            record = server.wait_until_stalled(Position.EDITOR)
            terminal.shows(record.text.split()[-1])
            terminal.press("c")
            terminal.shows("cancelled", "Results")
            server.wait_for(lambda: record.client_closed_at)
            terminal.press("q")
            assert terminal.wait(5) == 0


def test_nothing_hostile_reaches_the_terminal(tmp_path: Path) -> None:
    script = Script(words=40).with_fault(Position.STORYTELLER, Fault(FaultKind.TERMINAL_ESCAPES))
    with ModelServer(script) as server:
        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        with Terminal("--once", "a cat", env=env) as terminal:
            assert terminal.wait(60) == 0
        assert not re.search(rb"\x1b\]52;|\x1b\]8;|\x1b\][012];(?!storyteam)", terminal.output)
