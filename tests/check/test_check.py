"""``storyteam-tui check``: a team is stopped in every phase, as we run it and as plain Agno."""

import json
import math
from pathlib import Path

import pytest

from tests import TEAMS
from tests.harness.command import environment, run
from tui.check import command, trial
from tui.check.phases import Fault, TrialPhase, phases_of
from tui.check.subjects import OurRun
from tui.check.trial import Row, Trial, outline_of, try_phase, try_run
from tui.control.rehearsal import Rehearsal, TeamOutline
from tui.errors import StoryteamError

BLOCKING = str(TEAMS / "blocking.py")
TEAM = f"{BLOCKING}:make_team"
STOPS = Trial(is_reached=True, end=0.02, closed=0.01)
STAYS = Trial(is_reached=True, closed=math.inf, left=("the run", "sleep 471"))


@pytest.fixture(autouse=True)
def _rehearsal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STORYTEAM_REHEARSAL", "")
    monkeypatch.setenv("TEST_MARK", str(tmp_path / "called"))


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait as long for plain Agno where no tool has to be ended."""
    monkeypatch.setattr(trial, "LIMIT_SECONDS", 1.0)


def test_a_team_is_asked_for_the_phases_it_can_be_in() -> None:
    outline = outline_of(Rehearsal(TEAM))
    assert outline == TeamOutline(("count_lines", "ask_elsewhere"), has_members=True)
    names = [phase.name for phase in phases_of(outline)]
    assert "stalled, in a member" in names
    assert names[-2:] == ["in the tool count_lines", "in the tool ask_elsewhere"]
    alone = [phase.name for phase in phases_of(TeamOutline((), has_members=False))]
    assert not [name for name in alone if "member" in name or "tool" in name]


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("fault", [Fault.WAIT, Fault.STALL])
def test_a_silent_member_stops_with_us_and_not_with_plain_agno(fault: Fault) -> None:
    row = try_phase(TrialPhase("silent", fault, in_member=True), TEAM, with_tools=False)
    assert row.ours.is_reached
    assert row.ours.end < 1
    assert row.ours.closed is not None
    assert row.ours.closed < 1
    assert not row.ours.left
    assert row.agno == Trial(is_reached=True, closed=math.inf, left=("the run",))


@pytest.mark.usefixtures("_impatient")
def test_a_streaming_team_loses_its_connection_only_with_us() -> None:
    row = try_phase(TrialPhase("streaming", Fault.FLOW), TEAM, with_tools=False)
    assert row.ours.closed is not None
    assert row.ours.closed < 1
    assert row.agno.is_reached
    assert row.agno.end < math.inf


def our_trial(phase: TrialPhase, team: str = TEAM) -> Trial:
    return try_run(OurRun, phase, team, with_tools=False)


def test_a_wait_before_a_retry_has_no_connection_and_stops() -> None:
    ours = our_trial(TrialPhase("retry", Fault.REFUSE))
    assert ours.is_reached
    assert ours.end < 1
    assert ours.closed is None


@pytest.mark.parametrize("tool", ["count_lines", "ask_elsewhere"])
def test_a_tool_is_replaced_by_a_stand_in(tool: str, tmp_path: Path) -> None:
    ours = our_trial(TrialPhase("tool", tool=tool))
    assert ours.is_reached
    assert ours.end < 1
    assert not ours.left
    assert not (tmp_path / "called").exists()


def test_with_tools_the_real_one_is_called_and_what_it_left_is_named(tmp_path: Path) -> None:
    row = try_phase(TrialPhase("tool", tool="count_lines"), TEAM, with_tools=True)
    assert (tmp_path / "called").exists()
    assert row.ours.end < 1
    assert "sleep 471" in row.agno.left


def test_a_tool_that_ends_its_process_leaves_nothing_to_stop() -> None:
    team = f"{BLOCKING}:make_crashing_agent"
    row = try_phase(TrialPhase("tool", tool="crash"), team, with_tools=True)
    assert row.ours.ended_itself
    assert row.ours.holds
    assert row.agno.ended_itself


@pytest.mark.parametrize("kind", ["connection", "name", "datagram"])
def test_nothing_leaves_the_machine(kind: str) -> None:
    team = f"{BLOCKING}:reach_out_by_{kind}"
    with pytest.raises(StoryteamError, match=r"does not connect to (192\.0\.2\.1|away\.invalid)"):
        outline_of(Rehearsal(team))
    ours = our_trial(TrialPhase("waiting"), team)
    assert not ours.is_reached
    assert "does not connect to" in (ours.error or "")


def test_a_team_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(StoryteamError, match="there is no 'nothing' in"):
        outline_of(Rehearsal(f"{BLOCKING}:nothing"))


@pytest.mark.parametrize(("ours", "code"), [(STOPS, 0), (STAYS, 1), (Trial(is_reached=False), 1)])
def test_the_exit_code_says_whether_every_phase_stopped(
    ours: Trial, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "outline_of", lambda _: TeamOutline((), has_members=False))
    monkeypatch.setattr(command, "try_phase", lambda phase, *_, **__: Row(phase, ours, STAYS))
    assert command.check_team(TEAM, with_tools=False, as_json=False) == code
    shown = capsys.readouterr().out
    assert "> 4 s" in shown
    assert "the run, sleep 471" in shown
    assert "Plain Agno does so in 0 of 4." in shown
    assert command.check_team(TEAM, with_tools=False, as_json=True) == code
    facts = json.loads(capsys.readouterr().out)
    assert facts["stops"] is (code == 0)
    assert [phase["agno"]["end_ms"] for phase in facts["phases"]] == [None] * 4


@pytest.mark.parametrize("outcome", [STOPS, STAYS])
def test_a_run_is_too_late_after_the_promised_time(outcome: Trial) -> None:
    assert outcome.holds is (outcome is STOPS)
    assert not Trial(is_reached=True, end=0.3, closed=0.01).holds
    assert not Trial(is_reached=True, end=0.01, closed=0.3).holds
    assert not Trial(is_reached=True, end=0.01, left=("sleep",)).holds


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [((), "check needs a team of yours"), (("--team", "no_such_thing:team"), "no module")],
)
def test_a_mistake_is_one_sentence_and_no_check(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    done = run("check", *arguments, env=environment(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
