"""Stop reaches the team's own code, and what the team does to its process stays there."""

import os
import random
import signal
import socket
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.harness.command import environment, start
from tests.harness.user_teams import answering, stalling
from tests.harness.waiting import wait_until
from tests.harness.workers import Marked, working
from tests.servers import Fault, FaultKind, ModelServer, Position, Script
from tui.config.settings import Settings
from tui.control import worker as worker_module
from tui.control.messages import Cancel
from tui.control.supervisor import LOG_BYTES
from tui.control.worker import WorkerCommand
from tui.control.worker_run import WorkerPool
from tui.run.events import Outcome
from tui.run.state import RunState
from tui.run.wire import encode
from tui.team.worker import _commands

STOPS_SECONDS = 3.5
"""The promise is three from the end; a busy machine is given a little more."""


def in_tool(state: RunState) -> bool:
    return any(not call.is_delegation for call in state.calls.values())


@pytest.mark.parametrize(
    "tool",
    [
        "hold",
        "loop",
        "wait_for_a_child",
        "work_in_a_pool",
        "swallow",
        "ignore_sigterm",
        "start_a_daemon",
        "stop_itself",
        "stop_the_group",
    ],
)
def test_cancel_ends_a_tool_that_nothing_inside_could_stop(
    tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = Marked(monkeypatch)
    begun = tmp_path / "begun"
    monkeypatch.setenv("TEST_BEGUN", str(begun))
    with working("hostile.py:make_team", answering(tool), monkeypatch) as (played, server):
        state = played.until(in_tool)
        wait_until(begun.exists)
        said = state.text
        summary = played.cancel()
        wait_until(lambda: not marked.living(), STOPS_SECONDS, f"for {marked.living()}")
        assert played.run.join(STOPS_SECONDS)
        wait_until(lambda: not server.open_connections)
    assert summary.outcome is Outcome.CANCELLED
    assert summary.cancel_seconds is not None
    assert summary.cancel_seconds < 1
    assert said == "I ask. "
    assert summary.sections[0].text == said
    assert f"The tool {tool} was still running and was ended." in summary.notes


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("crash", "was ended by SIGSEGV. A library"),
        ("exit_at_once", "ended by itself with exit code 3."),
        ("be_killed", "was ended by SIGKILL. Something outside killed it"),
    ],
)
def test_a_process_that_ends_by_itself_is_an_error_with_every_word_kept(
    tool: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = Marked(monkeypatch)
    with working("hostile.py:make_team", answering(tool), monkeypatch) as (played, _):
        summary = played.to_the_end()
        assert played.run.join(STOPS_SECONDS)
        assert not marked.living()
    assert summary.outcome is Outcome.ERROR
    assert said in (summary.error or "")
    assert "run it again" in (summary.error or "")
    assert [section.text for section in summary.sections] == ["I ask. "]


def test_a_tool_that_leaves_the_program_ends_the_run_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with working("hostile.py:make_team", answering("leave"), monkeypatch) as (played, _):
        summary = played.to_the_end()
    assert summary.outcome is Outcome.ERROR
    assert "The team left the program (sys.exit(4))" in (summary.error or "")
    assert [section.text for section in summary.sections] == ["I ask. "]


@pytest.mark.parametrize("tool", ["run_out_of_memory", "write_anywhere"])
def test_a_tool_that_fails_or_scribbles_does_not_end_the_run(
    tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working("hostile.py:make_team", answering(tool), monkeypatch) as (played, _):
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert len(summary.sections) == 3


def script_of(*lines: str) -> WorkerCommand:
    """A worker that is a few lines of Python; ``channel`` is its end."""
    begin = "import socket, sys, time\nchannel = socket.socket(fileno=int(sys.argv[1]))"
    return WorkerCommand((sys.executable, "-c", "\n".join([begin, *lines]), "{channel}"))


def saying(*lines: str, then: str = "pass") -> WorkerCommand:
    """A worker that says just these lines."""
    said = "".join(f"{line}\n" for line in lines).encode()
    return script_of(f"channel.send({said!r})", then)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (WorkerCommand(("/no/such/program",)), "could not be started (No such file or directory)"),
        (WorkerCommand((sys.executable, "-c", "import sys; sys.exit(7)")), "exit code 7"),
        (WorkerCommand((sys.executable, "-c", "pass")), "without saying how the run went"),
        (
            saying('{"type":"Hello","version":99,"pid":1}', then="time.sleep(60)"),
            "speaks version 99 of the program's messages, and the program version 2",
        ),
        (saying("garbage", '{"type":"RunEnded"}', "\0", then="sys.exit(1)"), "exit code 1"),
        (saying('{"type":"RunEnded","outcome":"completed","at":1.0}'), "speaks another version"),
    ],
)
def test_a_worker_that_is_none_is_an_error_with_a_sentence(
    command: WorkerCommand, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = Marked(monkeypatch)
    with working("hostile.py:make_team", answering(), monkeypatch, command) as (played, _):
        summary = played.to_the_end()
        assert played.run.join(STOPS_SECONDS)
    assert summary.outcome is Outcome.ERROR
    assert said in (summary.error or "")
    assert not marked.living()


def test_a_worker_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "SILENCE_SECONDS", 0.2)
    mute = script_of("time.sleep(470)")
    with working("hostile.py:make_team", answering(), monkeypatch, mute) as (played, _):
        summary = played.to_the_end()
        assert played.run.join(STOPS_SECONDS)
    assert summary.outcome is Outcome.ERROR
    assert "has said nothing for" in (summary.error or "")


