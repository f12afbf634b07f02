"""What a team is given besides its prompt: sessions, state, dependencies, pictures and files."""

import base64
import json
import os
from pathlib import Path

import pytest

from tests import TEAMS
from tests.harness.command import environment, run
from tests.harness.user_teams import answering
from tests.servers import ModelServer
from tests.servers.faults import Fault, FaultKind
from tests.servers.script import Position

TEAM = str(TEAMS / "given.py:make_team")
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_state_dependencies_and_user_reach_the_tools(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text('{"hero": "a cat"}')
    (tmp_path / "given.json").write_text('{"place": "Rome"}')
    options = (
        "--state", str(tmp_path / "state.json"), "--dependencies", str(tmp_path / "given.json"),
        "--user-id", "ann", "--session-id", "s-1",
    )  # fmt: skip
    with ModelServer(answering("look_up")) as server:
        own = environment(tmp_path, OPENAI_BASE_URL=server.base_url)
        done = run("--json", "--team", TEAM, *options, "a tale", env=own)
    report = json.loads(done.stdout)
    assert report["status"] == "completed", report["error"]
    assert "look_up gave: a cat, Rome, ann" in done.stderr


def test_a_picture_is_sent_to_the_model(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(PIXEL)
    with ModelServer(answering()) as server:
        own = environment(tmp_path, OPENAI_BASE_URL=server.base_url)
        options = ("--image", str(tmp_path / "cat.png"))
        done = run("--json", "--team", TEAM, *options, "a tale", env=own)
        bodies = [json.dumps(record.body) for record in server.records]
    assert json.loads(done.stdout)["status"] == "completed"
    assert base64.b64encode(PIXEL).decode() in bodies[0]


def test_a_model_that_cannot_see_is_named_as_a_reason(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(PIXEL)
    blind = answering().with_fault(Position.OTHER, Fault(FaultKind.HTTP_400))
    blind = blind.with_fault(Position.LEADER, Fault(FaultKind.HTTP_400))
    with ModelServer(blind) as server:
        own = environment(tmp_path, OPENAI_BASE_URL=server.base_url)
        options = ("--image", str(tmp_path / "cat.png"))
        done = run("--json", "--team", TEAM, *options, "a tale", env=own)
    error = json.loads(done.stdout)["error"]
    assert "(400)" in error
    assert error.endswith("Perhaps this model cannot see: try it without --image.")


@pytest.mark.parametrize(
    ("option", "content", "said"),
    [
        ("--state", None, "--state: there is no file"),
        ("--state", "[1]", "holds no JSON object"),
        ("--state", "{", "is not JSON"),
        ("--dependencies", "\xff", "is not JSON"),
        ("--image", None, "--image: there is no file"),
        ("--file", None, "--file: there is no file"),
    ],
)
def test_what_cannot_be_given_is_a_usage_error(
    option: str, content: str | None, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "given.json"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    done = run("--plain", "--team", TEAM, option, str(path), "a tale", env=environment(tmp_path))
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("option", ["--state", "--image"])
def test_a_pipe_without_a_writer_is_not_waited_for(option: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    own = environment(tmp_path)
    done = run("--plain", "--team", TEAM, option, str(tmp_path / "pipe"), "a tale", env=own)
    assert done.returncode == 2
    assert "it is not a regular file" in done.stderr


def test_the_embedded_model_is_given_no_picture(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(PIXEL)
    done = run("--plain", "--image", str(tmp_path / "cat.png"), env=environment(tmp_path))
    assert done.returncode == 2
    assert "--image: the embedded model reads nothing but text." in done.stderr
