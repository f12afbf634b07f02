"""Keys of any keyboard, and what a terminal says of them."""

# ruff: noqa: RUF001 - letters that look alike are what this is about

import pytest

from tests.harness.stage import staged
from tests.harness.waiting import until
from tui.run.reasons import Reason
from tui.screen.keyboard import PASTE_SECONDS, KeyParser, meant_key


def typed(data: str) -> list[str]:
    return [event.key for event in KeyParser().read(data)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("layout", ["йцукенгшщзфывапролдячсмить", ";ςερτυθιοπασδφγηξκλζχψωβνμ"])
def test_every_letter_has_its_key_on_other_layouts(layout: str) -> None:
    latin = "qwertyuiopasdfghjklzxcvbnm"
    for letter, meant in zip(layout, latin, strict=True):
        if letter.isalpha():
            assert meant_key(letter, latin) == meant
            if letter != "ς":  # Its capital is that of another letter.
                assert meant_key(letter.upper(), latin) == meant
            assert meant_key(f"ctrl+{letter}", {f"ctrl+{meant}"}) == f"ctrl+{meant}"


def test_a_key_that_is_bound_to_something_else_is_left_alone() -> None:
    assert meant_key("G", {"g", "c"}) == "g"
    assert meant_key("w", {"c"}) == "w"
    assert meant_key("semicolon", {"q"}) == "semicolon"
    assert meant_key("с", set()) == "с"


@pytest.mark.parametrize(
    ("sequence", "keys"),
    [
        ("\x1b[99;65;67u", ["C"]),
        ("\x1b[1089;;1089u", ["с"]),
        ("\x1b[1089;5u", ["ctrl+с"]),
        ("\x1b[1089::99;5u", ["ctrl+c"]),
        ("\x1b[1089:1057:99;66;1057u", ["С"]),
        ("\x1b[99;5:1u", ["ctrl+c"]),
        ("\x1b[99;5:3u", []),
        ("\x1b[99999999999999999u", []),
        ("\x1b[A", ["up"]),
    ],
)
def test_what_a_terminal_says_of_a_key(sequence: str, keys: list[str]) -> None:
    assert [key for key in typed(sequence) if key != "<ignore>"] == keys


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_lost_paste_ends_however_it_was_cut(cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    parser = KeyParser()
    begun = "\x1b[200~a text"
    events = [*parser.read(begun[:cut]), *parser.read(begun[cut:])]
    now += PASTE_SECONDS / 2
    events += parser.read("c")
    assert not events
    now += PASTE_SECONDS / 2
    [pasted] = parser.read("")
    assert str(pasted.text) == "a textc"  # type: ignore[attr-defined]
    assert [event.key for event in parser.read("c")] == ["c"]  # type: ignore[attr-defined]


def test_a_paste_that_ends_is_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    parser = KeyParser()
    [pasted] = parser.read("\x1b[200~a text\x1b[201~")
    now += PASTE_SECONDS
    assert not [*parser.read("")]
    assert str(pasted.text) == "a text"  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["C", "с", "С", "ψ", "ב", "ؤ", "ｃ", "ctrl+с", "ctrl+С"])
@pytest.mark.parametrize("covered_by", [None, "question_mark", "ctrl+p"])
async def test_the_key_that_stops_does_so_on_any_keyboard(key: str, covered_by: str | None) -> None:
    async with staged() as stage:
        stage.run.begin()
        if covered_by:
            await stage.pilot.press(covered_by)
        await stage.pilot.press(key)
        await until(lambda: stage.run.reasons)
        assert stage.run.reasons == [Reason.USER]


async def test_a_letter_in_a_line_of_text_is_that_letter() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("Once upon a time")
        stage.run.end()
        await stage.shows("completed")
        await stage.pilot.press("т", "С", "с", "C")
        await stage.shows("New story:", "СсC")


@pytest.mark.parametrize(
    ("on_system", "said"),
    [(True, "Copied 4 words to the clipboard"), (False, "Sent 4 words to the terminal")],
)
async def test_only_what_is_known_to_be_copied_is_called_so(
    on_system: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = "something else"

    def put(text: str) -> None:
        nonlocal held
        held = text if on_system else held

    monkeypatch.setattr("pyperclip.copy", put)
    monkeypatch.setattr("pyperclip.paste", lambda: held)
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("Once upon a time")
        stage.run.end()
        await stage.shows("completed")
        await stage.pilot.press("y")
        await stage.shows(said)
        assert stage.app.clipboard == "Once upon a time"
