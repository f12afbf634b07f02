"""What ``--team`` takes besides a team: an agent alone, and a file that holds just one team."""

import json
from pathlib import Path
from typing import Any

import pytest
from agno.agent import Agent
from agno.team import Team
from agno.tools import tool
from agno.workflow import Parallel, Step, StepInput, StepOutput, Workflow

from tests import ROOT
from tests.harness.command import environment, run
from tests.harness.running import Played
from tests.harness.user_teams import made
from tests.teams.scripted_model import Line, ScriptedModel
from tui.errors import StoryteamError
from tui.run.events import Outcome, ToolEnded
from tui.run.records import Activity
from tui.run.summary import summarize
from tui.team.user_team import load_team


@tool(requires_confirmation=True)
def sign(name: str) -> str:
    """Sign."""
    return f"signed by {name}"


def poet(*lines: Line) -> Agent:
    return Agent(name="Poet", model=ScriptedModel(lines=list(lines)), tools=[sign])


def test_an_agent_alone_writes_a_story() -> None:
    with Played(made(poet(Line((("Once ", "upon a time."),))))) as played:
        summary = played.to_the_end()
    assert (summary.outcome, summary.content) == (Outcome.COMPLETED, "Once upon a time.")
    (alone,) = summary.contributors
    assert (alone.name, alone.is_leader, alone.activity) == ("Poet", True, Activity.DONE)


def test_an_agent_alone_is_cancelled_and_its_words_are_kept() -> None:
    endless = tuple((f"w{n} ",) for n in range(100_000))
    with Played(made(poet(Line(endless)))) as played:
        played.until(lambda state: state.words > 3)
        summary = played.cancel()
        assert played.ends == 1
    assert summary.outcome is Outcome.CANCELLED
    assert summary.words > 3


@pytest.mark.parametrize(("allowed", "said"), [(True, ["signed by Ann"]), (False, [])])
def test_an_agent_alone_asks_and_hears(allowed: bool, said: list[str]) -> None:
    lines = Line((), (("sign", '{"name": "Ann"}'),)), Line((("Done.",),))
    with Played(made(poet(*lines))) as played:
        state = played.until(lambda state: state.questions or state.ended)
        assert state.contributors["Poet"].activity is Activity.PAUSED
        played.run.answer(next(iter(state.questions)), allowed)
        played.to_the_end()
        assert summarize(played.state).outcome is Outcome.COMPLETED, played.state.ended
    results = [event.result for event in played.events if isinstance(event, ToolEnded)]
    assert results == said


