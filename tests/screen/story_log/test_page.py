"""The pane as a page: styled Markdown, the raw text, and the story without what led to it."""

import pytest
from rich.style import Style
from textual.pilot import Pilot

from tests.screen.story_log.pane import (
    LEFT,
    SENTENCE,
    SIZE,
    Host,
    drag,
    highlighted,
    marked,
    numbered,
    shown_rows,
    wait_until,
    written,
)
from tui.screen.widgets.story_log import Role, StoryLog


def style_of(log: StoryLog, text: str) -> Style:
    """Return the style in which a piece of text is drawn."""
    styles = [
        segment.style
        for strip in log.render_lines(log.outer_size.region)
        for segment in strip
        if segment.text == text and segment.style
    ]
    assert styles, f"{text!r} is no piece of {shown_rows(log)}"
    return styles[0]


def stripped(log: StoryLog) -> list[str]:
    rows = [row.strip() for row in shown_rows(log)]
    while rows and not rows[-1]:
        rows.pop()
    return rows


async def page(pilot: Pilot[None], log: StoryLog, text: str) -> None:
    log.story.open("a")
    log.story.append("a", text)
    log.story.finish("a")
    await written(pilot, log)


TEXT = "# One\n## Two\n### Three\n*em* **bold** ~~gone~~ `code` [link](http://x)\n> said\n"


