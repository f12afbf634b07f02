"""Keys of one's own."""

from pathlib import Path

import pytest

from tests.harness.command import environment, run
from tests.harness.stage import staged
from tests.harness.waiting import until
from tui.errors import UsageError
from tui.run.reasons import Reason
from tui.screen.keymap import keymap
from tui.screen.keys import BINDINGS
from tui.screen.preferences import Preferences

SOURCE = "config.toml"


def test_without_keys_of_ones_own_nothing_changes() -> None:
    assert keymap({}, SOURCE) == {}


def test_the_order_of_the_footer_is_kept() -> None:
    assert list(keymap({"cancel": "b"}, SOURCE)) == [b.id for b in BINDINGS if b.id]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"cancle": "b"}, "there is no key 'cancle'. Did you mean 'cancel'?"),
        ({"cancel": ""}, "'cancel' is left without a key"),
        ({"cancel": "x, "}, "'cancel' is left without a key"),
        ({"history": "c"}, "the key 'c' is taken twice, by 'cancel' and by 'history'"),
        ({"again": "b", "new": "b"}, "the key 'b' is taken twice, by 'again' and by 'new'"),
        ({"search": "?"}, "the key 'question_mark' is taken twice"),
        ({"cancel": "ctl+x"}, "'ctl+x', for 'cancel', is not a key"),
        ({"cancel": "nonsense"}, "'nonsense', for 'cancel', is not a key"),
        ({"team": "j"}, "cannot have the key 'j': it scrolls the story"),
        ({"quit": "ctrl+c"}, "cannot have the key 'ctrl+c': it always cancels"),
        ({"interrupt": "b"}, "ctrl+c always cancels"),
        ({"cancel": "enter", "go_on": "b"}, "cannot have the key 'enter': it chooses"),
        ({"cancel": "ctrl+m"}, "a terminal cannot tell it from another key"),
    ],
)
def test_impossible_keys_are_refused_with_a_sentence(keys: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as refusal:
        keymap(keys, SOURCE)
    assert str(refusal.value).startswith(f"{SOURCE}: ")
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "known"),
    [("b", "b"), ("f2,!", "f2,exclamation_mark"), ("ctrl+x", "ctrl+x"), ("+", "plus"), ("é", "é")],
)
def test_keys_are_given_as_they_are_typed_or_named(given: str, known: str) -> None:
    assert keymap({"cancel": given, "later": "p"}, SOURCE)["cancel"] == known


def test_keys_may_change_places() -> None:
    swapped = keymap({"cancel": "h", "history": "c"}, SOURCE)
    assert (swapped["cancel"], swapped["history"]) == ("h", "c")


def test_a_wrong_key_in_the_file_is_bad_usage_in_every_mode(tmp_path: Path) -> None:
    env = environment(tmp_path)
    path = Path(env["XDG_CONFIG_HOME"]) / "storyteam-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[keys]\ncancel = "h"\n')
    done = run("--plain", "a cat", env=env)
    assert done.returncode == 2
    assert str(path) in done.stderr
    assert "taken twice" in done.stderr


def with_keys(**keys: str) -> Preferences:
    return Preferences(keymap=keymap(keys, SOURCE))


async def test_another_key_cancels_and_c_does_nothing_any_more() -> None:
    async with staged(preferences=with_keys(cancel="b,f2")) as stage:
        stage.run.begin()
        await stage.shows("b Cancel")
        await stage.pilot.press("c")
        assert not stage.run.reasons
        await stage.pilot.press("b")
        await stage.shows("■ cancelled")


async def test_the_footer_keeps_its_order_and_the_help_and_the_menu_name_the_keys() -> None:
    async with staged(preferences=with_keys(cancel="b", hold="ctrl+g")) as stage:
        stage.run.begin()
        screen = await stage.shows("b Cancel", "? Help")
        footer = screen.splitlines()[-1]
        assert footer.index("b Cancel") < footer.index("^g Hold") < footer.index("? Help")
        await stage.pilot.press("question_mark")
        await stage.shows("b            stop the run at once")
        await stage.pilot.press("escape", "ctrl+p")
        await stage.shows("Stop the run at once")
        assert any("Stop the run" in line and " b " in line for line in stage.screen.splitlines())


@pytest.mark.parametrize("before", ["question_mark", "ctrl+p", "ctrl+t", "m"])
async def test_ctrl_c_always_cancels_and_so_does_the_key_of_ones_own(before: str) -> None:
    for key in ("ctrl+c", "b"):
        async with staged(preferences=with_keys(cancel="b")) as stage:
            stage.run.begin()
            await stage.pilot.press(before, key)
            await until(lambda: stage.run.reasons)
            assert stage.run.reasons == [Reason.USER]
