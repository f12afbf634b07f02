"""Terminals that can do less: no colour, sixteen colours, no Unicode, no animation."""

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests import ROOT
from tests.harness.command import environment
from tests.harness.terminal import Terminal
from tests.servers import Fault, FaultKind, ModelServer, Position, Script
from tui.screen.glyphs import as_ascii, traits

DRAWERS = ("widgets", "screens")
"""The folders whose modules draw."""
STORY = "“One day,” said the gull — “look down…”"

ASCII = {"LC_ALL": "C", "TERM": "xterm-256color"}
LINUX = {"TERM": "linux"}
LATIN = {"LC_ALL": "en_US.ISO-8859-1", "PYTHONUTF8": "0"}


def drawn_glyphs() -> set[str]:
    root = ROOT / "tui" / "screen"
    sources = [path for name in DRAWERS for path in (root / name).rglob("*.py")]
    sources += [root / f"{name}.py" for name in ("app", "clipboard", "dialogs", "library", "runs")]
    return {glyph for path in sources for glyph in path.read_text() if not glyph.isascii()}


def test_every_glyph_that_we_draw_has_a_stand_in_of_one_cell() -> None:
    for glyph in drawn_glyphs():
        stand_in = as_ascii(glyph)
        assert stand_in.isascii(), glyph
        assert len(stand_in) == cell_len(glyph) == 1, glyph


def test_borders_bars_sparklines_and_bullets_have_stand_ins_and_letters_stay() -> None:
    glyphs = [chr(code) for code in (*range(0x2500, 0x25A0), *range(0x2800, 0x2900))]
    assert as_ascii("".join(glyphs)).isascii()
    assert as_ascii("╭─ a ─╮│▁▂▃▄▅▆▇█│• ▸ ━━──") == "+- a -+|__:-=+*#|* > ==--"
    assert as_ascii("Où? 猫, “ja”…") == 'Où? 猫, "ja".'


@pytest.mark.parametrize(
    ("variables", "ascii_only"),
    [
        ({}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "de_DE.utf8"}, False),
        ({"LC_CTYPE": "UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, True),
        ({"LC_ALL": "POSIX"}, True),
        ({"LANG": "en_US.ISO-8859-1"}, True),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "C"}, False),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, True),
        ({"TERM": "vt220"}, True),
    ],
)
def test_what_the_environment_says_of_unicode(variables: dict[str, str], ascii_only: bool) -> None:
    assert traits(variables).ascii_only is ascii_only


def colours(output: bytes) -> set[bytes]:
    """The parameters of every colour that was sent, as they are."""
    found: set[bytes] = set()
    for sequence in re.findall(rb"\x1b\[([0-9;]*)m", output):
        found |= set(re.findall(rb"(?:^|;)([34]8;[25];[0-9;]+|[34][0-7]|9[0-7]|10[0-7])", sequence))
    return found


def play(tmp_path: Path, variables: dict[str, str], size: tuple[int, int] = (100, 30)) -> Terminal:
    """Write a story, look at the help and the results, and leave; return the terminal."""
    script = Script(texts={Position.STORYTELLER: STORY}).with_fault(
        Position.EDITOR, Fault(FaultKind.STALL_MIDSTREAM)
    )
    with ModelServer(script) as server:
        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        with Terminal("a cat", env=env | variables, columns=size[0], rows=size[1]) as terminal:
            server.wait_until_stalled(Position.EDITOR)
            terminal.shows("said the gull", "EditorAgent", "Cancel")
            terminal.press("?")
            terminal.shows("While it writes")
            terminal.press("c")
            terminal.shows("cancelled", "Results", "Again")
            terminal.press("q")
            assert terminal.wait() == 0
            assert terminal.is_clean
    assert b"Traceback" not in terminal.output
    return terminal


@pytest.mark.parametrize("variables", [ASCII, LINUX, LATIN], ids=["C", "linux", "latin-1"])
def test_a_screen_without_unicode_is_drawn_in_ascii(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    terminal = play(tmp_path, variables)
    assert terminal.output.isascii()
    screen = terminal.seen
    assert '"One day," said the gull' in screen
    for drawn in ("+- Results", "# cancelled", "enter Go on", "+- Help"):
        assert drawn in screen, drawn


def test_a_unicode_screen_has_its_glyphs(tmp_path: Path) -> None:
    screen = play(tmp_path, {"TERM": "xterm-256color"}).seen
    assert "╭─ Results" in screen
    assert "■ cancelled" in screen


@pytest.mark.parametrize("terminal", ["xterm-16color", "xterm", "linux"])
def test_sixteen_colours_are_the_terminals_own(tmp_path: Path, terminal: str) -> None:
    sent = colours(play(tmp_path, {"TERM": terminal}).output)
    assert sent
    assert not [colour for colour in sent if b";" in colour], "only the 16 are known there"
    # What is behind the text is the terminal's own, whether it is dark or light.
    assert not {b"47", b"100", b"107"} & sent


@pytest.mark.parametrize("terminal", ["xterm-256color", "xterm-16color"])
def test_no_color_sends_no_colour_but_grey(tmp_path: Path, terminal: str) -> None:
    sent = colours(play(tmp_path, {"TERM": terminal, "NO_COLOR": "1"}).output)
    for colour in sent:
        kind, *parts = colour.split(b";")
        assert kind in (b"38", b"48"), colour
        assert parts[0] == b"5", colour
        assert int(parts[1]) in (0, 7, 8, 15, 16, 59, 102, 145, 188, 231, *range(232, 256)), colour
    assert (terminal == "xterm-16color") <= (not sent)


def test_without_animations_everything_works(tmp_path: Path) -> None:
    play(tmp_path, {"TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}, (60, 16))
