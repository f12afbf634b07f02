"""A model that says the user's key has it masked wherever its text goes."""

import json
from pathlib import Path

import pytest

from tests.harness.command import environment, run
from tests.servers import ModelServer, Position, Script

KEY = "sk-test-1234567890abcdef"
PASSWORD = "open-sesame-please"


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_no_secret_in_a_story_is_shown_or_stored(api: str, tmp_path: Path) -> None:
    said = f"The key is {KEY}, the word is {PASSWORD.upper()}, and that is all."
    with ModelServer(Script(texts=dict.fromkeys(Position, said))) as server:
        env = environment(
            tmp_path,
            OPENAI_API_KEY=KEY,
            OPENAI_BASE_URL=server.base_url,
            STORYTEAM_API=api,
            HTTPS_PROXY=f"http://u:{PASSWORD}@127.0.0.1:9",
        )
        plain = run("--plain", "a cat", env=env)
        done = run("--json", "a cat", env=env)
    story = json.loads(done.stdout)["story_id"]
    shown = [run("show", story, env=env), run("export", story, "-", env=env)]
    for text in (plain.stdout, done.stdout, *(each.stdout for each in shown)):
        assert "The key is …, the word is …, and that is all." in text
    everything = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    everything += [each.encode() for d in (plain, done, *shown) for each in (d.stdout, d.stderr)]
    for data in everything:
        assert b"1234567890abcdef" not in data
        assert b"sesame" not in data.lower()
