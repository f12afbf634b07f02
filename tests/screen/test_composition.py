"""How the main screen is composed: what is to be seen at each size, and while it changes."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.harness.scripted import EDITOR, TELLER, ScriptedRun, words
from tests.harness.stage import Stage, staged, wait_for_size
from tests.harness.waiting import until
from tui.history import History
from tui.run.events import (
    CancelRequested,
    MemberEnded,
    ModelRequested,
    Outcome,
    RunEnded,
    RunStarted,
)
from tui.run.reasons import Reason
from tui.run.summary import summarize
from tui.screen.widgets.results import ResultsPanel, describe
from tui.screen.widgets.speaker_colors import SPEAKER_COLORS
from tui.screen.widgets.story_log import StoryLog
from tui.screen.widgets.team_pane import TeamPane
from tui.story.retelling import retell

SIZES = [(60, 16), (80, 24), (120, 20), (120, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_state_the_time_the_team_and_the_words_are_seen_at_every_size(
    size: tuple[int, int],
) -> None:
    async with staged(size) as stage:
        stage.run.begin(auto_cancel=600)
        stage.app.main_screen.bar.model = "a-model-with-a-long-name-" * 10
        stage.run.write("one two three")
        await stage.shows("● writing", "left", "● Storyteller", "3 words", "one two three")


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_waited_for_has_the_page_until_there_is_text(size: tuple[int, int]) -> None:
    async with staged(size) as stage:
        stage.run.begin()
        screen = await stage.shows("Waiting for test-model: StorytellerAgent")
        assert row_of(screen, "Waiting for") < size[1] * 2 / 3
        stage.run.write("Once upon a time.")
        await stage.shows("Once upon a time.")
        stage.run.tell(ModelRequested(TELLER, time.monotonic()))
        await until(lambda: row_of(stage.screen, "Waiting for") == size[1] - 2)
        assert "Once upon a time." in stage.screen


def row_of(screen: str, text: str) -> int:
    return next((y for y, line in enumerate(screen.splitlines()) if text in line), -1)


@pytest.mark.parametrize("size", SIZES)
async def test_a_cancel_is_told_in_full_at_every_size_and_the_story_stays_in_sight(
    size: tuple[int, int],
) -> None:
    async with staged(size) as stage:
        stage.run.begin()
        stage.run.write("Once upon a time.")
        stage.run.tell(MemberEnded(EDITOR, Outcome.ERROR, "The model reported an error."))
        await stage.shows("Once upon a time.")
        await stage.pilot.press("c")
        await stage.shows(
            "Results",
            "■ cancelled  because you asked for it",
            "SUCCESS: Team run was successfully cancelled!",
            "EditorAgent: The model reported",
            "Once upon a time.",
        )
        panel = stage.app.main_screen.query_one(ResultsPanel)
        assert panel.outer_size.height <= 0.6 * size[1]
        told = str(panel.query_one("#summary").render())
        assert all(fact in told for fact in ("Run ID", "Was cancelled", "Cancel to end", "Tokens"))


async def test_the_results_plot_the_pace_and_mark_the_cancel() -> None:
    async with staged() as stage:
        now = time.monotonic()
        stage.run.tell(
            RunStarted("run-1", "test-model", now - 10),
            *words(TELLER, *range(1, 10), start=now - 10),
            CancelRequested(Reason.COUNTDOWN, now - 1),
            RunEnded(Outcome.CANCELLED, now),
        )
        await stage.shows("words in each second", "9┤", "┃", "countdown at 0:09", "100%")


def test_a_story_of_the_history_has_no_pace_to_plot(tmp_path: Path) -> None:
    history = History(tmp_path / "history.db")
    recorder = history.record("a cat")
    for event in (RunStarted("run-1", "test-model", 0.0), *words(TELLER, 3, start=1.0)):
        recorder.put(event)
    recorder.put(RunEnded(Outcome.CANCELLED, 2.0))
    assert history.flush(5)
    (passage,) = history.story(recorder.story_id).passages
    summary = summarize(retell(passage, recorder.story_id))
    assert (summary.words, summary.pace) == (3, ())
    assert "words in each second" not in describe(summary, 120).plain
    history.close()


async def test_escape_shows_the_results_of_the_story_that_is_shown() -> None:
    with TemporaryDirectory() as folder:
        history = History(Path(folder) / "history.db")
        recorder = history.record("a whale")
        for event in ScriptedRun(recorder.put).story("This is the story of a whale."):
            recorder.put(event)
        assert history.flush(5)
        async with staged(history=history) as stage:
            stage.run.end(Outcome.ERROR, "It broke.")
            await stage.shows("Results", "It broke.")
            await stage.pilot.press("h")
            await stage.shows("A whale")
            await stage.pilot.press("enter")
            await stage.shows("This is the story of a whale.")
            await stage.pilot.press("escape")
            screen = await stage.shows("Results", "■ cancelled")
            assert "It broke." not in screen


@pytest.mark.parametrize("size", SIZES)
async def test_an_error_before_any_text_is_a_calm_panel_with_the_next_step(
    size: tuple[int, int],
) -> None:
    async with staged(size) as stage:
        stage.run.begin()
        stage.run.end(Outcome.ERROR, "No model server answers. Give --local.")
        screen = await stage.shows("✖ error", "No model server answers.", "r tries again")
        assert "storyteam" in screen.splitlines()[0]
        assert "✖ error" in screen.splitlines()[0]
        await stage.pilot.press("escape")
        await until(lambda: "No model server answers." not in stage.screen)
        await stage.shows("failed")
        await stage.pilot.press("escape")
        await stage.shows("No model server answers.")
        await stage.pilot.press("r")
        await until(lambda: len(stage.runs) == 2)
        stage.run.begin()
        await stage.shows("Storyteller")


async def test_resizing_while_text_comes_keeps_what_is_being_read() -> None:
    async with staged((120, 40)) as stage:
        log = stage.app.query_one(StoryLog)
        stage.run.begin(auto_cancel=600)
        stage.run.write("".join(f"Paragraph {n} is here.\n" for n in range(300)))
        await stage.shows("Paragraph 299")
        await stage.pilot.press("home", *["pagedown"] * 3)
        await until(lambda: not log.following)
        first = first_paragraph(stage)
        for number, size in enumerate([*SIZES, (100, 30), (200, 16), (120, 40)]):
            stage.run.write(f"More text {number}.\n")
            await wait_for_size(stage, size)
            assert first_paragraph(stage) == first, size
        assert not log.following


async def test_resizing_keeps_the_results_and_fits_them_to_the_screen() -> None:
    async with staged((60, 16)) as stage:
        stage.run.begin()
        stage.run.write("Once upon a time.")
        stage.run.end()
        await stage.shows("✔ completed")
        for size in SIZES:
            await wait_for_size(stage, size)
            screen = await stage.shows("✔ completed", "Once upon a time.", "Results")
            assert all(len(line) <= size[0] for line in screen.splitlines())


async def test_a_column_stays_free_beside_the_scrollbar_whatever_the_size_was_before() -> None:
    async with staged((60, 16)) as stage:
        log = stage.app.query_one(StoryLog)
        stage.run.begin()
        stage.run.write("a b c d e f g h i j k l m n o p q r s t u v w x y z " * 12)
        await stage.shows("y z")
        for size in [*SIZES, (111, 24), (112, 22), (60, 16), (80, 24), (60, 16)]:
            await wait_for_size(stage, size)
            await until(lambda: not log._is_unsettled)
            right = log.region.right - log.scrollbar_size_vertical
            rows = stage.app.screen._compositor.render_strips()[log.region.y : log.region.bottom]
            assert {row.text[right - 1] for row in rows} == {" "}, size


def first_paragraph(stage: Stage) -> str:
    return next(line for line in stage.screen.splitlines() if "Paragraph" in line).split()[1]


async def test_the_speakers_have_their_colours_from_one_place_in_every_theme() -> None:
    async with staged() as stage:
        log, team = stage.app.query_one(StoryLog), stage.app.query_one(TeamPane)
        for theme in stage.app.available_themes:
            stage.app.theme = theme
            await stage.pilot.pause()
            for number, style in enumerate(SPEAKER_COLORS):
                in_story = log.get_visual_style(f"story-log--speaker-{number}").foreground
                assert team._get_style(style).foreground == in_story, (theme, style)


async def test_a_tick_never_asks_for_a_layout() -> None:
    async with staged() as stage:
        stage.run.begin(auto_cancel=600)
        stage.run.write("one two three")
        await stage.shows("3 words", "Copy")
        screen, layouts = stage.app.main_screen, 0
        for _ in range(10):
            await stage.pilot.pause()  # the footer is built anew when the first word comes
        refresh_layout = screen._refresh_layout

        def counted(*arguments: object, **more: object) -> None:
            nonlocal layouts
            layouts += 1
            refresh_layout(*arguments, **more)  # type: ignore[arg-type]

        screen._refresh_layout = counted  # type: ignore[method-assign]
        now = stage.app._clock()
        for second in range(1, 30):
            screen.show(stage.app.runs.state, now + second)
            await stage.pilot.pause()
        assert layouts == 0
