"""A team of the user's own runs, is shown, waits for a human, and stops like ours."""

import calendar
import json
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.harness.command import environment, run
from tests.harness.running import Played
from tests.harness.terminal import Terminal
from tests.harness.user_teams import answering, playing, stalling
from tests.servers import Ask, Call, Fault, FaultKind, ModelServer, Position, Script, Turn
from tui.errors import StoryteamError
from tui.run.events import Outcome, Question, QuestionKind, UsageReported
from tui.run.records import Phase
from tui.run.summary import Summary, summarize
from tui.team.user_team import load_team

FORECAST = {"city": "Rome", "days": 3}


def speakers(summary: Summary) -> list[str]:
    return [section.speaker.name for section in summary.sections]


def answer_all(played: Played, *answers: bool | str) -> list[Question]:
    """Answer the questions as they come, and run to the end."""
    asked: list[Question] = []
    for answer in answers:
        state = played.until(lambda state: state.questions or state.ended)
        assert state.phase is Phase.PAUSED
        question = next(iter(state.questions.values()))
        asked.append(question)
        played.run.answer(question.id, answer)
        played.until(lambda state: asked[-1].id not in state.questions)
    played.to_the_end()
    return asked


# What is shown


def test_a_tool_is_shown_with_its_arguments_and_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    script = answering("forecast", FORECAST)
    with playing("weather.py:team", script, monkeypatch) as (played, _):
        summary = played.to_the_end()
        delegation, call = played.state.calls.values()
    assert summary.outcome is Outcome.COMPLETED
    assert (delegation.name, delegation.details) == ("Weather Agent", "Tell it")
    assert (call.caller, call.name, call.details) == (
        "Weather Agent",
        "forecast",
        "city='Rome', days=3",
    )
    assert call.result == "Rome: sun for 3 days␛[31m"
    assert call.ended_at is not None
    assert not call.failed
    assert speakers(summary) == ["Travel Team", "Weather Agent", "Travel Team"]


def test_a_tool_that_fails_is_shown_as_failed_and_the_run_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with playing("weather.py:team", answering("lose_suitcase"), monkeypatch) as (played, _):
        assert played.to_the_end().outcome is Outcome.COMPLETED
        call = list(played.state.calls.values())[1]
    assert (call.failed, call.result) == (True, "the suitcase is gone")


def test_a_tool_that_raises_a_cancel_of_its_own_has_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with playing("unruly.py:make_team", answering("give_up"), monkeypatch) as (played, _):
        assert played.to_the_end().outcome is Outcome.COMPLETED
        call = list(played.state.calls.values())[1]
    assert (call.failed, call.result) == (True, "CancelledError")


def test_half_a_character_that_a_tool_returns_does_not_end_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with playing("unruly.py:make_team", answering("tell_half"), monkeypatch) as (played, _):
        summary = played.to_the_end()
    assert (summary.outcome, summary.error) == (Outcome.COMPLETED, None)
    assert speakers(summary) == ["Unruly", "Helper", "Unruly"]


def test_what_a_tool_prints_is_no_part_of_the_story(tmp_path: Path) -> None:
    with ModelServer(answering("print_a_lot")) as server:
        own = environment(tmp_path) | {"OPENAI_BASE_URL": server.base_url}
        done = run("--json", "--team", "tests.teams.unruly:make_team", "a cat", env=own)
    assert json.loads(done.stdout)["status"] == "completed"
    assert all(text in done.stderr for text in ("printed", "written to 1", "by a child"))


def test_what_a_tool_prints_is_not_on_the_screen(tmp_path: Path) -> None:
    with ModelServer(answering("print_a_lot")) as server:
        own = environment(tmp_path) | {"OPENAI_BASE_URL": server.base_url}
        options = ("--team", "tests.teams.unruly:make_team", "a cat")
        with Terminal(*options, env=own) as terminal:
            terminal.shows("completed", "print_a_lot", "done")
            terminal.press("q")
            assert terminal.wait() == 0
    assert b"written to" not in terminal.output
    assert b"by a child" not in terminal.output
    assert terminal.is_clean


