"""Themes: legible ones, chosen by a setting or in the menu, and remembered."""

import json
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from tests.harness.command import environment, run
from tests.harness.stage import staged
from tests.harness.waiting import until
from tui.config.settings import Settings
from tui.errors import UsageError
from tui.screen.glyphs import TerminalTraits, traits
from tui.screen.preferences import Preferences, preferences
from tui.screen.theme import DARK, LIGHT, NAMES, THEMES, check_theme, theme_name
from tui.system.state_file import recall, remember

AA = 4.5
TEXTS = (
    "foreground", "foreground-muted", "text", "text-muted", "text-primary", "text-secondary",
    "text-accent", "text-success", "text-warning", "text-error", "footer-key-foreground",
    "footer-description-foreground",
)  # fmt: skip


def luminance(color: Color) -> float:
    """As WCAG 2 defines it."""
    linear = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: Color, other: Color) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_of_our_themes_is_legible_on_every_background(theme: Theme) -> None:
    colors = theme.to_color_system().generate() | theme.variables
    for background in ("background", "surface", "panel"):
        behind = Color.parse(colors[background])
        for text in TEXTS:
            assert contrast(behind + Color.parse(colors[text]), behind) >= AA, (background, text)
    cursor = (Color.parse(colors[f"block-cursor-{part}"]) for part in ("foreground", "background"))
    assert contrast(*cursor) >= AA


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"TERM": "xterm-256color"}, DARK.name),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;15"}, LIGHT.name),
        ({"TERM": "xterm-256color", "COLORFGBG": "15;default;0"}, DARK.name),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, DARK.name),
        ({"TERM": "xterm-16color"}, "ansi-dark"),
        ({"TERM": "xterm-16color", "COLORFGBG": "0;15"}, "ansi-light"),
        ({"TERM": "linux"}, "ansi-dark"),
    ],
)
def test_the_first_theme_suits_the_terminal(variables: Mapping[str, str], name: str) -> None:
    assert theme_name(None, None, traits(variables)) == name


def test_a_setting_beats_what_is_remembered_and_that_beats_the_terminal() -> None:
    terminal = TerminalTraits(is_light=True)
    assert theme_name("nord", "dracula", terminal) == "nord"
    assert theme_name(None, "dracula", terminal) == "dracula"
    assert theme_name(None, "a theme of another version", terminal) == LIGHT.name


def test_an_unknown_theme_is_refused_with_the_nearest_and_the_list() -> None:
    with pytest.raises(UsageError) as refusal:
        check_theme("storyteam-drak", "--theme")
    sentence = str(refusal.value)
    assert sentence.startswith("--theme: there is no theme 'storyteam-drak'.")
    assert "Did you mean 'storyteam-dark'?" in sentence
    assert all(name in sentence for name in NAMES)


@pytest.mark.parametrize("mode", [["--plain"], []])
def test_an_unknown_theme_is_bad_usage_in_every_mode(tmp_path: Path, mode: list[str]) -> None:
    done = run("--theme", "nrod", *mode, "a cat", env=environment(tmp_path))
    assert done.returncode == 2
    assert "Did you mean 'nord'?" in done.stderr
    assert done.stderr.count("\n") == 1


async def test_the_menu_of_themes_shows_one_at_once_and_remembers_the_chosen(
    tmp_path: Path,
) -> None:
    memory = tmp_path / "state" / "state.json"
    async with staged(preferences=Preferences(memory=memory)) as stage:
        stage.run.end()
        await stage.shows("Results")
        await stage.pilot.press("ctrl+t", "down")
        await stage.shows("storyteam-light")
        assert stage.app.theme == LIGHT.name
        await stage.pilot.press("escape")
        assert stage.app.theme == DARK.name
        assert not memory.exists()
        await stage.pilot.press("ctrl+t", "down", "enter")
        assert stage.app.theme == LIGHT.name
        await until(memory.exists)
    assert recall(memory) == {"theme": LIGHT.name}


async def test_while_a_run_lives_a_theme_is_put_on_when_it_is_chosen() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.pilot.press("ctrl+t", "down")
        await stage.shows("storyteam-light")
        assert stage.app.theme == DARK.name
        await stage.pilot.press("enter")
        assert stage.app.theme == LIGHT.name


async def test_c_cancels_while_a_theme_is_chosen() -> None:
    async with staged() as stage:
        stage.run.begin()
        await stage.pilot.press("ctrl+t", "c")
        await stage.shows("■ cancelled", "Results")


def test_what_is_remembered_is_private_and_replaces_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.json"
    remember(path, "theme", "nord")
    remember(path, "other", "é")
    assert json.loads(path.read_text()) == {"theme": "nord", "other": "é"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"theme": 1}', b"\xff\xfe", b"[" * 9000])
def test_a_broken_memory_is_no_memory_and_is_mended(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(content)
    assert recall(path) == {}
    remember(path, "theme", "nord")
    assert recall(path) == {"theme": "nord"}


def test_a_memory_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    remember(tmp_path / "file" / "state.json", "theme", "nord")
    (tmp_path / "state.json").mkdir()
    remember(tmp_path / "state.json", "theme", "nord")
    assert recall(tmp_path / "state.json") == {}


def test_a_choice_for_16_colours_is_remembered_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.json"
    monkeypatch.setattr("tui.screen.preferences.state_path", lambda: path)
    remember(path, "theme", "nord")
    remember(path, "theme_of_16_colours", "ansi-light")
    assert preferences(Settings(), {"TERM": "xterm-256color"}).theme == "nord"
    assert preferences(Settings(), {"TERM": "xterm-16color"}).theme == "ansi-light"
    assert preferences(Settings(theme="dracula"), {"TERM": "linux"}).theme == "dracula"


async def test_every_theme_can_be_worn() -> None:
    async with staged() as stage:
        stage.run.begin()
        assert set(NAMES) == set(stage.app.available_themes)
        for name in NAMES:
            stage.app.theme = name
            await stage.pilot.pause()
            await stage.shows("test-model")


def test_no_theme_of_textual_was_given_our_name() -> None:
    assert not set(App().available_themes) & {theme.name for theme in THEMES}
