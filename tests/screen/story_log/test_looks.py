import random

import pytest
from rich.color import Color
from textual.app import App
from textual.scroll_view import ScrollView
from textual.widget import Widget

from tests.screen.story_log.pane import SIZE, Host, numbered, shown_rows, wait_until, written
from tests.screen.story_log.texts import ODDITIES
from tui.screen.prose.layout import GAP
from tui.screen.widgets.story_log import StoryLog
from tui.screen.widgets.story_log.painter import RULE


def colours(log: StoryLog, y: int) -> set[object]:
    strip = log.render_lines(log.outer_size.region)[y]
    return {segment.style.color for segment in strip if segment.style and segment.text.strip()}


async def test_speakers_have_headings_bold_and_each_in_a_colour() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        for color, name in enumerate(("Leader", "StorytellerAgent", "EditorAgent")):
            log.story.open(name, name, color=color)
            log.story.append(name, "text\n")
        await written(pilot, log)
        rows = [row.strip() for row in shown_rows(log)]
        assert rows[:9] == [
            *("Leader", "text", ""),
            *("StorytellerAgent", "text", ""),
            *("EditorAgent", "text", ""),
        ]
        assert len(set().union(*(colours(log, y) for y in (0, 3, 6)))) == 3
        heading = next(iter(log.render_lines(log.outer_size.region)[0]._segments[1:]))
        assert heading.style is not None
        assert heading.style.bold


async def test_a_mark_is_a_line_with_its_words() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", "before")
        log.story.mark("Second passage")
        log.story.open("b")
        log.story.append("b", "after")
        await written(pilot, log)
        rows = [row.strip() for row in shown_rows(log)]
        assert rows[1] == "" == rows[3]
        assert rows[2].startswith(f"{RULE} Second passage ──")
        assert log.story.text == "before\n\nSecond passage\n\nafter"


async def test_another_theme_shows_at_once() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a", "Leader")
        log.story.append("a", "text")
        await written(pilot, log)
        before = colours(log, 0) | colours(log, 1)
        app.theme = "textual-light"
        await pilot.pause()
        assert not before & (colours(log, 0) | colours(log, 1))


async def test_another_background_behind_the_pane_shows_at_once() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", "text")
        await written(pilot, log)
        app.screen.styles.background = "rgb(1,2,3)"
        await pilot.pause()
        strip = log.render_lines(log.outer_size.region)[0]
        backgrounds = {segment.style.bgcolor for segment in strip if segment.style}
        assert backgrounds == {Color.from_rgb(1, 2, 3)}


async def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a", "Leader", color=1)
        log.story.append("a", "text")
        await written(pilot, log)
        for strip in log.render_lines(log.outer_size.region):
            for segment in strip:
                colour = segment.style.color if segment.style else None
                assert colour is None or len(set(colour.get_truecolor())) == 1


@pytest.mark.parametrize("css", ["border: round red;", "padding: 1 2;", "opacity: 50%;"])
async def test_styles_of_its_own_cost_speed_but_not_looks(css: str) -> None:
    class Styled(Host):
        CSS = f"StoryLog {{ height: 1fr; {css} }}"

    app = Styled()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", numbered(100))
        await written(pilot, log)
        log.story.append("a", "the end")
        await written(pilot, log)
        rows = shown_rows(log)
        inside = [row.strip("│╭╮╰╯─ ") for row in rows]
        assert [row for row in inside if row][-1] == "the end"
        assert len(rows) == SIZE[1]


async def test_text_is_no_wider_than_asked_and_in_the_middle() -> None:
    app = Host(max_text_width=20)
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", "word " * 40)
        await written(pilot, log)
        assert all(len(row.strip()) <= 20 for row in shown_rows(log))
        assert shown_rows(log)[0].startswith(" " * 19 + "word")
        log.max_text_width = 40
        await written(pilot, log)
        assert len(shown_rows(log)[0].strip()) > 20


