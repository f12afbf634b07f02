"""The screen, through Textual's Pilot, with a run that the test scripts."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.harness.scripted import EDITOR, LEADER, TELLER, ScriptedRun
from tests.harness.stage import staged
from tests.harness.waiting import until
from tui.history import History, Story
from tui.run.events import (
    DeadlineChanged,
    Event,
    MemberEnded,
    Outcome,
    Preparing,
    ReasoningDelta,
    RunStarted,
)
from tui.run.protocol import Publish, RunRequest
from tui.run.reasons import Reason
from tui.run.records import Phase
from tui.screen.app import StoryApp
from tui.screen.library import Library
from tui.screen.run_screen import closing_line
from tui.screen.widgets.results import ResultsPanel
from tui.screen.widgets.search_bar import SearchBar
from tui.screen.widgets.status_style import PHASES
from tui.screen.widgets.story_log import StoryLog


async def test_the_header_says_what_is_running_on_which_model_and_how_it_is() -> None:
    async with staged() as stage:
        screen = await stage.shows("preparing")
        assert "a cat [bold]and[/] a dog" in screen
        assert "test-model" in screen


async def test_going_on_gives_way_to_a_run_that_began_while_the_disk_was_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = asyncio.Event()

    async def read(*_: object) -> Story:
        await disk.wait()
        return Story("cat-22222", "A cat", 0.0, 0.0, ())

    async with staged() as stage:
        monkeypatch.setattr(Library, "read", read)
        stage.run.begin()
        stage.run.write("Once upon a time")
        stage.run.end()
        await stage.shows("completed")
        await stage.pilot.press("enter", "enter", "r")
        await until(lambda: len(stage.runs) == 2)
        disk.set()
        await stage.pilot.pause(0.1)
        assert len(stage.runs) == 2
        await stage.pilot.press("c")
        assert stage.run.reasons == [Reason.USER]


async def test_a_slow_disk_at_the_start_keeps_no_key_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = asyncio.Event()

    async def read(*_: object) -> None:
        await disk.wait()

    monkeypatch.setattr(Library, "read", read)
    with TemporaryDirectory() as folder:
        history = History(Path(folder) / "history.db")
        runs: list[ScriptedRun] = []

        def make_run(request: RunRequest, publish: Publish) -> ScriptedRun:
            runs.append(ScriptedRun(publish))
            return runs[-1]

        app = StoryApp(make_run, RunRequest("a cat", story_id="cat-22222"), history)
        async with app.run_test() as pilot:
            async with asyncio.timeout(5):
                await pilot.press("c")
                await pilot.press("question_mark")
                await until(lambda: app.main_screen.overlay)
            disk.set()
            await until(lambda: runs and runs[0].reasons == [Reason.USER])
        history.close()


async def test_the_status_is_painted_without_waiting_for_a_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with staged() as stage:
        await stage.shows("preparing")
        while stage.app._batch_count:
            await stage.pilot.pause()
        painted: list[object] = []
        monkeypatch.setattr(stage.app, "_display", lambda _screen, update: painted.append(update))
        stage.app.main_screen.bar.status = PHASES[Phase.CANCELLING]
        assert not painted
        stage.app.main_screen.paint_status()
        assert painted
        monkeypatch.undo()


async def test_waiting_says_what_for() -> None:
    async with staged() as stage:
        stage.run.tell(Preparing("Fetching the story model", 0.5))
        await stage.shows("Fetching the story model", "50%")
        stage.run.begin()
        await stage.shows("Waiting for test-model", "StorytellerAgent is thinking")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (200, 60)])
async def test_the_story_shows_with_a_heading_when_the_speaker_changes(
    size: tuple[int, int],
) -> None:
    async with staged(size) as stage:
        stage.run.begin()
        stage.run.write("Once upon a time")
        stage.run.write(" there was a cat.")
        stage.run.write("It was a good cat.", EDITOR)
        stage.run.write("The end.", LEADER)
        screen = await stage.shows("Once upon a time there was a cat.", "The end.")
        body = [line.strip() for line in screen.splitlines()]
        assert sum(line.startswith("StorytellerAgent") for line in body) >= 1
        assert any(line.startswith("Storytelling Team (leader)") for line in body)


async def test_what_a_speaker_thinks_is_shown_before_what_it_says_and_folds_away() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.tell(*(ReasoningDelta(TELLER, text, 0.0) for text in ("A cat? ", "Why not.")))
        await stage.shows("StorytellerAgent thinks", "A cat? Why not.")
        stage.run.write("Once upon a time")
        stage.run.end()
        await until(lambda: stage.app.runs.summary)
        assert stage.app.main_screen.pane.story.text.splitlines() == [
            "StorytellerAgent thinks",
            "A cat? Why not.",
            "",
            "StorytellerAgent",
            "Once upon a time",
        ]
        assert stage.app.runs.summary
        assert stage.app.runs.summary.words == 4
        await stage.pilot.press("f")
        await until(lambda: "Why not" not in stage.screen)
        assert "Once upon a time" in stage.screen


async def test_the_team_pane_shows_who_is_at_work() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("one two three")
        await stage.shows("● StorytellerAgent", "3 words", "writing")
        stage.run.tell(MemberEnded(TELLER, Outcome.ERROR, "It broke."))
        await stage.shows("✖ StorytellerAgent", "failed")


async def test_c_says_cancelling_before_anything_else_and_keeps_the_text() -> None:
    async with staged(obeys=False) as stage:
        stage.run.begin()
        stage.run.write("Once upon a time")
        await stage.shows("Once upon a time")
        await stage.pilot.press("c")
        await stage.shows("Cancelling")
        assert stage.run.reasons == [Reason.USER]
        stage.run.end(Outcome.CANCELLED)
        await stage.shows("Results", "■ cancelled", "because you asked for it")
        await stage.shows("SUCCESS: Team run was successfully cancelled!", "Once upon a time")


async def test_c_twice_is_one_cancel() -> None:
    async with staged(obeys=False) as stage:
        stage.run.begin()
        await stage.pilot.press("c", "c")
        assert stage.run.reasons == [Reason.USER]


async def test_escape_asks_once_and_cancels_at_the_second_press() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.pilot.press("escape")
        await stage.shows("Press esc again")
        assert not stage.run.reasons
        await stage.pilot.press("escape")
        await stage.shows("■ cancelled")


async def test_ctrl_c_cancels_and_does_not_quit() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.pilot.press("ctrl+c")
        await stage.shows("■ cancelled", "Results")
        assert stage.app.is_running


async def test_the_countdown_shows_what_is_left_and_warns_in_the_last_seconds() -> None:
    async with staged() as stage:
        stage.run.begin(auto_cancel=65)
        await stage.shows("1:04 left")
        now = stage.app._clock()
        stage.run.tell(DeadlineChanged(now + 5))
        await stage.shows("cancels soon")
        stage.run.tell(DeadlineChanged(None, held_seconds=42))
        await stage.shows("0:42 held")
        stage.run.tell(DeadlineChanged(None))
        await stage.shows("no limit")


async def test_plus_minus_and_space_reach_the_run() -> None:
    async with staged() as stage:
        stage.run.begin(auto_cancel=60)
        await stage.pilot.press("+", "-", "space")
        assert stage.run.moves == [10, -10]
        assert stage.run.holds == 1


async def test_the_results_say_what_happened() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("Once upon a time")
        stage.run.end()
        await stage.shows("✔ completed", "Run ID", "run-1", "First text", "Tokens", "test-model")


async def test_an_error_is_shown_and_the_app_stays_usable() -> None:
    async with staged() as stage:
        stage.run.end(Outcome.ERROR, "No model server answers. Give --local.")
        await stage.shows("✖ error", "No model server answers. Give --local.")
        await stage.pilot.press("r")
        await until(lambda: len(stage.runs) == 2)
        assert not stage.app.query_one(ResultsPanel).display


async def test_model_text_is_only_text() -> None:
    hostile = "[bold red]x[/] [link=file:///]y[/link] {{z}} $HOME [/nonsense] \\["
    async with staged() as stage:
        stage.run.tell(RunStarted("run-1", "[red]model[/", 0.0))
        stage.run.write(hostile)
        stage.run.end(Outcome.ERROR, hostile)
        screen = await stage.shows("[bold red]x[/]", "✖ error")
        assert screen.count("[link=file:///]y[/link]") >= 2


async def test_keys_that_do_nothing_now_are_disabled() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.shows("waiting")
        assert stage.app.check_action("cancel", ()) is True
        assert stage.app.check_action("run_again", ()) is not True
        stage.run.end()
        await stage.shows("Results")
        assert stage.app.check_action("cancel", ()) is not True
        assert stage.app.check_action("run_again", ()) is True


async def test_running_again_forgets_the_first_run_and_ignores_its_stragglers() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("first story")
        stage.run.end()
        await stage.shows("Results")
        await stage.pilot.press("r")
        await until(lambda: len(stage.runs) == 2)
        stage.runs[0].write("straggler")
        stage.run.begin()
        stage.run.write("second story")
        screen = await stage.shows("second story")
        assert "first story" not in screen
        assert "straggler" not in screen


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quit_cancels_and_leaves_with_the_summary(key: str) -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("Once")
        await stage.pilot.press(key)
        await until(lambda: not stage.app.is_running)
        assert stage.run.reasons == [Reason.QUIT]
        assert stage.app.runs.summary is not None
        assert "cancelled because you left" in closing_line(stage.app.runs.summary)


async def test_quit_while_it_still_prepares() -> None:
    async with staged() as stage:
        await stage.pilot.press("q")
        await until(lambda: not stage.app.is_running)
        assert stage.app.runs.summary is not None


async def test_once_leaves_by_itself() -> None:
    async with staged(once=True) as stage:
        stage.run.begin()
        stage.run.end()
        await until(lambda: not stage.app.is_running)


async def test_scrolling_up_stays_and_end_follows_again() -> None:
    async with staged((80, 24)) as stage:
        stage.run.begin()
        stage.run.write("".join(f"line {n}\n" for n in range(100)))
        await stage.shows("line 99")
        await stage.pilot.press("home")
        await stage.shows("line 0", "more rows below")
        stage.run.write("the very last line")
        await stage.pilot.press("end")
        screen = await stage.shows("the very last line")
        assert "more rows below" not in screen


async def test_the_whole_story_is_in_the_pane_at_once_and_in_order() -> None:
    async with staged() as stage:
        stage.run.begin()
        words = [f"w{n} " for n in range(20_000)]
        stage.run.tell(*(event for word in words for event in [text_of(word)]))
        await until(lambda: stage.app.runs.state.words == 20_000)
        await stage.shows("w19999")
        assert "".join(words).strip() in stage.app.query_one(StoryLog).story.text


def text_of(word: str) -> Event:
    from tui.run.events import TextDelta

    return TextDelta(TELLER, word, 1.0)


async def test_m_hides_and_shows_the_team() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.shows("0 words")
        await stage.pilot.press("m")
        assert not stage.app.query_one("#side").display
        await stage.pilot.press("m")
        await stage.shows("0 words")


async def test_y_copies_the_story() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("Once upon a time")
        await stage.shows("Once upon")
        await stage.pilot.press("y")
        assert stage.app.clipboard == "Once upon a time"


async def test_help_explains_the_keys() -> None:
    async with staged() as stage:
        await stage.pilot.press("question_mark")
        await stage.shows("A leader hands the work")
        await stage.pilot.press("question_mark")
        await until(lambda: "A leader hands the work" not in stage.screen)


async def test_the_story_can_be_searched_when_the_run_has_ended() -> None:
    async with staged((80, 30)) as stage:
        stage.run.begin()
        stage.run.write("".join(f"A dragon on line {n}.\n" for n in range(60)))
        await stage.pilot.press("slash")
        assert not stage.app.query_one(SearchBar).has_class("-shown")
        stage.run.end()
        await stage.shows("Results")
        await stage.pilot.press("slash", *"line 7.")
        await stage.shows("A dragon on line 7.", "1 of 1")
        await stage.pilot.press("backspace")
        await stage.shows("1 of 1")
        await stage.pilot.press("escape", "slash", *"x")
        await stage.shows("none")
        await stage.pilot.press("escape")
        assert not stage.app.query_one(SearchBar).has_class("-shown")
        assert stage.app.focused is stage.app.query_one(StoryLog)


async def test_search_goes_from_match_to_match_and_back() -> None:
    async with staged((80, 30)) as stage:
        stage.run.begin()
        stage.run.write("".join(f"dragon {n}\n" for n in range(3)))
        stage.run.end()
        await stage.shows("Results")
        await stage.pilot.press("slash", *"dragon")
        await stage.shows("of 3")
        number = stage.app.query_one(StoryLog).match_number
        await stage.pilot.press("enter")
        assert stage.app.query_one(StoryLog).match_number == number % 3 + 1
        await stage.pilot.press("up")
        assert stage.app.query_one(StoryLog).match_number == number


async def test_the_palettes_quit_cancels_as_well() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.app.run_action("quit")
        await until(lambda: not stage.app.is_running)
        assert stage.run.reasons == [Reason.QUIT]


async def test_no_input_has_the_keyboard_while_a_run_lives() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.pilot.press("ctrl+p", "slash", "n", "h", "enter", "c")
        assert stage.run.reasons == [Reason.USER]


async def test_a_second_quit_leaves_a_run_that_does_not_end() -> None:
    async with staged(obeys=False) as stage:
        stage.run.begin()
        await stage.pilot.press("q")
        assert stage.app.is_running
        await stage.pilot.press("q")
        await until(lambda: not stage.app.is_running)


async def test_escape_hides_the_results_and_shows_them_again() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.end()
        await stage.shows("Results")
        await stage.pilot.press("escape")
        assert not stage.app.main_screen.query_one(ResultsPanel).has_class("-shown")
        await stage.pilot.press("escape")
        await stage.shows("Results")


async def test_enter_goes_on_with_a_direction_in_the_same_pane() -> None:
    with TemporaryDirectory() as folder:
        history = History(Path(folder) / "history.db")
        async with staged(history=history) as stage:
            recorder = history.record("a cat")
            stage.run.story_id = stage.app.runs.state.story_id = recorder.story_id
            for event in stage.run.story("Once upon a time"):
                recorder.put(event)
                stage.run.tell(event)
            await stage.shows("Results")
            await stage.pilot.press("enter", *"a dog", "enter")
            await until(lambda: len(stage.runs) == 2)
            assert stage.requests[1] == RunRequest(
                "a cat", "a dog", recorder.story_id, "Once upon a time", after="run-1"
            )
            stage.run.begin()
            stage.run.write(" there was a dog.")
            await stage.shows("Once upon a time", "a dog", "there was a dog.")


async def test_n_asks_for_an_idea_and_writes_it() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("first story")
        stage.run.end()
        await stage.shows("Results")
        await stage.pilot.press("n", *"a whale", "enter")
        await until(lambda: len(stage.runs) == 2)
        assert stage.requests[1] == RunRequest("a whale")
        screen = await stage.shows("a whale")
        assert "first story" not in screen


async def test_the_history_lists_opens_renames_and_deletes() -> None:
    with TemporaryDirectory() as folder:
        history = History(Path(folder) / "history.db")
        for prompt in ("a whale", "a dragon"):
            recorder = history.record(prompt)
            run = ScriptedRun(recorder.put)
            for event in run.story(f"This is the story of {prompt}."):
                recorder.put(event)
        assert history.flush(5)
        async with staged(history=history) as stage:
            stage.run.end()
            await stage.shows("Results")
            await stage.pilot.press("h")
            await stage.shows("A whale", "A dragon")
            await stage.pilot.press(*"whale")
            await until(lambda: "A dragon" not in stage.screen)
            await stage.pilot.press("ctrl+r", *"Moby", "enter")
            await stage.shows("Moby")
            await stage.pilot.press("enter")
            await stage.shows("This is the story of a whale.", "cancelled")
            await stage.pilot.press("h")
            await stage.shows("Moby", "A dragon")
            await stage.pilot.press("ctrl+d", *"no", "enter")
            assert len(history.stories()) == 2
            await stage.pilot.press("ctrl+d", *"yes", "enter")
            await until(lambda: len(history.stories()) == 1)
            await stage.pilot.press("escape")
            await stage.shows("This is the story of a whale.")
