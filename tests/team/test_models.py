"""What the settings say of the model reaches the request, and the answer is judged by it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.harness.running import Played, play, story_team, team_factory
from tests.servers import ModelServer, Script
from tui.config.choice import ModelChoice, with_choice
from tui.config.endpoint import OPENAI_URL
from tui.config.settings import Api, Settings
from tui.run.events import Outcome
from tui.team.models import NO_KEY, make_model

ASKED: dict[str, Any] = {"temperature": 0.3, "max_tokens": 70, "timeout": 7.0}


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ("responses", {"temperature": 0.3, "max_output_tokens": 70}),
        ("chat", {"temperature": 0.3, "max_tokens": 70}),
    ],
)
def test_the_parameters_are_in_every_request(api: Api, expected: dict[str, Any]) -> None:
    def build(settings: Settings) -> Any:
        return story_team(replace(settings, **ASKED))

    with ModelServer(Script(words=5)) as server:
        with Played(team_factory(server, api, build)) as played:
            assert played.to_the_end().outcome is Outcome.COMPLETED
        bodies = [record.body for record in server.records]
    assert len(bodies) == 5
    for body in bodies:
        assert {name: body.get(name) for name in expected} == expected


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_without_parameters_the_model_decides(api: Api) -> None:
    with ModelServer(Script(words=5)) as server:
        with Played(team_factory(server, api)) as played:
            assert played.to_the_end().outcome is Outcome.COMPLETED
        names = {name for record in server.records for name in record.body}
    assert "model" in names
    assert not names & {"temperature", "max_tokens", "max_output_tokens", "max_completion_tokens"}


def test_openai_s_own_chat_models_know_the_limit_by_another_name() -> None:
    model: Any = make_model(replace(Settings(api="chat", api_key="k"), **ASKED))
    assert model.base_url == OPENAI_URL
    assert (model.max_tokens, model.max_completion_tokens) == (None, 70)
    assert model.get_async_client().timeout == 7.0


def test_a_text_as_long_as_the_limit_is_incomplete_whatever_the_server_says() -> None:
    def build(settings: Settings) -> Any:
        return story_team(replace(settings, max_tokens=20))

    with ModelServer(Script(closing_words=20)) as server:
        summary = play(team_factory(server, "responses", build))
    assert summary.outcome is Outcome.INCOMPLETE
    assert summary.error == "The model reached its limit of tokens before the text was finished."


def test_no_key_is_sent_to_a_server_that_was_found_on_this_machine() -> None:
    given = Settings(api_key="sk-of-openai", sources={"api_key": "OPENAI_API_KEY"})
    local = ModelChoice(base_url="http://127.0.0.1:11434/v1", model="gemma3:4b")
    model: Any = make_model(with_choice(given, local))
    assert (model.id, model.base_url, model.api_key) == ("gemma3:4b", local.base_url, NO_KEY)
    back: Any = make_model(
        with_choice(with_choice(given, local), ModelChoice(model="gpt-5.2-mini"))
    )
    assert (back.base_url, back.api_key) == (OPENAI_URL, "sk-of-openai")
