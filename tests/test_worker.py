"""Stop reaches the team's own code, and what the team does to its process stays there."""

import pytest

from tests.own_team import answering
from tests.waiting import wait_until
from tests.workers import Marked, working
from tui.events import Outcome
from tui.state import RunState

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
    tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = Marked(monkeypatch)
    with working("hostile.py:make_team", answering(tool), monkeypatch) as (played, server):
        state = played.until(in_tool)
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
    assert summary.outcome is not Outcome.CANCELLED
    assert "I ask." in summary.sections[0].text


@pytest.mark.parametrize("tool", ["run_out_of_memory", "write_anywhere"])
def test_a_tool_that_fails_or_scribbles_does_not_end_the_run(
    tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working("hostile.py:make_team", answering(tool), monkeypatch) as (played, _):
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert len(summary.sections) == 3
