from functools import partial

from rich.style import Style
from textual import events
from textual.geometry import Offset, Region
from textual.pilot import Pilot

from tests.screen.story_log.pane import (
    SENTENCE,
    SIZE,
    Host,
    numbered,
    shown_rows,
    wait_until,
    written,
)
from tui.screen.widgets.story_log import StoryLog


def has_height(log: StoryLog, height: int) -> bool:
    return log.size.height == height


async def filled(pilot: Pilot[None], log: StoryLog, paragraphs: int = 100) -> None:
    log.story.open("a")
    log.story.append("a", numbered(paragraphs))
    await written(pilot, log)
    await wait_until(pilot, lambda: log.show_vertical_scrollbar)


def top(log: StoryLog) -> str:
    return shown_rows(log)[0].strip()


def last_text(log: StoryLog) -> str:
    return [row for row in shown_rows(log) if row][-1].strip()


async def test_the_end_of_the_story_is_shown_while_it_grows() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await filled(pilot, log)
        assert last_text(log) == "paragraph 99"
        log.story.append("a", numbered(7, first=100))
        await wait_until(pilot, lambda: last_text(log) == "paragraph 106")
        assert log.following


async def test_scrolling_up_by_key_releases_and_end_follows_again() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await filled(pilot, log)
        await pilot.press("k", "k", "up")
        assert "more row" in shown_rows(log)[-1]
        where = top(log)
        log.story.append("a", numbered(50, first=100))
        await written(pilot, log)
        assert top(log) == where == "paragraph 77"
        assert "more rows below" in shown_rows(log)[-1]
        await pilot.press("end")
        await written(pilot, log)
        assert log.following
        assert last_text(log) == "paragraph 149"


async def test_every_row_can_be_reached_page_by_page_below_the_note() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await filled(pilot, log)
        await pilot.press("g")
        assert top(log) == "paragraph 0"
        seen: set[str] = set()
        while not log.following:
            seen |= set(shown_rows(log)[: log.viewport.page_rows])
            await pilot.press("pagedown")
        seen |= set(shown_rows(log))
        assert {row.strip() for row in seen} >= {f"paragraph {number}" for number in range(100)}


async def test_the_keys_of_readers_and_of_vi_do_the_same() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await filled(pilot, log)
        for first, second in (("home", "g"), ("down", "j"), ("up", "k")):
            log.scroll_to(y=2, animate=False)
            await pilot.press(first)
            after_first = log.scroll_offset.y
            log.scroll_to(y=2, animate=False)
            await pilot.press(second)
            assert log.scroll_offset.y == after_first
        await pilot.press("G")
        assert log.following


async def wheel(pilot: Pilot[None], log: StoryLog, kind: type[events.MouseEvent]) -> None:
    event = kind(log, 5, 5, 0, 0, 0, False, False, False, 5, 5, Style())
    log.post_message(event)
    await pilot.pause()


async def test_the_wheel_releases_and_follows_again_at_the_end() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await filled(pilot, log)
        await wheel(pilot, log, events.MouseScrollUp)
        assert not log.following
        for _ in range(3):
            await wheel(pilot, log, events.MouseScrollDown)
        assert log.following


async def test_the_scrollbar_can_be_dragged_and_clicked() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await filled(pilot, log)
        bar = log.vertical_scrollbar
        await wait_until(pilot, lambda: bar.position == log.scroll_y)
        await pilot.mouse_down(bar, offset=(0, SIZE[1] - 1))
        await pilot.hover(bar, offset=(0, 5))
        await wait_until(pilot, lambda: not log.following)
        await pilot.mouse_up(bar, offset=(0, 5))
        await wait_until(pilot, lambda: 0 < log.scroll_offset.y < 60)
        before = log.scroll_offset.y
        log.vertical_scrollbar.action_scroll_up()
        await wait_until(
            pilot, lambda: log.scroll_offset.y == max(0, before - log.viewport.page_rows)
        )


