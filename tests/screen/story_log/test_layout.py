from hypothesis import given
from hypothesis import strategies as st

from tests.screen.story_log.texts import deltas, odd_texts, widths
from tui.screen.prose.layout import GAP, SCENE_BREAK, Layout, Position

spoken = st.lists(st.tuples(st.integers(0, 2), odd_texts), max_size=12)


def rows_of(layout: Layout) -> list[str]:
    rows = []
    for row in range(layout.height):
        located = layout.locate(row)
        assert located is not None
        section, index = located
        rows.append("" if index == GAP else section.flow.rows[index])
    return rows


def opened(width: int) -> Layout:
    layout = Layout(width)
    for key in range(3):
        layout.open(key, f"Speaker {key}", key)
    return layout


@given(spoken, widths)
def test_sections_that_grow_in_turns_end_as_if_each_was_written_at_once(
    pieces: list[tuple[int, str]], width: int
) -> None:
    interleaved, one_by_one = opened(width), opened(width)
    for key, text in pieces:
        interleaved.append(key, text)
        assert interleaved.height >= 0
    for key in range(3):
        one_by_one.append(key, "".join(text for speaker, text in pieces if speaker == key))
    assert rows_of(interleaved) == rows_of(one_by_one)
    assert interleaved.text == one_by_one.text


@given(spoken, widths, widths)
def test_another_width_and_back_ends_where_it_began(
    pieces: list[tuple[int, str]], width: int, other: int
) -> None:
    layout = opened(width)
    for key, text in pieces:
        layout.append(key, text)
    before = rows_of(layout)
    layout.reflow(other)
    layout.reflow(width)
    assert rows_of(layout) == before


@given(spoken, widths, widths)
def test_a_position_outlives_another_width(
    pieces: list[tuple[int, str]], width: int, other: int
) -> None:
    layout = opened(width)
    for key, text in pieces:
        layout.append(key, text)
    places = [layout.position_of(row) for row in range(layout.height)]
    layout.reflow(other)
    layout.reflow(width)
    assert [layout.row_of(place) for place in places] == list(range(layout.height))


@given(deltas(), widths)
def test_the_text_is_what_was_written_but_for_blank_lines_around_it(
    pieces: list[str], width: int
) -> None:
    layout = Layout(width)
    layout.open("a")
    for piece in pieces:
        layout.append("a", piece)
    shown, written = layout.text, "".join(pieces)
    assert shown in written
    assert shown.strip() == written.strip()


@given(spoken, widths, st.data())
def test_an_extract_is_a_piece_of_the_section(
    pieces: list[tuple[int, str]], width: int, data: st.DataObject
) -> None:
    layout = opened(width)
    for key, text in pieces:
        layout.append(key, text)
    section = layout.sections[1]
    whole = "".join(section.flow.rows)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    assert layout.extract(Position(1, start), Position(1, end)) == whole[start:end]


def test_a_heading_has_a_row_of_its_own_below_a_blank_one() -> None:
    layout = Layout(40)
    layout.open("leader", "Leader")
    layout.append("leader", "I shall ask.\n")
    layout.open("teller", "Storyteller")
    layout.append("teller", "\n\nOnce upon a time")
    assert rows_of(layout) == [
        "Leader\n",
        "I shall ask.\n",
        "",
        "Storyteller\n",
        "Once upon a time",
    ]
    assert layout.text == "Leader\nI shall ask.\n\nStoryteller\nOnce upon a time"


def test_blank_lines_at_the_end_wait_for_text() -> None:
    layout = Layout(40)
    layout.open("a")
    layout.append("a", "One.\n\n\n")
    assert layout.height == 1
    layout.append("a", "Two.")
    assert rows_of(layout) == ["One.\n", "\n", "\n", "Two."]


def test_a_section_with_neither_heading_nor_text_takes_no_row() -> None:
    layout = Layout(40)
    layout.open("empty")
    layout.open("full")
    layout.append("full", "text")
    assert rows_of(layout) == ["text"]


def test_a_key_that_is_opened_again_means_the_new_section() -> None:
    layout = Layout(40)
    layout.open("leader", "Leader")
    layout.append("leader", "first")
    layout.open("leader", "Leader")
    layout.append("leader", "second")
    assert layout.text == "Leader\nfirst\n\nLeader\nsecond"


def test_a_mark_without_words_is_a_scene_break() -> None:
    layout = Layout(40)
    layout.open("a")
    layout.append("a", "before")
    layout.mark()
    assert layout.text == f"before\n\n{SCENE_BREAK}"


def test_changes_say_what_to_draw_again() -> None:
    layout = Layout(10)
    layout.open("a")
    layout.append("a", "0123456 ")
    layout.take_changes()
    layout.append("a", "8")
    (change,) = layout.take_changes()
    assert (change.first_row, change.moved) == (0, False)
    layout.append("a", " next row")
    (change,) = layout.take_changes()
    assert (change.first_row, change.moved) == (0, True)
    assert layout.take_changes() == []


def test_the_price_of_a_token_does_not_grow_with_the_story() -> None:
    layout = Layout(80)
    layout.open("long")
    layout.append("long", "word " * 200_000)
    section = layout.sections[0]
    rows = section.flow.rows
    kept = rows[:-1]
    layout.append("long", "more ")
    assert section.flow.rows is rows
    assert all(old is new for old, new in zip(kept, rows, strict=False))
