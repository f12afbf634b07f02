"""The colours: ink and paper, in a dark and a light variant, beside Textual's own themes."""

from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

from tui.errors import UsageError
from tui.screen.glyphs import TerminalTraits
from tui.text.nearest import did_you_mean

DARK: Final = Theme(
    name="storyteam-dark",
    dark=True,
    background="#15171b",
    surface="#1b1e24",
    panel="#252a33",
    foreground="#e9e3d5",
    primary="#8fb8de",
    secondary="#b9a8dc",
    accent="#e3b86f",
    success="#9fd192",
    warning="#f0b660",
    error="#f28f83",
    variables={
        "foreground-muted": "#a9a498",
        "text": "#e9e3d5",
        "text-muted": "#a9a498",
        "block-cursor-foreground": "#15171b",
        "block-cursor-background": "#8fb8de",
        "border": "#8fb8de",
        "scrollbar-background": "#1b1e24",
        "scrollbar-background-hover": "#1b1e24",
        "scrollbar-background-active": "#1b1e24",
        "footer-key-foreground": "#e3b86f",
        "input-selection-background": "#8fb8de 35%",
    },
)
LIGHT: Final = Theme(
    name="storyteam-light",
    dark=False,
    background="#f8f2e4",
    surface="#f1e9d8",
    panel="#e7dcc6",
    foreground="#2a2620",
    primary="#1f4e79",
    secondary="#5b3f7a",
    accent="#7d4407",
    success="#2b632c",
    warning="#7a4f00",
    error="#9a2328",
    variables={
        "foreground-muted": "#5c5549",
        "text": "#2a2620",
        "text-muted": "#5c5549",
        "text-primary": "#1f4e79",
        "text-secondary": "#5b3f7a",
        "text-accent": "#7d4407",
        "text-success": "#2b632c",
        "text-warning": "#7a4f00",
        "text-error": "#9a2328",
        "block-cursor-foreground": "#f8f2e4",
        "block-cursor-background": "#1f4e79",
        "border": "#1f4e79",
        "footer-key-foreground": "#7d4407",
        "input-selection-background": "#1f4e79 25%",
    },
)
THEMES: Final = (DARK, LIGHT)
NAMES: Final = (*(theme.name for theme in THEMES), *sorted(BUILTIN_THEMES))
"""Every theme; ours come first."""


def check_theme(name: str, source: str) -> None:
    """Refuse a theme that does not exist.

    Raises:
        UsageError: with the nearest one, if any is near, and all of them.
    """
    if name not in NAMES:
        raise UsageError(
            f"{source}: there is no theme '{name}'.{did_you_mean(name, NAMES)} "
            f"There are {', '.join(NAMES)}."
        )


def theme_name(chosen: str | None, remembered: str | None, terminal: TerminalTraits) -> str:
    """Return the theme to begin with: the chosen, else the remembered, else what suits."""
    for name in (chosen, remembered):
        if name in NAMES:
            return str(name)
    if terminal.few_colours:
        # The terminal's own colours, and its own background.
        return "ansi-light" if terminal.is_light else "ansi-dark"
    return LIGHT.name if terminal.is_light else DARK.name


def memory_key(terminal: TerminalTraits) -> str:
    """Return the name under which the theme for this kind of terminal is remembered."""
    return "theme_of_16_colours" if terminal.few_colours else "theme"
