"""The styles of the pane, from the component classes of the widget."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.style import Style

from tui.screen.prose.blocks import Kind
from tui.screen.prose.emphasis import CODE, EMPHASIS, LINK, STRONG, STRUCK
from tui.screen.prose.row_style import Dress
from tui.screen.prose.section import Role, Section
from tui.screen.widgets.speaker_colors import TONES

_LEVELS = 3
_LOOKS = {EMPHASIS: "emphasis", STRONG: "strong", STRUCK: "struck", CODE: "code", LINK: "link"}
COMPONENTS = {
    *(f"tone-{tone}" for tone in range(len(TONES))),
    *(f"title-{level}" for level in range(1, _LEVELS + 1)),
    *_LOOKS.values(),
    *("mark", "more", "match", "current-match", "draft", "marker", "quote", "rule", "code-block"),
}
"""The names of the component classes, without the widget's own in front."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles that the pane is painted with."""

    text: Style
    headings: tuple[Style, ...]
    """Of the speakers, by tone."""
    titles: tuple[Style, ...]
    """Of the headings in the text, by level."""
    blocks: dict[Kind, Style]
    quote: Style
    marker: Style
    """Of what stands before the text of a quote or of an item."""
    looks: tuple[Style, ...]
    """What each sum of looks adds."""
    draft: Style
    """What is added to text that isn't the story itself."""
    mark: Style
    more: Style
    match: Style
    current_match: Style
    selection: Style

    def of_row(self, section: Section, row: int, dress: Dress | None) -> Style:
        """Return the style of a row's text."""
        if section.is_mark:
            return self.mark
        if section.is_heading(row):
            return self.headings[section.tone % len(self.headings)]
        style = self._of_block(dress) if dress else self.text
        return style if section.role is Role.STORY else style + self.draft

    def _of_block(self, dress: Dress) -> Style:
        block = dress.block
        if block.level:
            return self.titles[min(block.level, len(self.titles)) - 1]
        return self.blocks.get(block.kind) or (self.quote if block.is_quote else self.text)


def make_palette(text: Style, selection: Style, component: Callable[[str], Style]) -> Palette:
    """Return the palette, given what makes a style of the name of a component class."""

    def added(name: str) -> Style:
        return _difference(component(name), text)

    single = {look: added(name) for look, name in _LOOKS.items()}
    return Palette(
        text=text,
        headings=tuple(component(f"tone-{tone}") for tone in range(len(TONES))),
        titles=tuple(component(f"title-{level}") for level in range(1, _LEVELS + 1)),
        blocks={
            Kind.RULE: component("rule"),
            Kind.CODE: component("code-block"),
            Kind.FENCE: component("code-block"),
        },
        quote=component("quote"),
        marker=component("marker"),
        looks=tuple(
            sum((style for look, style in single.items() if looks & look), Style())
            for looks in range(sum(_LOOKS) + 1)
        ),
        draft=added("draft"),
        mark=component("mark"),
        more=component("more"),
        match=component("match"),
        current_match=component("current-match"),
        selection=selection,
    )


def _difference(style: Style, base: Style) -> Style:
    """Return what a style has that another has not."""
    return Style(
        color=None if style.color == base.color else style.color,
        bgcolor=None if style.bgcolor == base.bgcolor else style.bgcolor,
        bold=style.bold,
        dim=style.dim,
        italic=style.italic,
        underline=style.underline,
        strike=style.strike,
        reverse=style.reverse,
    )
