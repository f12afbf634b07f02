"""The styles of the pane, from the component classes of the widget."""

from dataclasses import dataclass

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

from tui.screen.prose.blocks import BlockKind
from tui.screen.prose.emphasis import CODE, EMPHASIS, LINK, STRONG, STRUCK
from tui.screen.prose.row_style import StyledRow
from tui.screen.prose.section import Role, SectionRows
from tui.screen.widgets.speaker_colors import SPEAKER_COLORS

_LEVELS = 3
_INLINE = {EMPHASIS: "emphasis", STRONG: "strong", STRUCK: "struck", CODE: "code", LINK: "link"}
COMPONENTS = {
    *(f"speaker-{number}" for number in range(len(SPEAKER_COLORS))),
    *(f"title-{level}" for level in range(1, _LEVELS + 1)),
    *_INLINE.values(),
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
    f"StoryLog > .story-log--speaker-{number} {{ color: {color}; text-style: bold; }}"
    for number, color in enumerate(SPEAKER_COLORS)
)
"""Their default styles."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles that the pane is painted with."""

    background: Color
    text: Style
    headings: tuple[Style, ...]
    """Of the speakers, by number."""
    titles: tuple[Style, ...]
    """Of the headings in the text, by level."""
    blocks: dict[BlockKind, Style]
    quote: Style
    marker: Style
    """Of what stands before the text of a quote or of an item."""
    inline: tuple[Style, ...]
    """By sum of the styles that a text has: what they add to the row's."""
    draft: Style
    """What is added to text that isn't the story itself."""
    mark: Style
    more: Style
    match: Style
    current_match: Style
    selection: Style

    def of_row(self, section: SectionRows, row: int, styled: StyledRow | None) -> Style:
        """Return the style of a row's text."""
        if section.is_mark:
            return self.mark
        if section.is_heading(row):
            return self.headings[section.color % len(self.headings)]
        style = self._of_block(styled) if styled else self.text
        return style if section.role is Role.STORY else style + self.draft

    def _of_block(self, styled: StyledRow) -> Style:
        block = styled.block
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

    single = {flag: added(name) for flag, name in _INLINE.items()}
    return Palette(
        background=widget.background_colors[1],
        text=text,
        headings=tuple(component(f"speaker-{number}") for number in range(len(SPEAKER_COLORS))),
        titles=tuple(component(f"title-{level}") for level in range(1, _LEVELS + 1)),
        blocks={
            BlockKind.RULE: component("rule"),
            BlockKind.CODE: component("code-block"),
            BlockKind.FENCE: component("code-block"),
        },
        quote=component("quote"),
        marker=component("marker"),
        inline=tuple(
            sum((style for flag, style in single.items() if flags & flag), Style())
            for flags in range(sum(_INLINE) + 1)
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
    """Return the style without a text colour that equals its background, as "transparent" does."""
    return Style(bgcolor=style.bgcolor) if style.color == style.bgcolor else style
