"""Answers that are objects: shown laid out, given to programs as objects, never taken for prose."""

import json
from pathlib import Path

import pytest

from tests import TEAMS
from tests.harness.command import environment, run
from tests.harness.user_teams import playing, words
from tests.servers import Ask, Call, Fault, FaultKind, ModelServer, Position, Script, Turn
from tui.run.events import ModelRequested, Outcome, StructuredOutput
from tui.run.records import Phase
from tui.team.structured import laid_out, object_in

SOUP = {"title": "Soup \x1b[31m", "steps": ["Boil.", "Wait a long while."], "serves": 4}
SAID = json.dumps(SOUP)
SHOWN = laid_out(SOUP)
PROSE = "I asked the cook."


def cooking(said: str = SAID) -> Script:
    """The leader delegates once; what is asked without a stream is answered with the object."""

    def answer(ask: Ask) -> Turn:
        if ask.delegate_tool and not ask.outputs:
            task = {"task": "Cook"} | (
                {"member_id": ask.member_id("")} if ask.takes_member_id else {}
            )
            return Turn(words("I ask."), (Call(ask.delegate_tool, json.dumps(task)),))
        return Turn(words("Boil the water.") if ask.stream else (said,))

    return Script(answer=answer)


@pytest.mark.parametrize("team", ["make_team", "json_mode", "parsed", "routed", "alone"])
def test_an_object_is_shown_once_and_is_no_prose(
    team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with playing(f"recipes.py:{team}", cooking(), monkeypatch) as (played, _):
        summary = played.to_the_end()
    given = [event for event in played.events if isinstance(event, StructuredOutput)]
    assert summary.outcome is Outcome.COMPLETED
    assert [event.text for event in given] == [SHOWN]
    assert summary.content == SHOWN
    assert summary.to_json()["content_object"] == SOUP
    prose = [section for section in summary.sections if not section.is_data]
    assert summary.words == sum(len(section.text.split()) for section in prose)
    assert summary.story_words == 0
    assert sum(section.is_data for section in summary.sections) == 1


def test_a_fenced_object_is_one_and_what_is_no_json_stays_a_text() -> None:
    assert object_in(f"```json\n{SAID}\n```\n") == SOUP
    for text in ('{"a": NaN}', '{"a": 1e999}', '{"a": 1', "[" * 100_000, "42", "", "A tale."):
        assert object_in(text) is None


def test_an_answer_that_does_not_fit_is_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    with playing("recipes.py:alone", cooking('{"title": '), monkeypatch) as (played, _):
        summary = played.to_the_end()
    assert summary.content == '{"title": '
    assert summary.to_json()["content_object"] is None


def test_what_comes_in_one_piece_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    stall = cooking().with_fault(Position.OTHER, Fault(FaultKind.NO_ANSWER))
    with playing("recipes.py:alone", stall, monkeypatch) as (played, _):
        state = played.until(lambda state: state.notice)
        assert state.phase is Phase.WAITING
        assert state.notice == "Cook answers in one piece: nothing can be seen until it is whole."
        assert played.cancel().outcome is Outcome.CANCELLED
    requests = [event for event in played.events if isinstance(event, ModelRequested)]
    assert [request.is_streamed for request in requests] == [False]


def test_the_command_gives_the_object_and_the_history_keeps_it(tmp_path: Path) -> None:
    team = str(TEAMS / "recipes.py:make_team")
    with ModelServer(cooking()) as server:
        own = environment(tmp_path, OPENAI_BASE_URL=server.base_url)
        plain = run("--plain", "--team", team, "soup", env=own)
        done = run("--json", "--team", team, "soup", env=own)
    assert plain.stdout.rstrip().endswith(SHOWN)
    assert "[Kitchen answers in one piece: nothing can be seen until it is whole.]" in plain.stderr
    report = json.loads(done.stdout)
    assert report["content_object"] == SOUP
    assert report["content"] == SHOWN
    assert run("show", report["story_id"], env=own).stdout.rstrip() == SHOWN
    exported = run("export", report["story_id"], "-", env=own).stdout
    assert f"```json\n{SHOWN}\n```" in exported
    assert "words: 0" in exported
