from tests.screen.story_log.pane import (
    SENTENCE,
    SIZE,
    Host,
    marked,
    numbered,
    shown_rows,
    wait_until,
    written,
)


async def test_matches_are_counted_marked_and_shown_in_turn() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a", "Storyteller")
        log.story.append("a", numbered(30) + "a Dragon and a dragon\n" + numbered(60))
        await written(pilot, log)
        await wait_until(pilot, lambda: log.show_vertical_scrollbar)
        log.scroll_to(y=0, animate=False)
        assert log.search.start("dRAGon") == 2
        assert (log.matches, log.match_number) == (2, 1)
        await pilot.pause()
        assert any("a Dragon and" in row for row in shown_rows(log))
        assert marked(log, current=True) == ["Dragon"]
        assert marked(log) == ["dragon"]
        log.search.step(1)
        assert log.match_number == 2
        assert marked(log, current=True) == ["dragon"]
        log.search.step(1)
        assert log.match_number == 1
        log.search.step(-1)
        assert log.match_number == 2
        log.search.stop()
        assert (log.matches, marked(log), marked(log, current=True)) == (0, [], [])


async def test_a_match_is_found_over_the_end_of_a_row() -> None:
    app = Host(max_text_width=24)
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", SENTENCE * 2)
        await written(pilot, log)
        assert log.search.start("a very small chair") == 2
        assert marked(log, current=True) == ["a very ", "small chair"]


async def test_a_search_goes_on_while_text_arrives_and_keeps_its_place() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.open("b")
        log.story.append("b", "dragon " + numbered(40))
        await written(pilot, log)
        assert log.search.start("dragon") == 1
        log.story.append("b", "drag")
        log.story.append("b", "on")
        log.story.append("a", "a dragon before")
        await wait_until(pilot, lambda: log.matches == 3)
        assert log.match_number == 2
        assert not log.following


async def test_nothing_found_leaves_the_pane_as_it_is() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", numbered(40))
        await written(pilot, log)
        assert log.search.start("unicorn") == 0
        log.search.step(1)
        log.search.step(-1)
        assert log.following
        assert log.search.start("  ") == 0
        log.story.append("a", "unicorn")
        await written(pilot, log)
        assert log.matches == 0


async def test_a_search_outlives_a_cleared_story() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", "dragon")
        log.search.start("dragon")
        log.clear()
        assert log.matches == 0
        log.story.open("a")
        log.story.append("a", "dragon dragon")
        await wait_until(pilot, lambda: log.matches == 2)
        log.search.step(1)
        assert log.match_number == 1
