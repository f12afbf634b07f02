"""Telling the team something by lines that are typed while it works."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import ROOT
from tests.harness.command import COMMAND, environment
from tests.harness.running import KEY
from tests.harness.terminal import Terminal
from tests.servers import Fault, FaultKind, ModelServer, Position, Script

OpenScene = Callable[..., Terminal]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    may_end = str(tmp_path / "may-end")
    return environment(tmp_path, OPENAI_API_KEY=KEY, PYTHONPATH=str(ROOT), STORY_MAY_END=may_end)


@pytest.fixture
def scene(env: dict[str, str]) -> Iterator[OpenScene]:
    opened: list[Terminal] = []

    def open_one(name: str) -> Terminal:
        program = ("-m", "tests.plain.scene_program", name, "--telling")
        opened.append(Terminal(*program, env=env, program=sys.executable))
        opened[-1].shows("A line that you type is told to the team", "Once upon")
        return opened[-1]

    yield open_one
    for terminal in opened:
        terminal.process.close(force=True)


def let_it_end(env: dict[str, str]) -> None:
    Path(env["STORY_MAY_END"]).touch()


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_a_typed_line_stops_the_run_and_goes_on_with_it(scene: OpenScene) -> None:
    terminal = scene("writing")
    terminal.press("let it rain\r")
    assert terminal.wait() == 0
    assert in_order(
        terminal.text,
        "[waiting: let it rain]",
        "[delivered: let it rain]",
        "<let it rain>",
        "Status: completed",
    )
    assert terminal.text.count("RESULTS:") == 1


def test_lines_behind_a_plus_wait_and_are_delivered_together_when_it_is_done(
    scene: OpenScene, env: dict[str, str]
) -> None:
    terminal = scene("ending_soon")
    terminal.press("+ let it rain\r")
    terminal.shows("[waiting: let it rain]")
    terminal.press("\r+let it snow\r")
    terminal.shows("[waiting: let it snow]")
    assert "delivered" not in terminal.text
    let_it_end(env)
    assert terminal.wait() == 0
    assert in_order(
        terminal.text,
        "[delivered: let it rain]",
        "[delivered: let it snow]",
        "<let it rain",
        "let it snow>",
    )


def test_a_line_that_waits_is_dropped_when_something_else_cancels(scene: OpenScene) -> None:
    terminal = scene("ending_soon")
    terminal.press("+ let it rain\r")
    terminal.shows("[waiting: let it rain]")
    terminal.press("\x03")
    assert terminal.wait() == 130
    assert "[dropped, because a signal asked for it: let it rain]" in terminal.text
    assert "delivered" not in terminal.text


def test_a_line_that_waits_is_taken_back(scene: OpenScene, env: dict[str, str]) -> None:
    terminal = scene("ending_soon")
    terminal.press("+ let it rain\r")
    terminal.shows("[waiting: let it rain]")
    terminal.press("-\r")
    terminal.shows("[taken back: let it rain]")
    terminal.press("-\r")
    terminal.shows("[nothing waits]")
    let_it_end(env)
    assert terminal.wait() == 0
    assert "<" not in terminal.text


@pytest.mark.parametrize("command", [COMMAND, f"echo let it rain | {COMMAND}", f"{COMMAND} | cat"])
def test_only_what_a_terminal_types_is_told_and_the_story_so_far_goes_with_it(
    command: str, env: dict[str, str]
) -> None:
    stall = Fault(FaultKind.STALL_MIDSTREAM, attempts=(1,))
    with ModelServer(Script(words=20).with_fault(Position.STORYTELLER, stall)) as server:
        shell = command.replace(COMMAND, f"{COMMAND} --plain --base-url {server.base_url} 'a cat'")
        with Terminal("-c", shell, env=env, program="/bin/sh") as terminal:
            record = server.wait_until_stalled(Position.STORYTELLER, timeout=30)
            terminal.shows(record.text.split()[0])
            is_told = command == COMMAND
            assert ("A line that you type" in terminal.text) == is_told
            if not is_told:
                return
            terminal.press("let it rain\r")
            server.wait_for(lambda: record.client_closed_at, 10)
            asked = json.dumps(server.wait_for_request(Position.LEADER, 2, 10).body)
            assert terminal.wait(30) == 0
            assert "[delivered: let it rain]" in terminal.text
    assert "<direction>\\nlet it rain\\n</direction>" in asked
    assert json.dumps(record.text.strip())[1:-1] in asked


def test_what_is_told_before_the_first_word_is_given_with_the_idea(env: dict[str, str]) -> None:
    stall = Fault(FaultKind.NO_ANSWER, attempts=(1,))
    script = Script(words=20).with_fault(Position.LEADER, stall)
    with (
        ModelServer(script) as server,
        Terminal("--plain", "--base-url", server.base_url, "a cat", env=env) as terminal,
    ):
        server.wait_until_stalled(Position.LEADER, timeout=30)
        terminal.press("let it rain\r")
        asked = json.dumps(server.wait_for_request(Position.LEADER, 2, 10).body)
        assert terminal.wait(30) == 0
        assert "[delivered: let it rain]" in terminal.text
    assert "a cat\\n\\nlet it rain" in asked
