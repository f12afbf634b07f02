"""The first run of all: an idea is offered, and whoever does nothing gets a story as well."""

from pathlib import Path

import pytest

from tests.harness.command import environment
from tests.harness.scripted import ScriptedRun
from tests.harness.stage import staged
from tests.harness.terminal import Terminal
from tests.harness.waiting import until
from tests.servers import ModelServer, Script
from tui.command.arguments import parse
from tui.command.story import may_greet
from tui.config.settings import DEFAULT_PROMPT, Settings
from tui.config.which_model import writing_model
from tui.history import History, StoryRow
from tui.run.protocol import Publish, RunRequest
from tui.screen.app import StoryApp
from tui.screen.screens.greeting import IDEAS, GreetingScreen

KEYED = Settings(api_key="sk-test", sources={"api_key": "OPENAI_API_KEY"})


def greeting(seconds: float = 1000) -> GreetingScreen:
    model = writing_model(Settings())
    return GreetingScreen(model.reason, model.others, seconds)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_it_says_what_will_happen_which_model_writes_and_how_to_stop(
    size: tuple[int, int],
) -> None:
    async with staged(size, greeting=greeting()) as stage:
        shown = await stage.shows("What shall the story be about?", "dragon who learns", "Write it")
        screen = " ".join(shown.split())
        for said in (
            "a dragon who learns to code", "Enter writes it", "starts by itself in 1000 s",
            "c stops it at once", "No key was found, so a small model inside the program writes",
            "ctrl+o offers bigger ones; OPENAI_API_KEY", "Write it",
        ):  # fmt: skip
            assert said in screen
        assert not stage.runs


async def test_enter_writes_the_default_at_once() -> None:
    async with staged(greeting=greeting()) as stage:
        await stage.pilot.press("enter")
        await until(lambda: stage.runs)
        assert stage.requests == [RunRequest(DEFAULT_PROMPT)]
        stage.run.begin()
        await stage.shows("test-model", "c Cancel")


async def test_typing_replaces_the_idea_and_c_is_a_letter_there() -> None:
    async with staged(greeting=greeting()) as stage:
        await stage.pilot.press(*"cats", "enter")
        await until(lambda: stage.runs)
        assert stage.requests == [RunRequest("cats")]


async def test_tab_and_the_arrows_go_through_the_ideas() -> None:
    async with staged(greeting=greeting()) as stage:
        await stage.pilot.press("tab")
        await stage.shows(IDEAS[1])
        await stage.pilot.press("down")
        await stage.shows(IDEAS[2])
        await stage.pilot.press("up", "shift+tab", "shift+tab")
        await stage.shows(IDEAS[-1])
        await stage.pilot.press("end", *" again", "enter")
        await until(lambda: stage.runs)
        assert stage.requests == [RunRequest(f"{IDEAS[-1]} again")]


async def test_nothing_is_the_default_too() -> None:
    async with staged(greeting=greeting()) as stage:
        await stage.pilot.press("backspace", "enter")
        await until(lambda: stage.runs)
        assert stage.requests == [RunRequest(DEFAULT_PROMPT)]


async def test_it_starts_by_itself_when_nobody_does_anything() -> None:
    async with staged(greeting=greeting(seconds=1)) as stage:
        await until(lambda: stage.runs)
        assert stage.requests == [RunRequest(DEFAULT_PROMPT)]


@pytest.mark.parametrize("key", ["x", "left", "escape", "tab", "f1"])
async def test_any_key_stops_the_countdown(key: str) -> None:
    async with staged(greeting=greeting()) as stage:
        await stage.shows("starts by itself")
        await stage.pilot.press(key)
        if key == "f1":
            await stage.shows("While it writes")
            await stage.pilot.press("escape")
        await until(lambda: "starts by itself" not in stage.screen)
        await stage.shows("Enter writes it")


async def test_a_click_stops_the_countdown() -> None:
    async with staged(greeting=greeting()) as stage:
        await stage.shows("starts by itself")
        await stage.pilot.click("#idea")
        await until(lambda: "starts by itself" not in stage.screen)


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_it_can_be_left(key: str) -> None:
    async with staged(greeting=greeting()) as stage:
        await stage.pilot.press("escape", key)
        await until(lambda: not stage.app.is_running)
        assert not stage.runs
        assert stage.app.runs.summary is None


