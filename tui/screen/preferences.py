"""How the user wants the screen: theme, keys, and what the terminal can show."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tui.config.settings import Settings
from tui.screen.glyphs import TerminalTraits, traits
from tui.screen.keymap import keymap
from tui.screen.theme import DARK, check_theme, memory_key, theme_name
from tui.system.browser import in_browser
from tui.system.paths import state_path
from tui.system.state_file import recall


@dataclass(frozen=True, slots=True)
class Preferences:
    """The user's choices, checked, with a default for each."""

    theme: str = DARK.name
    keymap: Mapping[str, str] = field(default_factory=dict)
    """By id: its keys; empty when the user has none of their own."""
    terminal: TerminalTraits = field(default_factory=TerminalTraits)
    memory: Path | None = None
    """The file that remembers a theme which is chosen on the screen."""


def check(settings: Settings) -> dict[str, str]:
    """Return the keymap.

    Raises:
        UsageError: when the theme or the keys are impossible.
    """
    if settings.theme is not None:
        check_theme(settings.theme, settings.sources.get("theme", "theme"))
    return keymap(settings.keys, settings.sources.get("keys", "keys"))


def preferences(settings: Settings, environment: Mapping[str, str] = os.environ) -> Preferences:
    """Return the preferences from the settings, the remembered theme and the terminal.

    Raises:
        UsageError: when the theme or the keys are impossible.
    """
    keys = check(settings)
    # A page shows everything, whatever terminal its server was started in.
    terminal = TerminalTraits() if in_browser() else traits(environment)
    memory = state_path()
    remembered = recall(memory).get(memory_key(terminal))
    return Preferences(theme_name(settings.theme, remembered, terminal), keys, terminal, memory)
