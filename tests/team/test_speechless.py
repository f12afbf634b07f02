"""Whatever an exception does when it is asked what it says, the run ends with a sentence."""

from pathlib import Path

import pytest

from tests.harness.command import environment, run
from tests.harness.user_teams import answering
from tests.harness.workers import working
from tests.servers import ModelServer
from tests.teams.speechless import KINDS
from tui.config.settings import Settings
from tui.control.controller import STOPPED_ITSELF, Controller
from tui.control.execution import Task
from tui.errors import said_by
from tui.run.events import Event, Outcome, RunEnded
from tui.run.protocol import Publish

LEFT = "The team left the program (sys.exit(5)). A tool of it may have done that."
ENDINGS = {
    # To Agno a tool that raises is one that failed, and what is no Exception a cancel.
    ("with_tool", "mute"): (Outcome.COMPLETED, None),
    ("with_tool", "leaving"): (Outcome.ERROR, LEFT),
    ("with_tool", "end"): (Outcome.INCOMPLETE, STOPPED_ITSELF),
    ("with_model", "mute"): (Outcome.ERROR, "The team failed: no words"),
    ("with_model", "leaving"): (Outcome.ERROR, LEFT),
    ("with_model", "end"): (Outcome.ERROR, "The team failed: KeyboardInterrupt."),
    ("with_maker", "mute"): (Outcome.ERROR, "--team: speechless.py, line 50: MuteError"),
    ("with_maker", "leaving"): (Outcome.ERROR, "--team: speechless.py, line 50: LeavingError"),
    ("with_maker", "end"): (Outcome.ERROR, "The team failed: EndError."),
}


class Sly(str):
    """A text that is not what it seems."""

    def __str__(self) -> str:
        return self

    def __getitem__(self, place: object) -> str:
        raise ValueError


@pytest.mark.parametrize("kind", KINDS.values())
def test_of_what_cannot_speak_nothing_is_said(kind: type[BaseException]) -> None:
    assert said_by(kind()) == ""
    assert said_by(kind(), repr) == ""


def test_what_is_said_is_a_plain_text() -> None:
    assert type(said_by(Sly("words"))) is str
    assert said_by(ValueError("words")) == "words"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["with_tool", "with_model", "with_maker"])
def test_the_run_ends_wherever_it_is_raised(
    where: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KIND", kind)
    with working(f"speechless.py:{where}", answering("fail"), monkeypatch) as (played, _):
        summary = played.to_the_end()
        assert played.run.join(5)
    assert (summary.outcome, summary.error) == ENDINGS[where, kind]
    said = {"with_tool": "I ask. ", "with_model": "Once ", "with_maker": ""}[where]
    assert (summary.sections[0].text if summary.sections else "") == said


def test_plain_output_of_a_module_that_cannot_speak_comes_to_an_end(tmp_path: Path) -> None:
    with ModelServer(answering("fail")) as server:
        env = environment(tmp_path, OPENAI_BASE_URL=server.base_url, TEST_KIND="mute")
        done = run("--plain", "--team", "tests.teams.speechless:with_maker", "a cat", env=env)
    assert done.returncode == 1
    assert "Error: --team: speechless.py, line" in done.stderr
    assert "Traceback" not in done.stderr


class Broken:
    """Carries nothing out, and cannot say why."""

    def __init__(self, kind: type[BaseException]) -> None:
        self._kind = kind

    def run(self, task: Task, publish: Publish) -> None:
        raise self._kind

    def cancel(self) -> None: ...
    def stop_member(self, name: str) -> None: ...
    def terminate(self) -> None: ...
    def close(self) -> None: ...
    def answer(self, question_id: str, answer: bool | str) -> None: ...


@pytest.mark.parametrize("kind", KINDS.values())
def test_the_controller_publishes_an_end_whatever_it_is_raised(kind: type[BaseException]) -> None:
    events: list[Event] = []
    task = Task("run-1", "a cat", Settings())
    controller = Controller("run-1", lambda preparation: task, Broken(kind), events.append)
    controller.start()
    assert controller.join(5)
    (end,) = (event for event in events if isinstance(event, RunEnded))
    assert end.outcome is Outcome.ERROR
    assert end.error == f"The run failed: {kind.__name__}"
