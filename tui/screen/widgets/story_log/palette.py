"""The styles of the pane, from the component classes of the widget."""

from dataclasses import dataclass

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

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
CSS = """
StoryLog {
    & > .story-log--mark { color: $text-muted; }
    & > .story-log--more { color: $text-muted; text-style: italic; }
    & > .story-log--match { text-style: underline; background: $warning 30%; }
    & > .story-log--current-match { text-style: bold reverse; }
    & > .story-log--title-1 { color: $text-primary; text-style: bold underline; }
    & > .story-log--title-2 { color: $text-primary; text-style: bold; }
    & > .story-log--title-3 { text-style: bold italic; }
    & > .story-log--emphasis { text-style: italic; }
    & > .story-log--strong { text-style: bold; }
    & > .story-log--struck { text-style: strike; }
    & > .story-log--link { text-style: underline; }
    & > .story-log--code { color: $text-accent; text-style: bold; }
    & > .story-log--code-block { color: $text-accent; background: $foreground 7%; }
    & > .story-log--quote { color: $text-muted; text-style: italic; }
    & > .story-log--marker { color: $text-secondary; }
    & > .story-log--rule { color: $text-muted; }
    & > .story-log--draft { color: $text-muted; }
}
""" + "\n".join(
    f"StoryLog > .story-log--tone-{tone} {{ color: {color}; text-style: bold; }}"
    for tone, color in enumerate(TONES)
)
"""What they look like, unless a theme or an app says otherwise."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles that the pane is painted with."""

    background: Color
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


def palette_of(widget: Widget) -> Palette:
    """Return the styles that a widget with these component classes has now."""
    text = widget.rich_style

    def component(name: str) -> Style:
        return widget.get_component_rich_style(f"story-log--{name}")

    def added(name: str) -> Style:
        return _difference(component(name), text)

    single = {look: added(name) for look, name in _LOOKS.items()}
    return Palette(
        background=widget.background_colors[1],
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
        selection=_legible(widget.selection_style),
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


def _legible(style: Style) -> Style:
    """Return the style without a text colour that is none: themes may say "transparent"."""
    return Style(bgcolor=style.bgcolor) if style.color == style.bgcolor else style
