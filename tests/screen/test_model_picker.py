"""Choosing a model in the app; what is not here comes from a hub on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.stage import Stage, staged
from tests.harness.waiting import until
from tests.local.local_server import answering
from tests.local.model_hub import ModelHub, gguf
from tui.config.settings import Settings
from tui.config.sources import load
from tui.control.models import Models
from tui.local import servers
from tui.local.offers import KNOWN
from tui.screen.screens.greeting import GreetingScreen
from tui.screen.screens.model_picker import ModelPicker
from tui.system.state_file import remember

NAME = KNOWN[0].name
FILES = {"gemma-3-1b-it-Q4_K_M.gguf": gguf(600_000, 7)}


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model, no server, no token of the person who runs the tests."""
    for name in ("HF_TOKEN", "HF_HUB_OFFLINE", "HF_HUB_CACHE", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(servers, "USUAL", (servers.LocalServer("Ollama", 9),))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelHub]:
    with ModelHub({NAME: FILES}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


class Chosen:
    """Models that can be chosen, and the settings that were chosen."""

    def __init__(self, settings: Settings | None = None, memory: Path | None = None) -> None:
        self.settings: list[Settings] = []
        self.models = Models(settings or Settings(), self.settings.append, memory)


async def open_picker(stage: Stage) -> None:
    await stage.pilot.press("ctrl+o")
    await stage.shows("Choose a model", NAME, "Enter chooses")


async def test_a_model_is_fetched_with_a_bar_cancelled_resumed_and_used(
    hub: ModelHub, tmp_path: Path
) -> None:
    hub.gate.clear()
    chosen = Chosen(memory=tmp_path / "state.json")
    async with staged(models=chosen.models) as stage:
        stage.run.begin()
        stage.run.end()
        await stage.shows("Again")
        await open_picker(stage)
        await stage.pilot.press("down", "enter")
        await stage.shows(f"Fetching {NAME}", "%", "esc stops it")
        await stage.pilot.press("escape")
        await stage.shows("What has arrived is kept", "esc closes")
        assert not chosen.settings
        hub.gate.set()
        await stage.pilot.press("enter")
        await stage.shows("gemma-3-1b-it-GGUF (embedded) writes from the next run")
        assert [settings.hf for settings in chosen.settings] == [NAME]
        assert hub.sent < 2 * len(FILES["gemma-3-1b-it-Q4_K_M.gguf"])
        await open_picker(stage)
        await stage.shows("● lmstudio-community/gemma-3-1b-it-GGUF:Q4_K_M")


async def test_a_refusal_is_shown_and_another_model_can_be_chosen(hub: ModelHub) -> None:
    hub.repositories = {}
    chosen = Chosen()
    async with staged(models=chosen.models) as stage:
        await open_picker(stage)
        await stage.pilot.press("down", "enter")
        await stage.shows(f"has no {NAME}", "esc closes")
        await stage.pilot.press("home", "enter")
        await until(lambda: chosen.settings)
        assert chosen.settings[0].local
        stage.run.end()
        await stage.shows("A tiny model writes. ctrl+o offers bigger ones.")


async def test_c_cancels_the_run_and_a_choice_is_for_the_next_one(hub: ModelHub) -> None:
    hub.gate.clear()
    chosen = Chosen()
    async with staged(models=chosen.models) as stage:
        stage.run.begin()
        await open_picker(stage)
        await stage.pilot.press("down", "enter")
        await stage.shows("Fetching", "esc stops it")
        await stage.pilot.press("c")
        await until(lambda: stage.run.reasons)
        await stage.shows("What has arrived is kept")
        assert not chosen.settings


async def test_the_models_of_a_server_on_this_machine_are_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = Chosen(Settings(api_key="sk-of-openai", sources={"api_key": "OPENAI_API_KEY"}))
    with answering(b'{"data": [{"id": "gemma3:4b"}]}') as server:
        monkeypatch.setattr(servers, "USUAL", (server,))
        async with staged(
            greeting=GreetingScreen("who", "others", 1000), models=chosen.models
        ) as stage:
            await stage.shows("Ollama runs on this machine: ctrl+o offers its models.")
            await stage.pilot.press("ctrl+o")
            await stage.shows("OpenAI", "gemma3:4b", "Enter chooses")
            await stage.pilot.press("end", *["up"] * len(KNOWN), "enter")
            await stage.shows(f"Who writes: gemma3:4b at {server.base_url}")
            (settings,) = chosen.settings
            assert (settings.base_url, settings.model, settings.api) == (
                server.base_url, "gemma3:4b", "chat",
            )  # fmt: skip
            assert not stage.runs


async def test_nothing_is_asked_when_it_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(b'{"data": [{"id": "gemma3:4b"}]}') as server:
        monkeypatch.setattr(servers, "USUAL", (server,))
        models = Chosen(Settings(probe=False)).models
        assert models.servers() == []
        assert all(offer.name != "gemma3:4b" for offer in models.offers())


async def test_c_in_the_picker_over_the_greeting_cancels_no_story_to_come(hub: ModelHub) -> None:
    greeting = GreetingScreen("who", "others", 1000)
    async with staged(greeting=greeting, models=Chosen().models) as stage:
        await open_picker(stage)
        await stage.pilot.press("c", "escape")
        await until(lambda: stage.app.screen is greeting)
        await stage.pilot.press("enter")
        await until(lambda: stage.runs)
        assert stage.run.reasons == []


async def test_a_team_of_the_users_own_has_no_choice() -> None:
    async with staged(models=Chosen(Settings(team="a:b")).models) as stage:
        await stage.pilot.press("ctrl+o")
        await stage.pilot.pause()
        assert not isinstance(stage.app.screen, ModelPicker)


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_it_fits_small_terminals(hub: ModelHub, size: tuple[int, int]) -> None:
    async with staged(size, models=Chosen().models) as stage:
        await stage.pilot.press("ctrl+o")
        await stage.shows("Choose a model", "SmolLM2-135M", "Enter chooses", "esc closes")
        (line,) = [line for line in stage.screen.splitlines() if "SmolLM2-135M" in line]
        assert "98 MB" in line


def test_the_choice_is_kept_for_the_next_start_and_beaten_by_any_other(
    tmp_path: Path, hub: ModelHub
) -> None:
    chosen = Chosen(memory=tmp_path / "state" / "storyteam-tui" / "state.json")
    offer = next(offer for offer in chosen.models.offers() if offer.name == NAME)
    chosen.models.choose(offer.choice)
    config = tmp_path / "none.toml"
    assert load({}, {"OPENAI_API_KEY": "sk-of-openai"}, config).hf == NAME
    assert load({}, {}, config).source_of("hf") == "your choice in the app"
    assert load({"local": True}, {}, config).hf is None
    assert load({"base_url": "http://x/v1"}, {}, config).hf is None
    chosen.models.choose(type(offer.choice)())
    assert load({}, {}, config).hf is None


@pytest.mark.parametrize(
    "kept",
    ['{"hf": "../../x"}', '{"base_url": "http://evil.example/v1", "model": "x"}', '{"x": 1}', "[]",
     '{"local": "yes"}', "{"],
)  # fmt: skip
def test_a_choice_that_is_none_is_forgotten(tmp_path: Path, kept: str) -> None:
    remember(tmp_path / "state" / "storyteam-tui" / "state.json", "model", kept)
    settings = load({}, {}, tmp_path / "none.toml")
    assert settings == Settings()