@pytest.mark.parametrize("front", ["--json", "--once"])
def test_a_tool_that_never_ends_does_not_keep_the_program(front: str, tmp_path: Path) -> None:
    with ModelServer(answering("block")) as server:
        own = environment(tmp_path) | {"OPENAI_BASE_URL": server.base_url}
        options = (front, "--auto-cancel", "1", "--team", "tests.teams.unruly:make_team", "a cat")
        with Terminal(*options, env=own) as terminal:
            assert terminal.wait(30) == 124
            assert "The tool block was still running" in terminal.text or front == "--once"


def test_reasoning_is_shown_and_is_no_part_of_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    script = answering(thoughts=("A cat?\x1b]2;x\x07 ", "Why not."))
    with playing("modes.py:coordinate", script, monkeypatch) as (played, _):
        summary = played.to_the_end()
        thoughts = played.state.thoughts
    assert [t.speaker.name for t in thoughts] == ["English Agent", "Languages"]
    assert thoughts[0].text == "A cat?␛]2;x␇ Why not."
    assert "Why not" not in "".join(section.text for section in summary.sections)


def test_reasoning_tools_think_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    script = answering("think", {"title": "A plan", "thought": "First the cat."})
    with playing("modes.py:reasoning", script, monkeypatch) as (played, _):
        assert played.to_the_end().outcome is Outcome.COMPLETED
        (thought,) = [t.text for t in played.state.thoughts]
        names = [call.name for call in played.state.calls.values()]
    assert "A plan First the cat." in thought
    assert names == ["think"]