async def test_markup_and_controls_are_only_text() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a", "[bold]Name[/]")
        log.story.append("a", "[red]x[/red] [@click=app.quit]y[/] \x1b[31m \ud800 \u202e\n[/]")
        await written(pilot, log)
        rows = [row.strip() for row in shown_rows(log)]
        assert rows[0] == "[bold]Name[/]"
        assert rows[1] == "[red]x[/red] [@click=app.quit]y[/] \ufffd[31m \ufffd \ufffd"


def expected_rows(log: StoryLog) -> list[str | None]:
    """Return what ought to be on the screen, None for the note at the end."""
    rows: list[str | None] = []
    for y in range(log.size.height):
        located = log.story.locate(log.scroll_offset.y + y)
        if located is None or located[1] == GAP:
            rows.append("")
        else:
            rows.append(located[0].flow.rows[located[1]].strip())
    if log.viewport.more_at is not None:
        rows[-1] = None
    return rows


@pytest.mark.parametrize("seed", range(3))
async def test_the_screen_shows_the_story_whatever_is_done(seed: int) -> None:
    chance = random.Random(seed)
    app: Host = Host(max_text_width=chance.choice((None, 30)))
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        keys = list(range(3))
        for key in keys:
            log.story.open(key, f"Speaker {key}", color=key)
        for _ in range(40):
            for _ in range(chance.randrange(6)):
                words = chance.choices(("dragon ", "ab ", "\n", "\n\n", "字", "long" * 9), k=5)
                log.story.append(chance.choice(keys), "".join(words))
            if chance.random() < 0.3:
                log.scroll_to(y=chance.randrange(log.max_scroll_y + 2), animate=False)
            if chance.random() < 0.1:
                log.search.start(chance.choice(("dragon", "字", "")))
            if chance.random() < 0.05:
                await pilot.resize_terminal(chance.randrange(10, 80), chance.randrange(5, 30))
            if chance.random() < 0.2:
                log.follow()
            log.render_lines(log.outer_size.region)
            log.settle()
            await pilot.pause()
            shown = [row.strip() for row in shown_rows(log)]
            for row, wanted in zip(shown, expected_rows(log), strict=True):
                assert wanted is None or row == wanted
            assert not log.following or log.is_vertical_scroll_end


@pytest.mark.parametrize("seed", range(4))
async def test_any_text_at_any_size_can_be_drawn(seed: int) -> None:
    chance = random.Random(seed)
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a", "名前 👩‍👩‍👧")
        for size in ((1, 1), (2, 3), (7, 2), (40, 10)):
            log.story.append("a", "".join(chance.choices(ODDITIES, k=200)))
            await pilot.resize_terminal(*size)
            await written(pilot, log)
            for strip in log.render_lines(log.outer_size.region):
                assert strip.cell_length == log.outer_size.width


async def test_the_names_of_textual_that_the_pane_leans_on_are_there() -> None:
    """Reactives set without their watchers, and hooks that are called by name."""
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: bool(app.log_pane.size))
        for name in ("scroll_y", "scroll_target_y", "virtual_size"):
            assert name in Widget._reactives
        for name in ("render_lines", "notify_style_update", "selection_updated", "get_selection"):
            assert callable(getattr(Widget, name))
        assert callable(App.get_line_filters)


def test_no_name_of_the_pane_hides_one_of_textual() -> None:
    ours = [cls for cls in StoryLog.__mro__ if cls.__module__.startswith("tui.")]
    made_by_textual = set(vars(ScrollView))
    hidden = {
        name for cls in ours for name in vars(cls) if hasattr(ScrollView, name)
    } - made_by_textual
    public = {name for name in hidden if not name.startswith("__")}
    assert public <= {
        *("action_page_down", "action_page_up", "action_scroll_down", "action_scroll_end"),
        *("action_scroll_home", "action_scroll_up"),
        *("ALLOW_SELECT", "BINDINGS", "COMPONENT_CLASSES", "can_focus"),
        *("get_selection", "notify_style_update", "refresh", "render_line", "render_lines"),
        "selection_updated",
    }
    added = set(vars(StoryLog())) - set(vars(ScrollView()))
    assert not {name for name in added if hasattr(ScrollView, name)}