async def test_a_click_on_the_note_follows() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await filled(pilot, log)
        await pilot.press("home")
        await pilot.click(log, offset=(5, SIZE[1] - 1))
        assert log.following


async def test_what_is_read_stays_when_an_earlier_section_grows() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a", "First")
        log.story.open("b", "Second", color=1)
        log.story.append("b", numbered(80))
        await written(pilot, log)
        await pilot.press("pageup")
        where = top(log)
        log.story.append("a", numbered(30, first=1000))
        await written(pilot, log)
        assert top(log) == where


async def test_what_is_read_stays_through_another_width_and_back() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", "".join(f"{n}: " + SENTENCE * 5 + "\n" for n in range(40)))
        await written(pilot, log)
        log.scroll_to(y=31, animate=False)
        before = shown_rows(log)
        await pilot.resize_terminal(33, 20)
        await wait_until(pilot, lambda: log.size.width < 40)
        words = before[0].split()[0]
        assert words in shown_rows(log)[0]
        await pilot.resize_terminal(*SIZE)
        await wait_until(pilot, lambda: log.size.width > 40)
        assert shown_rows(log) == before


async def test_the_end_stays_through_another_size() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await filled(pilot, log)
        for size in ((30, 10), (100, 50), SIZE):
            await pilot.resize_terminal(*size)
            await wait_until(pilot, partial(has_height, log, size[1]))
            assert log.following
            assert last_text(log) == "paragraph 99"


async def test_how_much_is_below_is_told() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await filled(pilot, log)
        await pilot.press("home")
        below = 100 - log.viewport.page_rows
        assert f"{below} more rows below" in shown_rows(log)[-1]
        log.story.append("a", numbered(10, first=100))
        await wait_until(pilot, lambda: f"{below + 10} more rows" in shown_rows(log)[-1])
        await pilot.press("end")
        assert "more rows" not in shown_rows(log)[-1]


async def test_only_the_row_that_grew_is_drawn_again() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", numbered(5) + "growing")
        await written(pilot, log)
        drawn: list[Region] = []
        refresh = log.refresh

        def spy(*regions: Region, **options: bool) -> StoryLog:
            drawn.extend(regions)
            return refresh(*regions, **options)

        log.refresh = spy  # type: ignore[method-assign]
        log.story.append("a", " on")
        log.settle()
        assert [region.line_range for region in drawn] == [range(5, 6)]
        assert shown_rows(log)[5].strip() == "growing on"


async def test_nothing_runs_while_nothing_is_written() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await filled(pilot, log)
        await wait_until(pilot, lambda: log.viewport._scrollbar_timer is None)
        frames = 0

        def count() -> None:
            nonlocal frames
            frames += 1

        log.settle = count  # type: ignore[method-assign]
        for _ in range(20):
            await pilot.pause(0.01)
        assert frames == 0


async def test_a_megabyte_at_once_is_no_trouble() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        text = SENTENCE * (1_000_000 // len(SENTENCE)) + "The end."
        log.story.append("a", text)
        await written(pilot, log)
        assert log.story.text == text
        assert last_text(log).endswith("The end.")


async def test_clear_forgets_and_follows() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await filled(pilot, log)
        await pilot.press("home")
        log.clear()
        await wait_until(pilot, lambda: not log.show_vertical_scrollbar)
        assert log.following
        assert log.story.text == ""
        assert not any(shown_rows(log))
        log.story.open("a")
        log.story.append("a", "again")
        await written(pilot, log)
        assert top(log) == "again"
        assert log.scroll_offset == Offset(0, 0)


async def test_text_that_comes_before_the_pane_is_on_the_screen_is_kept() -> None:
    app = Host()
    app.log_pane.story.open("a", "Early")
    app.log_pane.story.append("a", "bird")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert [row.strip() for row in shown_rows(app.log_pane)[:2]] == ["Early", "bird"]
