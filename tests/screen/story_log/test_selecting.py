from tests.screen.story_log.pane import (
    LEFT,
    SENTENCE,
    SIZE,
    Host,
    drag,
    highlighted,
    numbered,
    wait_until,
    written,
)


async def test_a_selection_over_wrapped_rows_is_copied_unwrapped() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        text = SENTENCE * 4
        log.story.append("a", text)
        await written(pilot, log)
        copied = await drag(pilot, log, (LEFT + 4, 0), (LEFT + 2, 3))
        assert copied is not None
        assert "\n" not in copied
        assert text.startswith(copied, 4)
        painted = "".join(highlighted(log, y) for y in range(4))
        assert painted.replace(" ", "") == copied.replace(" ", "")


async def test_a_selection_over_sections_at_a_scrolled_place_copies_what_is_there() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a", "Storyteller", color=1)
        log.story.append("a", numbered(40))
        log.story.open("b", "Editor", color=2)
        log.story.append("b", numbered(40, first=100))
        await written(pilot, log)
        await wait_until(pilot, lambda: log.show_vertical_scrollbar)
        log.scroll_to(y=35, animate=False)
        await pilot.pause()
        # Row 35 is "paragraph 34"; the first section ends on row 40, the heading is row 42.
        copied = await drag(pilot, log, (LEFT + 10, 0), (LEFT + 12, 9))
        expected = "34\n" + numbered(5, first=35) + "\nEditor\nparagraph 100\nparagraph 101"
        assert copied == expected
        assert highlighted(log, 0) == "34"
        assert highlighted(log, 7) == "Editor"
        assert highlighted(log, 9) == "paragraph 101"


async def test_a_selection_stays_where_it_is_while_earlier_text_grows_and_rows_change() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a", "First")
        log.story.open("b", "Second")
        log.story.append("b", "one two three four five six seven eight nine ten")
        await written(pilot, log)
        copied = await drag(pilot, log, (LEFT + 4, 3), (LEFT + 12, 3))
        assert copied == "two three"
        log.story.append("a", numbered(3))
        await written(pilot, log)
        await pilot.resize_terminal(30, 20)
        await wait_until(pilot, lambda: log.size.width < 40)
        assert app.screen.get_selected_text() == "two three"
        assert "".join(highlighted(log, y) for y in range(20)) == "two three"


async def test_whole_characters_are_selected() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", "x👩‍👩‍👧字y")
        await written(pilot, log)
        for start, end, expected in (
            (1, 1, "👩‍👩‍👧"),
            (2, 2, "👩‍👩‍👧"),
            (2, 3, "👩‍👩‍👧字"),
            (3, 4, "字"),
            (0, 5, "x👩‍👩‍👧字y"),
        ):
            copied = await drag(pilot, log, (LEFT + start, 0), (LEFT + end, 0))
            if start != end:
                assert copied == expected
                assert highlighted(log, 0) == expected


async def test_the_margin_belongs_to_the_start_of_the_row_and_the_rest_to_its_end() -> None:
    app = Host(max_text_width=20)
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", "one\ntwo\n字字\nfour")
        await written(pilot, log)
        assert await drag(pilot, log, (2, 1), (50, 2)) == "two\n字字"


async def test_everything_is_copied_when_all_is_selected() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a", "Storyteller")
        log.story.append("a", SENTENCE * 10)
        await written(pilot, log)
        log.text_select_all()
        await pilot.pause()
        assert app.screen.get_selected_text() == "Storyteller\n" + SENTENCE * 10
        app.screen.clear_selection()
        await pilot.pause()
        assert highlighted(log, 0) == ""


async def test_what_is_selected_can_still_be_read_in_every_theme() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        log.story.append("a", "text")
        for theme in app.available_themes:
            app.theme = theme
            await written(pilot, log)
            log.text_select_all()
            await pilot.pause()
            (selected,) = [
                segment.style
                for segment in log.render_lines(log.outer_size.region)[0]
                if segment.text == "text"
            ]
            assert selected is not None
            assert selected.color != selected.bgcolor
            assert selected.bgcolor == log.rows.palette.selection.bgcolor


async def test_an_empty_pane_has_nothing_to_select() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert await drag(pilot, app.log_pane, (0, 0), (9, 9)) in (None, "")