def test_an_agent_is_run_by_name(tmp_path: Path) -> None:
    (tmp_path / "alone.py").write_text(
        "from agno.agent import Agent\n"
        "from tests.teams.scripted_model import says, text\n"
        "poet = Agent(name='Poet', model=says(text('A rhyme.')))\n"
    )
    env = environment(tmp_path, PYTHONPATH=str(ROOT))
    done = run("--plain", "--team", f"{tmp_path}/alone.py:poet", "a cat", env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "A rhyme.\n"


HEAD = "from agno.agent import Agent\nfrom agno.team import Team\na = Agent(name='A')\n"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("news = Team(name='News', members=[a])", "News"),
        ("in_ = Team(name='In', members=[a])\nout = Team(name='Out', members=[in_])", "Out"),
        ("b = Agent(name='B')\nnews = Team(name='News', members=[a])", "News"),
        ("", "A"),
        ("same = news = Team(name='News', members=[a])", "News"),
    ],
)
def test_a_file_with_one_team_needs_no_name(source: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / "one.py"
    file.write_text(HEAD + source)
    assert load_team(str(file)).name == name


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "one = Team(name='1', members=[a])\ntwo = Team(name='2', members=[a])",
            "holds one, two. Name one of them, such as {file}:one.",
        ),
        ("b = Agent(name='B')", "holds a, b. Name one of them, such as {file}:a."),
        ("del a", "holds no Agno team. If a function makes it, name that: {file}:FUNCTION."),
    ],
)
def test_a_file_with_several_or_none_says_what_can_be_named(
    source: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "some.py"
    file.write_text(HEAD + source)
    with pytest.raises(StoryteamError) as caught:
        load_team(str(file))
    assert said.format(file=file) in str(caught.value)


# Workflows


def stage(name: str, *lines: Line) -> Agent:
    return Agent(name=name, model=ScriptedModel(id=name, lines=list(lines)))


def shout(step_input: StepInput) -> StepOutput:
    return StepOutput(content=f"{step_input.previous_step_content}!")


def fail(step_input: StepInput) -> StepOutput:
    raise ValueError("the ink is gone")


def flow(*steps: Any) -> Workflow:
    return Workflow(name="Flow", steps=list(steps))


def test_the_steps_of_a_workflow_are_members_and_delegations() -> None:
    first, second = (stage(n, Line(((f"{n} ", "writes."),))) for n in ("Ann", "Bob"))
    workflow = flow(
        Step(name="draft", agent=first), Step(name="edit", agent=second), Step(executor=shout)
    )
    with Played(made(workflow)) as played:
        summary = played.to_the_end()
        calls = list(played.state.calls.values())
    assert summary.outcome is Outcome.COMPLETED, summary.error
    texts = [(section.speaker.name, section.text) for section in summary.sections]
    assert texts[:2] == [("Ann", "Ann writes."), ("Bob", "Bob writes.")]
    assert texts[2][1] == "Bob writes.!"
    assert [call.name for call in calls][:2] == ["draft", "edit"]
    assert all(call.is_delegation and call.ended_at is not None for call in calls)
    assert [c.activity for c in summary.contributors if not c.is_leader] == [Activity.DONE] * 3


def test_a_team_inside_of_a_workflow_is_shown_with_everyone_in_it() -> None:
    member = stage("Writer", Line((("A tale.",),)))
    delegation = ("delegate_task_to_member", '{"member_id": "writer", "task": "Tell it"}')
    model = ScriptedModel(id="desk", lines=[Line((), (delegation,)), Line((("Told.",),))])
    team = Team(name="Desk", members=[member], model=model)
    with Played(made(flow(Step(name="tell", team=team)))) as played:
        summary = played.to_the_end()
    texts = [(section.speaker.name, section.text) for section in summary.sections]
    assert texts == [("Writer", "A tale."), ("Desk", "Told.")], summary.error


@pytest.mark.parametrize("together", [False, True])
def test_a_workflow_is_cancelled_in_the_middle_of_a_step(together: bool) -> None:
    endless = Line(tuple((f"w{n} ",) for n in range(100_000)))
    steps: list[Any] = [Step(name=n, agent=stage(n, endless)) for n in ("one", "two")]
    workflow = flow(Parallel(steps[0], steps[1], name="both")) if together else flow(*steps)
    with Played(made(workflow)) as played:
        played.until(lambda state: state.words > 3)
        summary = played.cancel()
        assert played.ends == 1
    assert summary.outcome is Outcome.CANCELLED
    assert summary.words > 3


def test_a_step_that_fails_says_why() -> None:
    writer = stage("Ann", Line((("Ann writes.",),)))
    with Played(
        made(flow(Step(name="draft", agent=writer), Step(name="ink", executor=fail)))
    ) as played:
        summary = played.to_the_end()
    assert summary.content == "Ann writes."
    assert "The delegation to ink failed: the ink is gone" in summary.to_json()["notes"]


def test_a_file_with_a_workflow_runs_it(tmp_path: Path) -> None:
    (tmp_path / "flowing.py").write_text(
        "from agno.agent import Agent\n"
        "from agno.workflow import Step, Workflow\n"
        "from tests.teams.scripted_model import says, text\n"
        "ann = Agent(name='Ann', model=says(text('A rhyme.'), model_id='Ann'))\n"
        "rhyme = Workflow(name='Rhyme', steps=[Step(name='write', agent=ann)])\n"
    )
    env = environment(tmp_path, PYTHONPATH=str(ROOT))
    done = run("--json", "--team", f"{tmp_path}/flowing.py", "a cat", env=env)
    report = json.loads(done.stdout)
    assert (report["status"], report["content"]) == ("completed", "A rhyme."), report["error"]
    assert report["model"] == "Ann"
