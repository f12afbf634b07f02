"""No byte of a path, a setting or a story reaches the terminal as more than text."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.harness.command import environment, run
from tests.servers import ModelServer, Position, Script

EVIL = "e\x1b]52;c;aGk=\x07\x7f\x9b31m\u202e\u2066\U000e0041\ufeffx"
OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2061-\u206f\ufeff\U000e0000-\U000e007f]"
)


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return environment(tmp_path_factory.mktemp("home"), OPENAI_API_KEY="sk-test")


@pytest.fixture(scope="module")
def story(env: dict[str, str]) -> str:
    """The id of the only story in the history, whose text and prompt are hostile."""
    with ModelServer(Script(texts={Position.STORYTELLER: f"Once {EVIL}"})) as server:
        address = {"OPENAI_BASE_URL": server.base_url}
        done = run("--json", f"a {EVIL[:3]} cat", env=env | address)
    assert not OBEYED.search(done.stdout)
    return str(json.loads(done.stdout)["story_id"])


@pytest.mark.parametrize(
    "command",
    [
        ["show", "{story}"],
        ["show", "{story}", "--json"],
        ["show", EVIL],
        ["history"],
        ["history", "--json"],
        ["history", EVIL],
        ["export", "{story}", "-"],
        ["export", "{story}", "{folder}"],
        ["export", "{story}", "{folder}", "--json"],
        ["export", "{story}", "{folder}/none/x.md"],
        ["--show-config", "--db", "{folder}/x.db"],
        ["--show-config", "--json", "--db", "{folder}/x.db"],
        ["--show-config", "--model", EVIL],
        ["--gguf", "{folder}/none.gguf", "a cat"],
        ["--team", "{folder}/none.py:team", "a cat"],
        [f"--{EVIL}"],
        ["--theme", EVIL, "a cat"],
    ],
    ids=lambda command: " ".join(word if word.isprintable() else "EVIL" for word in command),
)
def test_no_command_says_anything_that_a_terminal_obeys(
    command: list[str], env: dict[str, str], story: str, tmp_path: Path
) -> None:
    folder = tmp_path / EVIL
    folder.mkdir()
    words = [word.format(story=story, folder=folder) for word in command]
    done = run(*words, env=env | {"XDG_CACHE_HOME": str(folder)})
    assert not OBEYED.search(done.stdout)
    assert not OBEYED.search(done.stderr)
    assert "Traceback" not in done.stderr
    if "--json" in words:
        assert "aGk=" in json.dumps(json.loads(done.stdout)) or words[0] == "history"


def test_where_a_story_went_instead_is_only_text(env: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / EVIL
    folder.mkdir()
    (folder / "file").touch()
    with ModelServer() as server:
        more = {"OPENAI_BASE_URL": server.base_url, "TMPDIR": str(folder)}
        for front in ("--plain", "--json"):
            done = run(front, "--db", f"{folder}/file/x.db", "a cat", env=env | more)
            assert "The history cannot be written" in done.stderr
            assert not OBEYED.search(done.stdout + done.stderr)


def test_an_odd_name_is_still_the_name_of_the_file(
    env: dict[str, str], story: str, tmp_path: Path
) -> None:
    target = tmp_path / f"{EVIL}.md"
    done = run("export", story, str(target), "--json", env=env)
    assert os.path.samefile(json.loads(done.stdout)["file"], target)