def test_a_team_inside_a_team_is_shown_with_everyone_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with playing("newsroom.py:make_team", answering(), monkeypatch) as (played, _):
        summary = played.to_the_end()
        handed = [call.name for call in played.state.calls.values()]
    assert summary.outcome is Outcome.COMPLETED
    assert handed == ["Research Team", "Searcher"]
    assert speakers(summary) == [
        "Newsroom", "Research Team", "Searcher", "Research Team", "Newsroom",
    ]  # fmt: skip
    assert [c.name for c in summary.contributors if c.is_leader] == ["Newsroom"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("coordinate", ["Languages", "English Agent", "Languages"]),
        ("route", ["Languages", "English Agent"]),
        ("broadcast", ["Languages", "English Agent", "Spanish Agent", "Languages"]),
        ("late_members", ["Languages", "English Agent", "Languages"]),
        ("without_models", ["Languages", "English Agent", "Languages"]),
    ],
)
def test_every_mode_shows_who_spoke(
    mode: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with playing(f"modes.py:{mode}", answering(), monkeypatch) as (played, _):
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED
    assert sorted(speakers(summary)) == sorted(expected)


def test_tasks_are_delegations_with_their_titles(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(ask: Ask) -> Turn:
        if "create_task" not in ask.tools:
            return Turn(("A cat sat. ",))
        match ask.outputs:
            case 0:
                details = {"title": "Find the cat", "description": "", "assignee": "english-agent"}
                return Turn(calls=(Call("create_task", json.dumps(details)),))
            case 1:
                task_id = ask.last_output.partition("[")[2].partition("]")[0]
                details = {"task_id": task_id, "member_id": "english-agent"}
                return Turn(calls=(Call("execute_task", json.dumps(details)),))
            case 2:
                return Turn(calls=(Call("mark_all_complete", '{"summary": "The cat was found."}'),))
        return Turn(("Done. ",))

    with playing("modes.py:tasks", Script(answer=answer), monkeypatch) as (played, _):
        summary = played.to_the_end()
        (handed,) = [call for call in played.state.calls.values() if call.is_delegation]
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert (handed.name, handed.details) == ("English Agent", "Find the cat")
    assert "English Agent" in speakers(summary)


def test_arguments_of_the_wrong_type_are_the_models_trouble_and_not_the_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answer(ask: Ask) -> Turn:
        if "execute_tasks_parallel" in ask.tools and not ask.outputs:
            return Turn(calls=(Call("execute_tasks_parallel", '{"task_ids": 5}'),))
        if "mark_all_complete" in ask.tools and ask.outputs == 1:
            return Turn(calls=(Call("mark_all_complete", '{"summary": "Nothing."}'),))
        return Turn(("Done. ",))

    with playing("modes.py:tasks", Script(answer=answer), monkeypatch) as (played, _):
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error


def test_the_example_of_the_readme_runs_and_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-example")

    def answer(ask: Ask) -> Turn:
        if ask.is_leader and ask.outputs == 0:
            task = {"member_id": ask.member_id("clerk"), "task": "Book it"}
            return Turn(calls=(Call("delegate_task_to_member", json.dumps(task)),))
        if "book_room" in ask.tools and not ask.outputs:
            return Turn(calls=(Call("book_room", '{"city": "Rome", "nights": 2}'),))
        return Turn((f"So {ask.last_output}",))

    example = str(ROOT / "examples" / "travel.py")
    with playing(f"{example}:make_team", Script(answer=answer), monkeypatch) as (played, _):
        (asked,) = answer_all(played, True)
        summary = summarize(played.state)
    assert (asked.asker, asked.text) == ("Clerk", "book_room(city='Rome', nights=2)")
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert "So a room in Rome is booked for 2 nights" in summary.sections[0].text


def test_what_agno_asks_on_its_own_behalf_is_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with playing("modes.py:remembering", answering(), monkeypatch) as (played, server):
        summary = played.to_the_end()
        assert played.run.join(10)
        reports = [event for event in played.events if isinstance(event, UsageReported)]
        for record in server.records:
            server.wait_for(lambda record=record: record.connection_closed_at)  # type: ignore[misc]
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert len(reports) == len(server.records) == 5
    assert {report.speaker.name for report in reports} == {"Languages", "English Agent"}


# What waits for a human


@pytest.mark.parametrize("team", ["team", "leader_with_tools"])
@pytest.mark.parametrize(
    ("allowed", "heard"), [(True, "a room in Rome is booked"), (False, "The user rejected")]
)
def test_a_call_is_confirmed_or_rejected(
    team: str, allowed: bool, heard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = answering("book_hotel", {"city": "Rome"})
    with playing(f"weather.py:{team}", script, monkeypatch) as (played, _):
        (asked,) = answer_all(played, allowed)
        summary = summarize(played.state)
    assert (asked.kind, asked.text) == (QuestionKind.CONFIRMATION, "book_hotel(city='Rome')")
    assert asked.asker == ("Weather Agent" if team == "team" else "The leader")
    assert summary.outcome is Outcome.COMPLETED
    assert heard in "".join(section.text for section in summary.sections)


@pytest.mark.parametrize(
    ("tool", "arguments", "answer", "heard"),
    [
        ("send_plan", {"email": "model@example.org"}, "me@example.org", "went to me@example.org"),
        ("send_plan", {"email": "model@example.org"}, "", "went to model@example.org"),
        ("send_plan", {}, "me@example.org", "went to me@example.org"),
        ("look_out_of_the_window", {}, "it rains", "it rains"),
    ],
)
def test_what_a_tool_wants_to_know_is_asked(
    tool: str,
    arguments: dict[str, str],
    answer: str,
    heard: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = answering(tool, arguments)
    with playing("weather.py:team", script, monkeypatch) as (played, _):
        (asked,) = answer_all(played, answer)
        summary = summarize(played.state)
    assert asked.kind is QuestionKind.TEXT
    assert summary.outcome is Outcome.COMPLETED
    assert heard in "".join(section.text for section in summary.sections)


def test_a_paused_run_is_cancelled_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    script = answering("book_hotel", {"city": "Rome"})
    with playing("weather.py:team", script, monkeypatch) as (played, _):
        played.until(lambda state: state.questions)
        summary = played.cancel()
        assert summary.outcome is Outcome.CANCELLED
        assert not played.state.questions
        assert played.ends == 1


def test_an_answer_that_nobody_waits_for_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with playing("weather.py:team", answering("book_hotel", {"city": "Rome"}), monkeypatch) as (
        played,
        _,
    ):
        state = played.until(lambda state: state.questions)
        played.run.answer("nobody's", True)
        played.run.answer(next(iter(state.questions)), True)
        assert played.to_the_end().outcome is Outcome.COMPLETED


# How it stops


@pytest.mark.parametrize(
    "spec",
    [
        "newsroom.py:make_team",
        "modes.py:late_members",
        "modes.py:broadcast",
        "modes.py:route",
        "modes.py:without_models",
    ],
)
def test_cancel_ends_a_stall_of_whoever_speaks(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = stalling(Fault(FaultKind.STALL_MIDSTREAM, after=3))
    with playing(spec, script, monkeypatch) as (played, server):
        record = server.wait_until_stalled(Position.OTHER)
        played.until(lambda state: "I tell a" in state.text)
        summary = played.cancel()
        assert summary.outcome is Outcome.CANCELLED
        server.wait_for(lambda: record.client_closed_at)
        assert played.ends == 1


def test_a_model_class_that_nobody_knows_is_interrupted_in_its_sleep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with playing("modes.py:parrot", Script(), monkeypatch) as (played, _):
        played.until(lambda state: "Polly" in state.text)
        summary = played.cancel()
    assert summary.outcome is Outcome.CANCELLED
    assert summary.words == 1
    assert summary.usage.estimated
    assert summary.cost_usd is None


def test_an_error_names_the_team_s_own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    script = answering().with_fault(Position.OTHER, Fault(FaultKind.HTTP_401))
    with playing("modes.py:coordinate", script, monkeypatch) as (played, server):
        played.to_the_end()
        error = played.state.contributors["English Agent"].error
    assert error == f"{server.base_url} refused the API key (401). Check the key."


# How it is loaded


def test_a_file_may_be_called_like_a_module_that_others_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "calendar.py").write_text("from tests.teams.weather import leader_with_tools\n")
    for _ in range(2):
        assert load_team(f"{tmp_path}/calendar.py:leader_with_tools").name == "Travel Desk"
    assert sys.modules["calendar"] is calendar


BROKEN = {
    "import no_such_package": "needs the module 'no_such_package', which is not installed here.",
    "def team(:": "broken.py, line 1:",
    "x = 1\n1 / 0": "broken.py, line 2: ZeroDivisionError: division by zero",
    "teams = 1": "there is no 'team' in {file}. Did you mean teams?",
    "team = 3": "team in {file} is of the type int, not an Agno Team",
    "class AgentOS: ...\nteam = AgentOS()": "is an Agno AgentOS, which cannot be run here. Name",
    "def team(model): ...": "team in {file} needs arguments.",
    "async def team(): ...": "team in {file} is async.",
    "def team():\n    raise ValueError('sk-secret-1234567 no')": "line 2: ValueError: … no",
    "def team(): return None": "is of the type NoneType, not an Agno Team",
    "raise SystemExit(3)": "broken.py, line 1: SystemExit: 3",
}


@pytest.mark.parametrize("source", BROKEN)
def test_a_team_that_cannot_be_had_is_explained(source: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.py"
    file.write_text(source)
    with pytest.raises(StoryteamError) as caught:
        load_team(f"{file}:team")
    sentence = str(caught.value)
    assert sentence.startswith("--team: ")
    assert BROKEN[source].format(file=file) in sentence
    assert "\n" not in sentence


def test_a_module_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoryteamError, match="there is no module 'no_such_module' here"):
        load_team("no_such_module.sub:team")


def test_a_module_is_found_from_the_folder_the_program_was_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "found_here.py").write_text(
        "from agno.team import Team\nclass Teams:\n    best = Team(name='Found', members=[])\n"
    )
    monkeypatch.chdir(tmp_path)
    assert load_team("found_here:Teams.best").name == "Found"


# As a command


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("--team", "nothing"),
            "--team: 'nothing' is not the name of a team. Give MODULE:ATTRIBUTE",
        ),
        (("--team", "gone.py:team"), "--team: there is no file gone.py."),
        (("--team", "json:loads", "--model", "x"), "--model has no effect on a team of your own"),
    ],
)
def test_an_impossible_team_is_a_usage_error(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    done = run("--plain", *arguments, env=environment(tmp_path))
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_command_runs_a_team_of_one_s_own_and_names_its_models(tmp_path: Path) -> None:
    with ModelServer(answering("forecast", FORECAST)) as server:
        root = str(ROOT)
        env = environment(tmp_path, OPENAI_BASE_URL=server.base_url, PYTHONPATH=root)
        done = run("--json", "--team", "tests.teams.weather:team", env=env)
    report = json.loads(done.stdout)
    assert done.returncode == 0, report["error"]
    assert report["model"] == "test-chat"
    assert report["cost_usd"] is None
    assert [member["name"] for member in report["members"]] == ["Weather Agent"]
