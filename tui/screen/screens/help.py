"""The help: what each key does, with the user's own keys."""

from collections.abc import Callable
from textwrap import wrap
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from tui.screen.keys import BINDINGS
from tui.screen.screens.overlay import Overlay

_KEY_WIDTH = 13
_INTRODUCTION = (
    "A leader hands the work to a team of writers, and you watch them write. "
    "You can stop them at once, and go on from where they stopped."
)
_TEXTS: Final[dict[str, dict[str, str]]] = {
    "While it writes": {
        "cancel": "stop the run at once; every word is kept",
        "arm": "the same, when pressed twice",
        "interrupt": "the same, always; copies instead when text is selected",
        "later": "give the run ten seconds more, or a limit when it has none",
        "sooner": "give it ten seconds less",
        "hold": "hold the countdown, and let it go on",
        "allow": "allow what the team asks for",
        "deny": "deny it",
        "answer": "answer what the team asks",
    },
    "When it has ended": {
        "go_on": "go on from where it stopped, with a direction of yours if you like",
        "other": "write the last passage again, from the same place: the one before stays",
        "before": "show the version before; nothing is ever deleted",
        "after": "show the version after, or bring back what was taken back",
        "take_back": "let the story end one passage earlier",
        "edit": "change the last passage in your editor ($VISUAL or $EDITOR; not in a browser)",
        "note": "write down what holds for the whole story; it is given with every passage",
        "again": "run the same prompt again",
        "new": "write another story",
        "history": "the stories so far: search, open, copy, save, rename, delete",
        "save": "save the story as Markdown",
        "search": "search in the story",
        "arm": "hide the results, and show them again",
    },
    "Reading": {
        "=up down j k": "scroll by a line; the wheel does too",
        "=pgup pgdn": "scroll by a page",
        "=home g": "go to the beginning",
        "=end G": "go to the end, and follow what is being written",
        "=drag": "select with the mouse; then ctrl+c copies, unwrapped",
        "copy": "copy the whole story",
        "fold": "show the story only, or the speakers and drafts as well",
        "raw": "show the text as it was written, or as a page",
    },
    "In the list of stories": {
        "=up down": "choose a story; what you type is searched for in all of them",
        "=enter": "open it",
        "=^y ^s": "copy it; save it as Markdown",
        "=^r ^d": "give it another title; delete it",
    },
    "Anywhere": {},
}
"""By group: by the id of a binding, or after = by keys without one, what it does.

A binding that is missing here is listed in the last group, with its tooltip.
"""


class HelpScreen(Overlay[None]):
    """Scrolls where there is little room; closed by the keys that open it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "close", id="help"),
        Binding("j,down", "scroll(1)"),
        Binding("k,up", "scroll(-1)"),
    ]
    DEFAULT_CSS = """
    HelpScreen VerticalScroll { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    HelpScreen Static { height: auto; }
    """

    def __init__(self, keys_of: Callable[[Binding], str]) -> None:
        """``keys_of`` says which keys a binding has now, as they are shown."""
        super().__init__("Help")
        self._keys_of = keys_of

    def content(self) -> VerticalScroll:
        """Return the help in something that scrolls."""
        return VerticalScroll(Static(id="help"))

    def on_resize(self, event: Resize) -> None:
        """Wrap the help for the room there is."""
        width = max(1, min(76, event.size.width - 4) - 6)
        for text in self.query("#help").results(Static):
            text.update(self._text(width))

    def action_scroll(self, rows: int) -> None:
        """Scroll by some rows."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def _text(self, width: int) -> Content:
        lines = [Content(line) for line in wrap(_INTRODUCTION, width)]
        named = {name for texts in _TEXTS.values() for name in texts}
        bindings = {b.id: b for b in BINDINGS if b.id}
        for title, texts in _TEXTS.items():
            lines += [Content(""), Content.styled(title, "$text-accent bold")]
            for name, text in texts.items():
                keys = name[1:] if name[0] == "=" else self._keys_of(bindings[name])
                lines += _entry(keys, text, width)
        for name, binding in bindings.items():
            if name not in named:
                lines += _entry(self._keys_of(binding), _small(_what(binding)), width)
        return Content("\n").join(lines)


def _what(binding: Binding) -> str:
    return binding.tooltip or binding.description


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _entry(keys: str, text: str, width: int) -> list[Content]:
    first, *rest = wrap(text, max(20, width - _KEY_WIDTH)) or [""]
    gap = " " * max(1, _KEY_WIDTH - len(keys))
    return [
        Content.assemble((keys, "$text-primary bold"), gap, first),
        *(Content(" " * _KEY_WIDTH + line) for line in rest),
    ]