async def test_a_signal_leaves_it() -> None:
    async with staged(greeting=greeting()) as stage:
        stage.app.leave_at_signal()
        await until(lambda: not stage.app.is_running)
        assert not stage.runs


async def test_the_theme_can_be_chosen_before_the_first_story() -> None:
    async with staged(greeting=greeting()) as stage:
        await stage.pilot.press("ctrl+t", "down", "enter")
        assert stage.app.theme == "storyteam-light"
        await stage.pilot.press("enter")
        await until(lambda: stage.runs)


@pytest.mark.parametrize("key", ["c", "q"])
async def test_a_key_from_before_the_greeting_is_obeyed_before_it(tmp_path: Path, key: str) -> None:
    runs: list[ScriptedRun] = []

    def make_run(request: RunRequest, publish: Publish) -> ScriptedRun:
        runs.append(ScriptedRun(publish))
        return runs[-1]

    class SlowHistory(History):
        def stories(self, query: str = "", limit: int = 200) -> list[StoryRow]:
            app.call_from_thread(app.action_cancel if key == "c" else app.action_leave)
            return []

    history = SlowHistory(tmp_path / "history.db")
    app = StoryApp(make_run, RunRequest("a cat"), history, make_greeting=greeting)
    async with app.run_test() as pilot:
        if key == "c":
            await until(lambda: isinstance(app.screen, GreetingScreen))
            await pilot.press("enter")
            await until(lambda: runs)
            assert not runs[-1].reasons
        else:
            await until(lambda: not app.is_running)
    history.close()


async def test_who_has_written_before_is_not_greeted(tmp_path: Path) -> None:
    history = History(tmp_path / "history.db")
    recorder = history.record("a whale")
    for event in ScriptedRun(recorder.put).story("Once"):
        recorder.put(event)
    assert history.flush(5)
    async with staged(history=history, greeting=greeting()) as stage:
        await until(lambda: stage.runs)


@pytest.mark.parametrize(
    ("arguments", "greets"),
    [
        ([], True),
        (["--local"], True),
        (["a cat"], False),
        (["-"], False),
        (["--once"], False),
        (["--continue"], False),
    ],
)
def test_only_who_has_not_said_what_to_write_is_greeted(arguments: list[str], greets: bool) -> None:
    assert may_greet(parse(arguments), Settings()) is greets


def test_a_run_with_a_limit_starts_directly() -> None:
    assert not may_greet(parse([]), Settings(auto_cancel=8))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(), "No key was found, so a small model inside the program writes"),
        (Settings(local=True, sources={"local": "--local"}), "(embedded); --local asks for it."),
        (Settings(gguf=Path("/m/big.gguf"), sources={"gguf": "--gguf"}), "big (embedded); --gguf"),
        (KEYED, "gpt-5.2-mini at https://api.openai.com/v1"),
        (KEYED, "OPENAI_API_KEY holds a key for OpenAI."),
        (Settings(base_url="http://u:secret@h/v1", model="m"), "m at http://h/v1"),
        (Settings(team="mine.py:team", api_key="k"), "your own team mine.py:team"),
    ],
)
def test_the_sentence_names_the_model_and_why_it_is_that_one(settings: Settings, said: str) -> None:
    sentence = writing_model(settings).reason
    assert said in sentence
    assert writing_model(settings).others
    assert "sk-test" not in sentence
    assert "secret" not in sentence


def test_the_first_start_greets_and_the_second_does_not(tmp_path: Path) -> None:
    with ModelServer(Script(words=20)) as server:
        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        with Terminal(env=env) as terminal:
            terminal.shows("What shall the story be about?", "Who writes: gpt-5.2-mini")
            terminal.press("\r")
            terminal.shows("StorytellerAgent", "completed", "Results")
            terminal.press("q")
            assert terminal.wait() == 0
            assert terminal.is_clean
        with Terminal(env=env) as terminal:
            terminal.shows("completed", "Results")
            assert b"What shall" not in terminal.output


def test_a_greeting_that_is_left_leaves_a_clean_terminal(tmp_path: Path) -> None:
    with Terminal(env=environment(tmp_path, OPENAI_API_KEY="sk-test")) as terminal:
        terminal.shows("What shall the story be about?")
        terminal.press("\x11")
        assert terminal.wait() == 0
        assert terminal.is_clean
