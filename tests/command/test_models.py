"""``storyteam-tui models``: the command with which models are listed, fetched and removed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.command import environment, run
from tests.local.model_hub import ModelHub, gguf

NAME = "me/tiny-GGUF"


@pytest.fixture
def hub() -> Iterator[ModelHub]:
    with ModelHub({NAME: {"tiny-Q4_K_M.gguf": gguf()}}) as hub:
        yield hub


@pytest.fixture
def env(hub: ModelHub, tmp_path: Path) -> dict[str, str]:
    home = {"HF_HOME": str(tmp_path / "hf"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    return environment(tmp_path, HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="", HF_HUB_CACHE="", **home)


def test_a_model_is_fetched_listed_and_removed(env: dict[str, str]) -> None:
    nothing = run("models", env=env)
    assert (nothing.returncode, nothing.stdout) == (0, "")
    got = run("models", "get", NAME, env=env)
    assert Path(got.stdout.strip()).read_bytes() == gguf()
    assert f"Fetching {NAME} (300 kB, only this once)" in got.stderr
    (line,) = run("models", env=env).stdout.splitlines()
    assert line.startswith(f"{NAME}:Q4_K_M  300 kB  20")
    assert line.endswith(got.stdout.strip())
    (model,) = json.loads(run("models", "--json", env=env).stdout)
    assert (model["name"], model["size"], model["is_whole"]) == (f"{NAME}:Q4_K_M", 300_000, True)
    assert run("models", "rm", f"{NAME}:Q4_K_M", env=env).stdout == "300 kB freed\n"
    assert run("models", env=env).stdout == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["get"], "models get needs the name of a model"),
        (["get", "tiny"], "'tiny' is not the name of a model. Give OWNER/MODEL"),
        (["get", "me/none"], "has no me/none, or it is private"),
        (["rm", "me/none"], "me/none is not here"),
        (["update"], "models takes nothing, or get NAME, or rm NAME"),
    ],
)
def test_bad_input_gets_a_sentence(env: dict[str, str], words: list[str], said: str) -> None:
    done = run("models", *words, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_story_is_written_by_a_model_by_name(
    hub: ModelHub, env: dict[str, str], weights: Path
) -> None:
    hub.repositories = {NAME: {"tiny-Q4_K_M.gguf": weights.read_bytes()}}
    done = run("--json", "--hf", NAME, "--max-words", "5", "a cat", env=env)
    told = json.loads(done.stdout)
    assert (told["status"], told["reason"]) == ("cancelled", "words")
    assert told["model"] == "tiny-GGUF (embedded)"
    assert told["notes"][0].startswith("This model cannot call tools")
    engine = json.loads(run("--show-config", "--json", "--hf", NAME, env=env).stdout)["engine"]
    assert (engine["context"], engine["threads"]) == (8192, 1)
