"""The user's own keys: checked before the screen appears, then applied by Textual."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from textual.binding import Binding, InvalidBinding
from textual.keys import Keys

from tui.errors import UsageError
from tui.screen.keys import BINDINGS
from tui.text.nearest import did_you_mean

FIXED: Final = {"interrupt": "ctrl+c always cancels"}
_SCROLLS = "it scrolls the story"
_SAME = "a terminal cannot tell it from another key"
RESERVED: Final = {
    "ctrl+c": "it always cancels",
    **dict.fromkeys(["j", "k", "g", "G", "up", "down", "left", "right"], _SCROLLS),
    **dict.fromkeys(["pageup", "pagedown", "home", "end"], _SCROLLS),
    **dict.fromkeys(["tab", "shift+tab"], "it moves between the parts of the screen"),
    **dict.fromkeys(["ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "ctrl+left_square_bracket"], _SAME),
}
"""Keys that no action can be given, and why."""
_MODIFIERS = {"ctrl", "shift", "alt", "super", "meta", "hyper"}
_SHARED: Final = {"answer": "allow"}
"""Two ids that are never usable at the same time may have one key."""


def keymap(keys: Mapping[str, str], source: str) -> dict[str, str]:
    """Return every id with its keys, or nothing when the user has no keys of their own.

    It names all of them, because Textual puts a changed key behind the others in the footer.

    Raises:
        UsageError: when an id or a key does not exist, is taken, or is missing.
    """
    if not keys:
        return {}
    chosen = {name: ",".join(_keys_of(name, value, source)) for name, value in keys.items()}
    whole = {b.id: chosen.get(b.id, b.key) for b in BINDINGS if b.id}
    _refuse_doubles(whole, source)
    return whole


def _keys_of(name: str, value: str, source: str) -> Iterator[str]:
    ids = [binding.id for binding in BINDINGS if binding.id]
    if name in FIXED:
        raise UsageError(f"{source}: {FIXED[name]}, so '{name}' cannot be given another key.")
    if name not in ids:
        raise UsageError(
            f"{source}: there is no key '{name}'.{did_you_mean(name, ids)} "
            f"There are {', '.join(name for name in ids if name not in FIXED)}."
        )
    for key in _normal(value):
        if not key:
            raise UsageError(f"{source}: '{name}' is left without a key. Give it one, like x.")
        if not _exists(key):
            raise UsageError(
                f"{source}: '{key}', for '{name}', is not a key. Give one like x, f2 or ctrl+x."
            )
        if reason := RESERVED.get(key):
            raise UsageError(f"{source}: '{name}' cannot have the key '{key}': {reason}.")
        if key == "enter" and name != "go_on":
            raise UsageError(f"{source}: '{name}' cannot have the key 'enter': it chooses.")
        yield key


def _normal(keys: str) -> list[str]:
    """Return the keys under the names that Textual gives them, such as plus for a +."""
    try:
        return [binding.key for binding in Binding.make_bindings([Binding(keys, "none")])]
    except InvalidBinding:
        return [""]


def _exists(key: str) -> bool:
    *modifiers, name = key.split("+")
    if not _MODIFIERS.issuperset(modifiers):
        return False
    if len(name) == 1 or name in {str(known.value) for known in Keys}:
        return True
    return _normal_names(name)


def _normal_names(name: str) -> bool:
    if name in {"plus", "minus", "slash", "backslash", "at", "underscore"}:
        return True
    try:
        unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return False
    return True


def _refuse_doubles(whole: Mapping[str, str], source: str) -> None:
    owners: dict[str, str] = {}
    for name, keys in whole.items():
        for key in keys.split(","):
            owner = owners.setdefault(key, name)
            if owner not in (name, _SHARED.get(name)):
                raise UsageError(
                    f"{source}: the key '{key}' is taken twice, by '{owner}' and by '{name}'. "
                    "Give one of them another key."
                )
