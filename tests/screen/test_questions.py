"""A paused run: the team waits for a human."""

import time
from pathlib import Path

import pytest

from tests import TEAMS
from tests.harness.command import environment
from tests.harness.stage import Stage, staged
from tests.harness.terminal import Terminal
from tests.harness.user_teams import answering
from tests.harness.waiting import until
from tests.servers import ModelServer
from tui.run.events import DeadlineChanged, Paused, Question, QuestionKind
from tui.run.reasons import Reason
from tui.screen.widgets.ask_bar import AskBar
from tui.screen.widgets.question_bar import QuestionBar

HOSTILE = "delete(path='[red]x[/] [link=file:///]y[/link]')"


def may(number: int, text: str = "delete(path='x')") -> Question:
    return Question(f"q{number}", QuestionKind.CONFIRMATION, "CleanerAgent", text)


def what(text: str = "Which city?", *options: str) -> Question:
    return Question("text", QuestionKind.TEXT, "TravelAgent", text, options)


def ask(stage: Stage, *questions: Question) -> None:
    stage.run.begin(auto_cancel=60)
    stage.run.write("Once upon a time")
    stage.run.tell(Paused(questions, time.monotonic()))


def is_asking(stage: Stage) -> bool:
    return stage.app.query_one(QuestionBar).has_class("-shown")


@pytest.mark.parametrize(("key", "answer"), [("a", True), ("d", False)])
async def test_a_call_is_allowed_or_denied_with_one_key(key: str, answer: bool) -> None:
    async with staged() as stage:
        ask(stage, may(1))
        screen = await stage.shows("waits for you", "CleanerAgent asks", "delete(path='x')")
        assert "1 of" not in screen
        await stage.shows("a Allow", "d Deny")
        await stage.pilot.press(key)
        assert stage.run.answers == [("q1", answer)]
        assert not is_asking(stage)
        await until(lambda: "a Allow" not in stage.screen)


async def test_the_keys_do_nothing_when_nothing_is_asked() -> None:
    async with staged() as stage:
        stage.run.begin()
        screen = await stage.shows("c Cancel")
        assert "Allow" not in screen
        await stage.pilot.press("a", "d")
        assert not stage.run.answers


async def test_several_questions_are_asked_one_after_the_other() -> None:
    async with staged() as stage:
        ask(stage, may(1, "one()"), what("Which city?"), may(3, "three()"))
        await stage.shows("(1 of 3)", "one()")
        await stage.pilot.press("d")
        await stage.shows("(2 of 3)", "Which city?", "a Answer")
        assert stage.app.check_action("allow", ()) is False
        await stage.pilot.press("a", *"Rome", "enter")
        await stage.shows("(3 of 3)", "three()", "a Allow")
        await stage.pilot.press("a")
        assert stage.run.answers == [("q1", False), ("text", "Rome"), ("q3", True)]


async def test_a_text_is_typed_only_when_the_user_wants_to_and_esc_goes_back() -> None:
    async with staged() as stage:
        ask(stage, what("What is the cat's name?"))
        await stage.shows("a Answer")
        bar = stage.app.query_one(AskBar)
        assert not bar.has_class("-shown")
        await stage.pilot.press("a", "c", "escape")
        assert not bar.has_class("-shown")
        assert not stage.run.reasons
        assert not stage.run.answers
        assert is_asking(stage)
        await stage.pilot.press("a", *"cat", "enter")
        assert stage.run.answers == [("text", "cat")]


async def test_nothing_is_an_answer_too() -> None:
    async with staged() as stage:
        ask(stage, what("Your address? (nothing means me@example.org)"))
        await stage.shows("nothing means me@example.org", "a Answer")
        await stage.pilot.press("a", "enter")
        assert stage.run.answers == [("text", "")]