def test_a_worker_that_is_killed_at_any_moment_keeps_its_words_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(11)
    marked = Marked(monkeypatch)
    script = Script(words=300, words_per_delta=1, delay_seconds=0.002)
    for moment in (chance.random() for _ in range(5)):
        with working("modes.py:coordinate", script, monkeypatch) as (played, server):
            if moment < 0.3:
                played.until(lambda state: state.started_at)
            else:
                played.until(partial(has_words, moment * 60))
            os.kill(marked.worker(), signal.SIGKILL)
            summary = played.to_the_end()
            assert summary.outcome is Outcome.ERROR
            assert "SIGKILL" in (summary.error or "")
            for section in summary.sections:
                assert any(record.text.startswith(section.text) for record in server.records)
            assert played.run.join(STOPS_SECONDS)
            assert played.ends == 1
    assert not marked.living()


def has_words(least: float, state: RunState) -> bool:
    return state.words > least


def test_what_a_team_started_ends_with_a_run_that_completes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    marked = Marked(monkeypatch)
    with working("hostile.py:make_team", answering("leave_a_child"), monkeypatch) as (played, _):
        assert played.to_the_end().outcome is Outcome.COMPLETED
        wait_until(lambda: not marked.living(), STOPS_SECONDS)


def test_a_program_that_is_killed_takes_everything_along(tmp_path: Path) -> None:
    with ModelServer(answering("start_a_daemon")) as server, pytest.MonkeyPatch.context() as patch:
        marked = Marked(patch)
        own = environment(tmp_path) | {"OPENAI_BASE_URL": server.base_url}
        options = ("--plain", "--team", "tests.teams.hostile:make_team", "a cat")
        program = start(*options, env=own)
        wait_until(lambda: any("setsid" in line for line in marked.living().values()))
        program.kill()
        program.wait()
        wait_until(lambda: not marked.living(), 1.0, f"for {marked.living()}")


def test_a_program_that_is_killed_among_unread_reports_is_no_error_of_the_workers() -> None:
    programs, workers = socket.socketpair()
    programs.sendall(encode(Cancel()))
    workers.sendall(b"unread")
    programs.close()
    with workers:
        assert [*_commands(workers)] == [Cancel()]


def test_the_spare_is_used_and_a_dead_one_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    marked = Marked(monkeypatch)
    pool = WorkerPool(Settings())
    pool.warm()
    pool.warm()
    wait_until(lambda: len(marked.living()) == 2)
    first = pool.take()
    assert first.is_alive
    assert len(marked.living()) == 2
    first.close()
    pool.warm()
    os.kill(marked.supervisor(), signal.SIGKILL)
    wait_until(lambda: not marked.living())
    second = pool.take()
    assert second.is_alive
    second.close()
    pool.close()
    assert not marked.living()


def test_a_member_is_stopped_through_the_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    script = stalling(Fault(FaultKind.STALL_MIDSTREAM, attempts=(1,)))
    with working("modes.py:coordinate", script, monkeypatch) as (played, server):
        record = server.wait_until_stalled(Position.OTHER, timeout=30)
        state = played.until(lambda state: state.words >= sum(r.words for r in server.records))
        (name,) = (c.name for c in state.contributors.values() if not c.is_leader)
        played.run.stop_member(name)
        server.wait_for(lambda: record.client_closed_at, STOPS_SECONDS)
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED
    (member,) = summary.to_json()["members"]
    assert (member["name"], member["status"]) == (name, "stopped")


def test_what_the_team_prints_is_kept_up_to_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "logs" / "team.log"
    command = WorkerCommand((*WorkerCommand().words, str(log)), is_silent=True)
    script = answering("print_without_end")
    with working("hostile.py:make_team", script, monkeypatch, command) as (played, _):
        summary = played.to_the_end()
        assert played.run.join(STOPS_SECONDS)
    assert summary.outcome is Outcome.COMPLETED
    assert log.stat().st_size == LOG_BYTES
    assert log.stat().st_mode & 0o777 == 0o600
