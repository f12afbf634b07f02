"""Plain mode as a neighbour of other programs: terminals, pipes, questions, thoughts and calls."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests import ROOT
from tests.harness.command import LEASH_SECONDS, environment, start
from tests.harness.running import KEY
from tests.harness.scripted import EDITOR, LEADER, TELLER
from tests.harness.terminal import Terminal
from tests.plain.in_memory import tell
from tests.plain.scene_program import MAY_I, WHERE_TO
from tests.servers import Ask, Call, Fault, FaultKind, ModelServer, Position, Script, Turn
from tui.plain.narration import status
from tui.plain.run_plain import Output
from tui.run.events import (
    DelegationStarted,
    MemberStarted,
    Outcome,
    Paused,
    Preparing,
    ReasoningDelta,
    RunEnded,
    RunStarted,
    TextDelta,
    ToolEnded,
    ToolStarted,
    UsageReported,
)
from tui.run.reasons import Reason
from tui.run.state import RunState
from tui.system.signals import StopSignals

SCENE_PROGRAM = [sys.executable, "-m", "tests.plain.scene_program"]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path, OPENAI_API_KEY=KEY, PYTHONPATH=str(ROOT))


END = RunEnded(Outcome.COMPLETED, 9.0)


def test_what_members_are_asked_and_tools_give_is_told() -> None:
    heard = tell(
        DelegationStarted("c1", "EditorAgent", "make it\nshorter"),
        MemberStarted(EDITOR, 0.0),
        ToolStarted("t1", EDITOR, "look_up", "word='owl'"),
        ToolEnded("t1", result="a bird"),
        ToolStarted("t2", EDITOR, "send", ""),
        ToolEnded("t2", failed=True, result="no route"),
        TextDelta(EDITOR, "The owl.", 1.0),
        END,
    )
    assert heard.err.splitlines()[:5] == [
        "[EditorAgent is asked: make it shorter]",
        "[EditorAgent calls look_up(word='owl')]",
        "[look_up gave: a bird]",
        "[EditorAgent calls send()]",
        "[send failed: no route]",
    ]
    assert heard.out == "The owl.\n"


def test_thoughts_are_told_as_such_and_never_in_words() -> None:
    thoughts = [
        ReasoningDelta(speaker, "a secret plan", 0.0)
        for speaker in (TELLER, EDITOR, TELLER, EDITOR)
    ]
    heard = tell(*thoughts, TextDelta(TELLER, "Once.", 1.0), END)
    assert heard.err.count("[StorytellerAgent is thinking]") == 1
    assert heard.err.count("[EditorAgent is thinking]") == 1
    assert "secret" not in heard.out + heard.err


def test_whose_text_comes_is_told_once() -> None:
    heard = tell(
        MemberStarted(TELLER, 0.0),
        TextDelta(TELLER, "Once", 0.0),
        TextDelta(TELLER, " upon", 0.0),
        TextDelta(LEADER, "The end", 0.0),
        END,
    )
    assert heard.err.splitlines()[:2] == [
        "[StorytellerAgent is at work]",
        "[Storytelling Team writes]",
    ]


def test_nothing_that_is_told_is_obeyed_by_a_terminal_or_read_as_markup() -> None:
    evil = "\x1b]0;title\x07\x1b[2J[red]x[/red]\r\n\x9b31m"
    heard = tell(
        Preparing(evil),
        DelegationStarted("c", evil, evil),
        ToolStarted("t", EDITOR, evil, evil),
        ToolEnded("t", True, evil),
        Paused((MAY_I,), 0.0),
        RunEnded(Outcome.ERROR, 1.0, evil, (evil,)),
    )
    assert not {"\x1b", "\x07", "\x9b", "\r"} & set(heard.err)
    assert "[red]x[/red]" in heard.err


def test_without_a_terminal_the_answer_is_no_and_that_is_said() -> None:
    heard = tell(Paused((MAY_I, WHERE_TO), 0.0), END)
    assert heard.run.answers == [("1", False), ("2", False)]
    assert (
        "EditorAgent wants to call send_mail(to='x'). There is no terminal to ask on" in heard.err
    )
    assert "EditorAgent asks: Which address? There is no terminal to ask on" in heard.err


def test_a_cancel_that_comes_before_there_is_a_run_still_gives_one_object() -> None:
    with StopSignals() as signals:
        os.kill(os.getpid(), signal.SIGTERM)
        heard = tell(output=Output.JSON, signals=signals)
    report = json.loads(heard.out)
    assert heard.code == 130
    assert (report["status"], report["reason"]) == ("cancelled", "signal")
    assert heard.run.reasons == [Reason.SIGNAL]


@pytest.mark.parametrize(
    ("dollars", "said"), [(None, "unknown"), (0.0, "$0"), (0.01234, "$0.0123"), (12.0, "$12.00")]
)
def test_the_cost_is_said(dollars: float | None, said: str) -> None:
    heard = tell(UsageReported(TELLER, 1, 1, cost_usd=dollars), TextDelta(TELLER, "Once", 0.0), END)
    assert f"Content Preview: Once\nCost: {said}\n" in heard.err


def test_the_status_says_who_is_at_work_how_fast_and_how_long() -> None:
    state = RunState()
    assert status(state, 0.0) == "Starting…"
    state.apply(Preparing("Waking the agents"))
    assert status(state, 0.0) == "Waking the agents…"
    state.apply(RunStarted("run-1", "m", 100.0))
    for second in range(10):
        state.apply(TextDelta(TELLER, "one two three ", 100.0 + second))
    state.apply(UsageReported(TELLER, 1000, 234, estimated=True))
    assert (
        status(state, 170.0) == "StorytellerAgent is writing · 30 words · about 1,234 tokens · 1:10"
    )
    assert "· 3.0 words/s ·" in status(state, 110.0)


@pytest.fixture
def scene(env: dict[str, str]) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def open_one(*arguments: str, **more: str) -> Terminal:
        opened.append(
            Terminal(*SCENE_PROGRAM[1:], *arguments, env=env | more, program=SCENE_PROGRAM[0])
        )
        return opened[-1]

    yield open_one
    for terminal in opened:
        terminal.process.close(force=True)


def test_a_terminal_shows_a_bar_while_something_is_fetched(
    scene: Callable[..., Terminal],
) -> None:
    terminal = scene("fetching")
    screen = terminal.shows("Fetching the story model…", "43%")
    assert "━" in screen
    terminal.press("\x03")
    assert terminal.wait() == 130
    assert "Fetching" not in terminal.text
    assert "Status: cancelled" in terminal.text


def test_a_terminal_shows_who_is_waited_for_and_the_time_left(
    scene: Callable[..., Terminal],
) -> None:
    terminal = scene("waiting")
    terminal.shows("Storytelling Team is waiting · 0 words · 9:5")
    terminal.press("\x03")
    assert terminal.wait() == 130
    assert "words ·" not in terminal.text


def test_two_signals_leave_no_status_behind(scene: Callable[..., Terminal]) -> None:
    terminal = scene("deaf")
    terminal.shows("is waiting ·")
    terminal.press("\x03")
    terminal.shows("Cancelling…")
    code = None
    while code is None:
        # The one that follows too soon is an echo.
        terminal.press("\x03")
        with suppress(TimeoutError):
            code = terminal.wait(0.1)
    assert code == 130
    assert "Cancelling…" not in terminal.text


def test_on_one_terminal_story_and_narration_have_lines_of_their_own(
    scene: Callable[..., Terminal],
) -> None:
    terminal = scene("two_speakers")
    assert terminal.wait() == 0
    assert (
        terminal.text.split("=====")[0].split("\n")[:9]
        == [
            "[StorytellerAgent is at work]",
            "",
            "Once upon a time",
            "",
            "[EditorAgent is asked: make it better ␛[31m[red]]",
            "",
            "the end",
            "",
            "",
        ][:9]
    )
    assert b"\x1b[31m[red]" not in terminal.output


def test_the_status_never_stands_in_a_line_of_the_story(scene: Callable[..., Terminal]) -> None:
    terminal = scene("writing")
    terminal.shows("Once upon")
    terminal.press("\x03")
    terminal.wait()
    assert b"Once upon\r\x1b[2K" not in terminal.output
    assert "Once upon" in terminal.text.split("RESULTS")[0]


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_without_colours_gets_none(
    variable: str, value: str, scene: Callable[..., Terminal]
) -> None:
    terminal = scene("two_speakers", **{variable: value})
    assert terminal.wait() == 0
    colours = [f"\x1b[{code}".encode() for code in ("31", "32", "33", "34", "35", "36", "38", "9")]
    assert not any(colour in terminal.output for colour in colours)
    assert (b"\x1b" in terminal.output) == (variable == "NO_COLOR")


def test_a_person_is_asked_on_the_terminal(scene: Callable[..., Terminal]) -> None:
    terminal = scene("asking")
    terminal.shows("EditorAgent wants to call send_mail(to='x'). Allow it? [y/N]")
    terminal.press("y\r")
    terminal.shows("EditorAgent asks: Which address?", "1  home", "2  work", ">")
    terminal.press("2\r")
    assert terminal.wait() == 0
    assert "[('1', True), ('2', 'work')]" in terminal.text


def test_what_was_typed_before_the_question_is_no_answer(scene: Callable[..., Terminal]) -> None:
    terminal = scene("asking_late")
    terminal.shows("Once upon a time")
    terminal.press("y\r")
    terminal.shows("[y/N]")
    terminal.press("\r")
    terminal.shows("Which address?", ">")
    terminal.press("2\r")
    assert terminal.wait() == 0
    assert "[('1', False), ('2', 'work')]" in terminal.text


def test_nothing_typed_means_no_and_an_end_of_input_is_no_to_all(
    scene: Callable[..., Terminal],
) -> None:
    terminal = scene("asking")
    terminal.shows("[y/N]")
    terminal.press("\r")
    terminal.shows("Which address?", ">")
    terminal.press("\x04")
    assert terminal.wait() == 0
    assert "[('1', False), ('2', False)]" in terminal.text
    assert "There is no terminal to ask on" in terminal.text


def test_a_question_does_not_keep_a_cancel_waiting(scene: Callable[..., Terminal]) -> None:
    terminal = scene("asking")
    terminal.shows("[y/N]")
    terminal.press("\x03")
    assert terminal.wait() == 130
    assert "Status: cancelled" in terminal.text


def test_with_stdin_taken_the_terminal_itself_is_asked(env: dict[str, str]) -> None:
    script = f"echo idea | {' '.join(SCENE_PROGRAM)} asking"
    with Terminal("-c", script, env=env, program="/bin/sh") as terminal:
        terminal.shows("[y/N]")
        terminal.press("y\r")
        terminal.shows(">")
        terminal.press("anywhere\r")
        assert terminal.wait() == 0
        assert "[('1', True), ('2', 'anywhere')]" in terminal.text


def test_a_real_team_is_answered(env: dict[str, str]) -> None:
    calls = (Call("book_hotel", '{"city": "Rome"}'), Call("look_out_of_the_window", "{}"))

    def answer(ask: Ask) -> Turn:
        if ask.outputs < len(calls):
            return Turn((), (calls[ask.outputs],))
        return Turn(("All ", "booked."))

    with ModelServer(Script(answer=answer)) as server:
        own = {"OPENAI_BASE_URL": server.base_url}
        options = ("--plain", "--team", "tests.teams.weather:leader_with_tools")
        with Terminal(*options, "a trip", env=env | own) as terminal:
            terminal.shows("book_hotel(city='Rome'). Allow it? [y/N]")
            terminal.press("y\r")
            terminal.shows("What does look_out_of_the_window() give?")
            terminal.press("rain\r")
            assert terminal.wait(30) == 0
            text = " ".join(terminal.text.split())
    assert "a room in Rome is booked" in text
    assert "All booked." in text


def test_a_status_keeps_out_of_a_pipe_that_may_lead_to_the_same_terminal(
    env: dict[str, str],
) -> None:
    script = f"{' '.join(SCENE_PROGRAM)} writing | cat"
    with Terminal("-c", script, env=env, program="/bin/sh") as terminal:
        terminal.shows("Once upon")
        shown = terminal.output.partition(b"Once upon")[2]
        terminal.press("\x03")
        terminal.shows("Status: cancelled")
    assert b"words \xc2\xb7" not in shown


@pytest.mark.parametrize("option", ["--plain", "--json"])
def test_a_reader_that_leaves_while_the_model_is_silent_ends_the_run(
    env: dict[str, str], option: str
) -> None:
    script = Script().with_fault(Position.LEADER, Fault(FaultKind.NO_ANSWER))
    with ModelServer(script) as server:
        process = start(option, "--base-url", server.base_url, "a cat", env=env)
        record = server.wait_until_stalled(Position.LEADER)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        process.wait(LEASH_SECONDS)
        server.wait_for(lambda: record.client_closed_at)
    assert process.returncode == (130 if option == "--plain" else 1)
    assert b"Status: cancelled" in err
    for word in (b"Traceback", b"Exception ignored", b"Broken"):
        assert word not in err


def test_a_signal_while_the_team_is_prepared_gives_one_object(env: dict[str, str]) -> None:
    process = subprocess.Popen(
        [*SCENE_PROGRAM, "fetching", "--json"],
        env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline().startswith(b"Fetching")
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=LEASH_SECONDS)
    assert process.returncode == 130
    assert json.loads(out)["status"] == "cancelled"


def test_a_failed_preparation_gives_one_object(env: dict[str, str], tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("team = 5")
    process = start("--json", "--team", f"{broken}:team", "a cat", env=env)
    out, err = process.communicate(timeout=LEASH_SECONDS)
    report = json.loads(out)
    assert process.returncode == 1
    assert (report["status"], report["content"]) == ("error", "")
    assert str(broken) in report["error"]
    assert b"Status: error" in err


@pytest.mark.parametrize("command", [["history"], ["show", "x"], ["--show-config"], ["--help"]])
def test_a_reader_that_leaves_a_command_is_no_error(
    env: dict[str, str], command: list[str]
) -> None:
    process = start(*command, env=env)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.wait(LEASH_SECONDS)
    assert b"Traceback" not in err
    assert b"Exception ignored" not in err
    assert process.returncode in (0, 2, 141)