async def test_options_are_chosen_from_a_list_where_c_still_cancels() -> None:
    async with staged() as stage:
        ask(stage, what("Which city?", "Rome", "[b]Paris[/b]"))
        await stage.shows("Rome / [b]Paris[/b]")
        await stage.pilot.press("a", "down", "enter")
        assert stage.run.answers == [("text", "[b]Paris[/b]")]
    async with staged() as stage:
        ask(stage, what("Which city?", "Rome", "Paris"))
        await stage.shows("a Answer")
        await stage.pilot.press("a", "c")
        await stage.shows("■ cancelled")
        assert not stage.run.answers


async def test_c_cancels_a_paused_run_and_the_bar_is_gone() -> None:
    async with staged() as stage:
        ask(stage, may(1))
        await stage.shows("waits for you")
        await stage.pilot.press("c")
        await stage.shows("■ cancelled", "Results")
        assert stage.run.reasons == [Reason.USER]
        assert not is_asking(stage)


async def test_ctrl_c_cancels_while_the_answer_is_typed() -> None:
    async with staged() as stage:
        ask(stage, what())
        await stage.shows("a Answer")
        await stage.pilot.press("a", "x", "ctrl+c")
        await stage.shows("■ cancelled", "Results")
        assert not stage.app.query_one(AskBar).has_class("-shown")


async def test_the_end_of_the_run_takes_the_line_away() -> None:
    async with staged() as stage:
        ask(stage, what())
        await stage.shows("a Answer")
        await stage.pilot.press("a", "x")
        stage.run.end()
        await stage.shows("Results")
        assert not stage.app.query_one(AskBar).has_class("-shown")
        assert stage.app.focused is stage.app.main_screen.pane


async def test_the_countdown_goes_on_meanwhile() -> None:
    async with staged() as stage:
        ask(stage, may(1))
        await stage.shows("waits for you", "left")
        stage.run.tell(DeadlineChanged(time.monotonic() + 5))
        await stage.shows("cancels soon")
        assert is_asking(stage)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_a_long_or_hostile_call_is_only_text_of_a_few_lines(size: tuple[int, int]) -> None:
    async with staged(size) as stage:
        ask(stage, may(1, HOSTILE + "x" * 3000))
        await stage.shows("[red]x[/]", "a Allow", "d Deny")
        assert stage.app.query_one(QuestionBar).size.height <= 7


async def test_the_bell_rings_once_for_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged() as stage:
        rung: list[bool] = []
        monkeypatch.setattr(stage.app, "bell", lambda: rung.append(True))
        ask(stage, may(1), may(2))
        await stage.shows("(1 of 2)")
        await stage.pilot.press("a")
        await stage.shows("(2 of 2)")
        assert rung == [True]
        stage.run.tell(Paused((may(3),), time.monotonic()))
        await until(lambda: len(rung) == 2)


async def test_allow_can_be_clicked() -> None:
    async with staged() as stage:
        ask(stage, may(1))
        await stage.shows("a Allow")
        footer = stage.screen.splitlines()[-1]
        await stage.pilot.click(offset=(footer.index("Allow"), stage.app.size.height - 1))
        await until(lambda: stage.run.answers == [("q1", True)])


@pytest.mark.parametrize(
    ("key", "heard"), [("a", "a room in Rome is booked"), ("d", "The user rejected")]
)
def test_a_real_team_hears_the_answer(tmp_path: Path, key: str, heard: str) -> None:
    with ModelServer(answering("book_hotel", {"city": "Rome"})) as server:
        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        with Terminal("--team", str(TEAMS / "weather.py:team"), "a trip", env=env) as terminal:
            terminal.shows("waits for you", "Weather Agent asks", "book_hotel(city='Rome')")
            assert b"\x07" in terminal.output
            terminal.press(key)
            terminal.shows(heard, "completed", "Results")


def test_a_real_team_that_waits_is_cancelled_at_once(tmp_path: Path) -> None:
    with ModelServer(answering("book_hotel", {"city": "Rome"})) as server:
        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        with Terminal("--team", str(TEAMS / "weather.py:team"), "a trip", env=env) as terminal:
            terminal.shows("waits for you", "Allow")
            terminal.press("c")
            terminal.shows("cancelled", "Results")
            assert "asks" not in terminal.text