@pytest.mark.parametrize("no_color", [False, True])
async def test_every_mark_is_told_apart_by_more_than_a_colour(
    no_color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await page(pilot, log, TEXT)
        assert stripped(log) == ["One", "Two", "Three", "em bold gone code link", "▎ said"]
        assert style_of(log, "em").italic
        assert style_of(log, "bold").bold
        assert style_of(log, "gone").strike
        assert style_of(log, "code").bold
        assert style_of(log, "link").underline
        assert style_of(log, "link").link is None
        assert style_of(log, "said").italic
        titles = [style_of(log, title) for title in ("One", "Two", "Three")]
        assert all(title.bold for title in titles)
        assert [title.underline or False for title in titles] == [True, False, False]
        assert titles[2].italic


async def test_every_theme_has_text_that_can_be_read() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await page(pilot, log, TEXT + "```\nblock\n```\n---\n- item")
        for theme in app.available_themes:
            app.theme = theme
            await written(pilot, log)
            for strip in log.render_lines(log.outer_size.region):
                for segment in strip:
                    style = segment.style
                    assert style
                    assert style.color
                    if segment.text.strip() and not style.color.is_default:
                        assert style.color != style.bgcolor


async def test_emphasis_stays_on_in_a_heading_and_over_the_end_of_a_row() -> None:
    app = Host(max_text_width=20)
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await page(pilot, log, "## a *b*\nIt was *a long way to go* then\n")
        assert style_of(log, "b").italic
        assert style_of(log, "b").bold
        assert stripped(log) == ["a b", "It was a long way to", "go then"]
        assert style_of(log, "a long way to").italic
        assert style_of(log, "go").italic


async def test_a_mark_is_hidden_while_its_text_streams_in() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("a")
        for token, shown in (("It was *", "It was"), ("*bo", "It was bo"), ("ld*", "It was bold")):
            log.story.append("a", token)
            await written(pilot, log)
            assert stripped(log) == [shown]
        log.story.append("a", "* x\n")
        await written(pilot, log)
        assert stripped(log) == ["It was bold x"]
        assert style_of(log, "bold").bold


async def test_controls_and_markup_in_styled_text_are_only_text() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await page(pilot, log, "# \u202ea\n*\x1b[31m* `\ud800` [x\x07](http://\x1b) [bold]\n")
        assert stripped(log) == ["\ufffda", "\ufffd[31m \ufffd x\ufffd [bold]"]


async def test_wide_and_joined_characters_are_styled_whole() -> None:
    app = Host(max_text_width=8)
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await page(pilot, log, "字*字👩‍👩‍👧字字e\u0301*x")
        assert stripped(log) == ["字字👩‍👩‍👧字", "字e\u0301x"]
        assert style_of(log, "字👩‍👩‍👧字").italic
        for strip in log.render_lines(log.outer_size.region):
            assert strip.cell_length == log.outer_size.width


# Selecting and searching: what was written, under what is shown.


async def test_what_is_copied_was_written_under_the_mouse() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        text = "a **bold** word\n> quoted\n- x \\* y\n字 *字e\u0301* z\n"
        await page(pilot, log, text)
        assert stripped(log) == ["a bold word", "▎ quoted", "• x * y", "字 字e\u0301 z"]
        assert await drag(pilot, log, (LEFT + 2, 0), (LEFT + 5, 0)) == "bold"
        assert highlighted(log, 0) == "bold"
        assert await drag(pilot, log, (LEFT + 0, 0), (LEFT + 7, 0)) == "a **bold** w"
        assert highlighted(log, 0) == "a bold w"
        assert await drag(pilot, log, (LEFT + 2, 1), (LEFT + 4, 1)) == "quo"
        assert await drag(pilot, log, (LEFT + 0, 1), (LEFT + 4, 1)) == "> quo"
        assert await drag(pilot, log, (LEFT + 2, 2), (LEFT + 4, 2)) == "x \\*"
        assert highlighted(log, 2) == "x *"
        assert await drag(pilot, log, (LEFT + 3, 3), (LEFT + 5, 3)) == "字e\u0301"
        assert highlighted(log, 3) == "字e\u0301"
        copied = await drag(pilot, log, (LEFT + 5, 0), (LEFT + 3, 2))
        assert copied == "d** word\n> quoted\n- x "
        log.text_select_all()
        await pilot.pause()
        assert app.screen.get_selected_text() == text.removesuffix("\n")


async def test_a_match_is_marked_on_what_is_shown_of_it() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await page(pilot, log, "The **dragon** sat. [chair](http://chair) \\*\n")
        assert log.search.start("the **dragon** s") == 1
        assert marked(log, current=True) == ["The ", "dragon", " s"]
        assert log.search.start("chair") == 2
        assert marked(log, current=True) == ["chair"]
        assert log.search.start("ragon*") == 1
        assert marked(log, current=True) == ["ragon"]
        assert log.search.start("\\*") == 1
        assert marked(log, current=True) == ["*"]


# The raw text, and the story only.


async def test_the_raw_text_is_one_toggle_away_and_the_place_is_kept() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        lines = [f"- **{n}** {SENTENCE * 2}[a](http://{'x' * 90})\n" for n in range(60)]
        await page(pilot, log, "".join(lines))
        await wait_until(pilot, lambda: log.show_vertical_scrollbar)
        log.scroll_to(y=60, animate=False)
        before = shown_rows(log)
        assert before[0].startswith(" • 20 The dragon")
        log.raw = True
        await pilot.pause()
        assert shown_rows(log)[0].strip().startswith("- **20** The")
        log.raw = False
        await pilot.pause()
        assert shown_rows(log) == before
        log.follow()
        log.raw = True
        await pilot.pause()
        assert "x)" in shown_rows(log)[-1]


async def test_text_that_comes_while_the_raw_text_is_shown_is_raw_too() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.raw = True
        await page(pilot, log, "*a*\n")
        assert stripped(log) == ["*a*"]
        log.clear()
        await page(pilot, log, "*b*\n")
        assert stripped(log) == ["*b*"]


async def told(pilot: Pilot[None], log: StoryLog) -> None:
    """Have a leader who asks, a draft, and the story."""
    for key, name, text, color in (
        ("ask", "Leader", "Please write.", 0),
        ("draft", "Teller", "Once there was a draft dragon.", 1),
        ("story", "Leader", "Once there was a *dragon*.", 0),
    ):
        log.story.open(key, name, color=color)
        log.story.append(key, text)
        log.story.finish(key)
    log.story.set_role("ask", Role.ASIDE)
    log.story.set_role("draft", Role.DRAFT)
    await written(pilot, log)


async def test_a_draft_is_called_one_and_is_quieter() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await told(pilot, log)
        assert stripped(log)[3:5] == ["Teller · draft", "Once there was a draft dragon."]
        draft = style_of(log, "Once there was a draft dragon.")
        story = style_of(log, "Once there was a ")
        assert draft.color != story.color
        assert "· draft" not in log.story.text


async def test_folded_there_is_only_the_story() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await told(pilot, log)
        everything = stripped(log)
        log.folded = True
        await pilot.pause()
        assert stripped(log) == ["Once there was a dragon."]
        log.text_select_all()
        await pilot.pause()
        assert app.screen.get_selected_text() == "Once there was a *dragon*."
        log.story.append("story", "\nAnd then?")
        await written(pilot, log)
        assert stripped(log) == ["Once there was a dragon.", "And then?"]
        log.folded = False
        await pilot.pause()
        assert stripped(log) == [*everything, "And then?"]


async def test_a_section_that_turns_out_to_be_a_draft_leaves_the_fold() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.folded = True
        for key in "ab":
            log.story.open(key, f"Speaker {key}")
            log.story.append(key, f"text {key}")
        await written(pilot, log)
        assert stripped(log) == ["text a", "", "text b"]
        log.story.set_role("a", Role.DRAFT)
        await written(pilot, log)
        assert stripped(log) == ["text b"]


async def test_a_match_in_what_is_folded_away_unfolds_it() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        await told(pilot, log)
        log.folded = True
        assert log.search.start("*dragon") == 1
        assert log.folded
        assert log.search.start("draft") == 1
        await pilot.pause()
        assert marked(log, current=True) == ["draft"]
        assert stripped(log)[0] == "Leader"


async def test_the_place_is_kept_through_folding_and_back() -> None:
    app = Host()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_pane
        log.story.open("draft", "Teller")
        log.story.append("draft", numbered(50, first=1000))
        log.story.open("story", "Leader")
        log.story.append("story", numbered(80))
        log.story.set_role("draft", Role.DRAFT)
        await written(pilot, log)
        await wait_until(pilot, lambda: log.show_vertical_scrollbar)
        log.scroll_to(y=80, animate=False)
        before = shown_rows(log)
        assert before[0].strip() == "paragraph 27"
        log.folded = True
        await pilot.pause()
        assert shown_rows(log)[0].strip() == "paragraph 27"
        log.folded = False
        await pilot.pause()
        assert shown_rows(log) == before
