"""Who is at work: the leader and the members, what each is doing, and the pace."""

from textual.content import Content
from textual.widget import Widget

from tui.parts import Contributor
from tui.state import RunState
from tui.text import clean_line
from tui.widgets.look import ACTIVITIES

_NAME_WIDTH = 17


class TeamPane(Widget):
    """A column of contributors, or one line of them where there is little room."""

    _lines: tuple[Content, ...] = ()

    def show(self, state: RunState, now: float) -> None:
        """Show the team of this state at the instant ``now``."""
        compact = self.size.height < 3
        lines = tuple(_compact(state) if compact else _column(state, now))
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    def render(self) -> Content:
        """Render the lines that ``show`` has made."""
        return Content("\n").join(self._lines)


def _column(state: RunState, now: float) -> list[Content]:
    lines: list[Content] = []
    for contributor in state.contributors.values():
        look = ACTIVITIES[contributor.activity]
        name = clean_line(contributor.name, _NAME_WIDTH).ljust(_NAME_WIDTH)
        role = " leader" if contributor.is_leader else f" {contributor.words:,} words"
        lines += [
            Content.assemble((f"{look.glyph} ", look.style), (name, "bold")),
            Content.assemble("  ", (look.word, look.style), (role, "$foreground-muted")),
        ]
    if not lines:
        lines.append(Content.styled("The team is on its way", "$foreground-muted"))
    return [*lines, Content(""), *_pace(state, now)]


def _compact(state: RunState) -> list[Content]:
    parts = [
        Content.styled(f"{look.glyph} {_short(contributor)}", look.style)
        for contributor in state.contributors.values()
        for look in [ACTIVITIES[contributor.activity]]
    ]
    words = Content.styled(f"{state.words:,} words", "$foreground-muted")
    return [Content("  ").join([*parts, words])]


def _short(contributor: Contributor) -> str:
    name = contributor.name.removesuffix("Agent") or contributor.name
    return "Leader" if contributor.is_leader else clean_line(name, 14)


def _pace(state: RunState, now: float) -> list[Content]:
    lines = [Content.styled(f"{state.words:,} words", "bold")]
    if state.first_text_at is not None:
        seconds = (state.ended.at if state.ended else now) - state.first_text_at
        if seconds >= 1:
            lines.append(
                Content.styled(f"{state.words / seconds:.1f} words/s", "$foreground-muted")
            )
    return lines
