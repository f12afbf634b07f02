"""Pictures and the film of the screen: what is drawn is what was seen, when it was seen."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.widgets import Static

from screenshots.picture import CELL, ROW, Band, Picture, Row, Words, draw, read
from screenshots.recording import TITLE_ROWS, Frame, animate, framed

SVG = "{http://www.w3.org/2000/svg}"
INK, PAPER = "#222222", "#eeeeee"


def picture(*lines: str) -> Picture:
    rows = (Row((Band(0, 20, PAPER),), (Words(0, line, INK, ""),)) for line in lines)
    return Picture(20, tuple(rows))


def seen(svg: str, percent: float) -> list[str]:
    """What a browser shows at this part of the film: the texts, from top to bottom."""
    root = ET.fromstring(svg)
    style = root.findtext(f"{SVG}style") or ""
    rows = {row.get("id"): row for row in root.iter(f"{SVG}g")}
    found = []
    for group in root.findall(f"{SVG}g"):
        number = (group.get("id") or "a")[1:]
        if not number or visible_at(style, number, percent):
            for use in group:
                texts = rows[str(use.get("href"))[1:]].iter(f"{SVG}text")
                found += [(float(use.get("y", 0)), text.text or "") for text in texts]
    return [text for _y, text in sorted(found)]


def visible_at(style: str, number: str, percent: float) -> bool:
    line = next(line for line in style.splitlines() if line.startswith(f"@keyframes k{number}{{"))
    shown = ""
    for step in line.split("{", 1)[1].split("}")[:-2]:
        at, _, visibility = step.partition("%{visibility:")
        if float(at) <= percent:
            shown = visibility
    return shown == "visible"


def still(svg: str) -> list[str]:
    """What is shown where nothing is animated."""
    root = ET.fromstring(svg)
    rows = {row.get("id"): row for row in root.iter(f"{SVG}g")}
    shown = [group for group in root.findall(f"{SVG}g") if group.get("class") != "x"]
    uses = sorted((float(use.get("y", 0)), str(use.get("href"))[1:]) for g in shown for use in g)
    return [text.text or "" for _y, row in uses for text in rows[row].iter(f"{SVG}text")]


screens = st.lists(
    st.lists(st.sampled_from(["one", "two", "three", "four"]), min_size=3, max_size=3),
    min_size=1, max_size=8,
)  # fmt: skip


@given(screens)
def test_at_every_instant_the_film_shows_the_frame_of_that_instant(shown: list[list[str]]) -> None:
    frames = [Frame(float(at), picture(*lines)) for at, lines in enumerate(shown)]
    svg = animate(frames, 10.0, "film", still_at=2.0)
    for at, lines in enumerate(shown):
        assert seen(svg, at * 10 + 5) == lines
    assert still(svg) == shown[min(2, len(shown) - 1)]


def test_a_row_that_scrolls_is_stored_once() -> None:
    lines = [f"line {number}" for number in range(40)]
    frames = [Frame(at / 4, picture(*lines[at : at + 10])) for at in range(30)]
    svg = animate(frames, 10.0, "film", still_at=0.0)
    assert svg.count("line 20<") == 1


def test_the_film_runs_in_a_loop_and_rests_for_whoever_wants_no_motion() -> None:
    svg = animate([Frame(0, picture("one")), Frame(1, picture("two"))], 2.0, "film", still_at=0.0)
    assert "2s step-end infinite" in svg
    assert "prefers-reduced-motion:reduce" in svg


def test_a_key_is_shown_while_it_is_pressed() -> None:
    frames = [Frame(0, picture("one")), Frame(1, picture("one"), "c"), Frame(2, picture("one"))]
    svg = animate(frames, 3.0, "film", still_at=0.0)
    assert [seen(svg, percent) for percent in (10, 50, 90)] == [["one"], ["c", "one"], ["one"]]


def test_a_picture_is_framed_under_its_title() -> None:
    svg = framed(picture("a < b & c"), "storyteam-tui")
    texts = [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]
    assert texts == ["storyteam-tui", "a < b & c"]
    assert f'viewBox="0 0 220 {(1 + TITLE_ROWS + 1) * ROW}"' in svg


class Colours(App[None]):
    CSS = "Static { color: #112233; background: #ddeeff; width: 20; }"

    def compose(self) -> ComposeResult:
        yield Static("plain [bold]fat[/]  ██▌", markup=True)


async def test_what_textual_exports_is_read_in_cells() -> None:
    app = Colours()
    async with app.run_test(size=(30, 3)) as pilot:
        await pilot.pause()
        shown = read(app.export_screenshot())
    assert (shown.columns, len(shown.rows)) == (30, 3)
    row = shown.rows[0]
    assert row.bands[0] == Band(0, 20, "#ddeeff")
    assert row.words[:2] == (Words(0, "plain", "#112233", ""), Words(6, "fat", "#112233", "b"))
    assert shown.text.splitlines()[0] == "plain fat ██▌"


def test_blocks_are_drawn_without_gaps() -> None:
    row = Row((), (Words(2, "a██▄ b", INK, ""),))
    (path,) = (shape for shape in row.shapes() if shape.startswith("<path"))
    assert f'd="M{3 * CELL} 0h{2 * CELL}v{ROW}' in path
    assert f"M{5 * CELL} {ROW // 2}h{CELL}v{ROW // 2}" in path


def test_a_difference_of_pictures_is_a_difference_of_few_lines() -> None:
    def lines(*texts: str) -> Iterator[str]:
        return iter(draw(picture(*texts)).splitlines())

    changed = [(a, b) for a, b in zip(lines("x", "y"), lines("x", "z"), strict=True) if a != b]
    assert len(changed) == 1
    assert ">y<" in changed[0][0]


def test_only_exported_pictures_can_be_read() -> None:
    with pytest.raises(ValueError, match="no picture"):
        read("<svg/>")
