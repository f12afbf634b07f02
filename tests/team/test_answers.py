"""What a team wants to know where no human can be asked: refused, or answered beforehand."""

import json
from pathlib import Path

import pytest

from tests import TEAMS
from tests.harness.command import environment, run
from tests.harness.user_teams import answering
from tests.servers import Ask, Call, ModelServer, Script, Turn

WEATHER = str(TEAMS / "weather.py:team")
LEADER = str(TEAMS / "weather.py:leader_with_tools")


def play(
    tmp_path: Path, script: Script, *options: str, team: str = WEATHER
) -> tuple[dict[str, object], str, str]:
    """Run a team where no terminal is; returns its JSON, all that was said, and the narration."""
    with ModelServer(script) as server:
        own = environment(tmp_path, OPENAI_BASE_URL=server.base_url)
        done = run("--json", "--team", team, *options, "a trip", env=own)
    report = json.loads(done.stdout)
    return report, " ".join(section["text"] for section in report["sections"]), done.stderr


@pytest.mark.parametrize("team", [WEATHER, LEADER])
@pytest.mark.parametrize(
    ("tool", "said"),
    [("send_plan", "the plan went to"), ("look_out_of_the_window", "I heard .")],
)
def test_a_tool_that_wants_input_is_not_called_with_nothing(
    team: str, tool: str, said: str, tmp_path: Path
) -> None:
    report, text, narration = play(tmp_path, answering(tool), team=team)
    assert report["status"] == "completed", report["error"]
    assert "The user did not answer, so this was not called" in text
    assert said not in text
    assert "There is no terminal to ask on, so the call is not made." in narration


@pytest.mark.parametrize("team", [WEATHER, LEADER])
@pytest.mark.parametrize(
    ("tool", "arguments", "options", "said"),
    [
        ("book_hotel", {"city": "Rome"}, ("--allow", "book_hotel"), "a room in Rome is booked"),
        ("send_plan", {}, ("--answer", "email=me@home"), "the plan went to me@home"),
        ("send_plan", {}, ("--answer", "send_plan.email=a=b"), "the plan went to a=b"),
        ("look_out_of_the_window", {}, ("--answer", "look_out_of_the_window=rain"), "rain"),
    ],
)
def test_an_answer_that_was_given_beforehand_is_taken(
    team: str,
    tool: str,
    arguments: dict[str, str],
    options: tuple[str, ...],
    said: str,
    tmp_path: Path,
) -> None:
    report, text, narration = play(tmp_path, answering(tool, arguments), *options, team=team)
    assert report["status"] == "completed", report["error"]
    assert said in text
    assert "no terminal to ask on" not in narration


def test_what_was_allowed_is_that_tool_and_no_other(tmp_path: Path) -> None:
    options = ("--allow", "book_hotel", "--answer", "emails=me@home")

    def answer(ask: Ask) -> Turn:
        if "send_plan" in ask.tools and not ask.outputs:
            calls = (Call("book_hotel", '{"city": "Rome"}'), Call("send_plan", "{}"))
            return Turn(calls=calls)
        return answering().answer(ask)  # type: ignore[misc]

    report, _, narration = play(tmp_path, Script(answer=answer), *options)
    assert report["status"] == "completed", report["error"]
    assert "book_hotel gave: a room in Rome is booked" in narration
    assert "the plan went to" not in narration


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--team", WEATHER, "--allow", "*"), "'*' is not the name of a tool"),
        (("--team", WEATHER, "--allow", "book_*"), "'book_*' is not the name of a tool"),
        (("--team", WEATHER, "--answer", "email"), "Give NAME=VALUE"),
        (("--allow", "book_hotel"), "--allow has no effect on the storytelling team"),
    ],
)
def test_what_cannot_be_an_answer_is_a_usage_error(
    options: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    done = run("--plain", *options, env=environment(tmp_path))
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_answers_may_stand_in_the_file_and_in_the_environment(tmp_path: Path) -> None:
    own = environment(tmp_path, STORYTEAM_ALLOW="pay, book_hotel")
    config = Path(own["XDG_CONFIG_HOME"]) / "storyteam-tui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[answer]\nemail = "me@home"\n')
    done = run("--show-config", "--json", env=own)
    settings = json.loads(done.stdout)["settings"]
    assert settings["allow"]["value"] == ["pay", "book_hotel"]
    assert settings["answer"]["value"] == {"email": "me@home"}
