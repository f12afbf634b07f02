"""What ``--team`` takes besides a team: an agent alone, and a file that holds just one team."""

from pathlib import Path

import pytest
from agno.agent import Agent
from agno.tools import tool

from tests.command import environment, run
from tests.own_team import made
from tests.running import Played
from tests.teams.scripted_model import Line, ScriptedModel
from tui.agents.own_team import load_team
from tui.errors import StoryteamError
from tui.events import Outcome, ToolEnded
from tui.parts import Activity
from tui.summary import summarize


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


@pytest.mark.parametrize(("allowed", "said"), [(True, "signed by Ann"), (False, "rejected")])
def test_an_agent_alone_asks_and_hears(allowed: bool, said: str) -> None:
    lines = Line((), (("sign", '{"name": "Ann"}'),)), Line((("Done.",),))
    with Played(made(poet(*lines))) as played:
        state = played.until(lambda state: state.questions or state.ended)
        assert state.contributors["Poet"].activity is Activity.PAUSED
        played.run.answer(next(iter(state.questions)), allowed)
        played.to_the_end()
        assert summarize(played.state).outcome is Outcome.COMPLETED, played.state.ended
    results = [event.result for event in played.events if isinstance(event, ToolEnded)]
    assert any(said in result for result in results) or not allowed


def test_an_agent_is_run_by_name(tmp_path: Path) -> None:
    (tmp_path / "alone.py").write_text(
        "from tests.test_what_can_run import Line, poet as make\n"
        "poet = make(Line((('A rhyme.',),)))\n"
    )
    env = environment(tmp_path, PYTHONPATH=str(Path(__file__).parents[1]))
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
