"""The first screen of the first start: choose an idea, or wait for the default to begin."""

from typing import ClassVar, Final

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from tui.config.settings import DEFAULT_PROMPT
from tui.screen.screens.closing import ClosingScreen
from tui.screen.widgets.key_bar import KeyBar

START_SECONDS: Final = 5
IDEAS: Final = (
    DEFAULT_PROMPT,
    "a lighthouse keeper who is afraid of the dark",
    "the last bookshop on the moon, and the girl who cannot read",
    "two rival bakers who have to share one oven for a winter",
    "a letter that arrives a hundred years late",
    "a cat who wants to fly, and the crow who teaches her",
)


class Idea(TextArea):
    """A few lines to write the idea in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.write", "Write it", priority=True)
    ]

    class Touched(Message):
        """A key was pressed, or something was pasted."""

    def on_key(self) -> None:
        """Post the message."""
        self.post_message(self.Touched())

    def on_paste(self) -> None:
        """Post the message."""
        self.post_message(self.Touched())


class GreetingScreen(ClosingScreen[str | None]):
    """Dismissed with the prompt, or with None to leave."""

    AUTO_FOCUS = "#idea"
    BINDINGS: ClassVar[list[BindingType]] = [
        # The idea is typed in, so these come before it.
        Binding("tab", "another(1)", "Another idea", priority=True),
        Binding("down", "another(1)", show=False, priority=True),
        Binding("shift+tab,up", "another(-1)", show=False, priority=True),
        Binding("ctrl+o", "app.choose_model", "Model", priority=True),
        Binding("escape", "wait", show=False, priority=True),
        # These leave even when the idea is selected.
        Binding("ctrl+c", "leave", show=False, priority=True),
        Binding("ctrl+q", "leave", "Quit", priority=True),
    ]
    DEFAULT_CSS = """
    GreetingScreen {
        align: center middle;
        & > VerticalScroll {
            width: 76;
            max-width: 100%;
            height: auto;
            max-height: 1fr;
            padding: 0 2;
        }
        & Static { height: auto; margin-bottom: 1; }
        & #welcome { text-style: bold; color: $text-accent; }
        & #idea {
            height: auto;
            min-height: 1;
            max-height: 6;
            margin-bottom: 1;
            padding: 0 1;
            border: round $primary;
            background: $surface;
        }
        & #model, & #others { color: $foreground-muted; }
        & #model { margin-bottom: 0; }
        &.-low Static { margin-bottom: 0; }
        &.-low #idea { max-height: 5; margin-bottom: 0; }
    }
    """
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012 - Textual's own type

    idea = getters.query_one(Idea)

    def __init__(self, model: str, others: str, seconds: float = START_SECONDS) -> None:
        """``model`` says which one writes, ``others`` how to use another.

        It starts by itself after ``seconds`` without a key or a click.
        """
        super().__init__()
        self._model, self._others = model, others
        self._seconds = seconds
        self._chosen = 0
        self._waits = False

    def compose(self) -> ComposeResult:
        """The idea, and what will happen to it."""
        with VerticalScroll(can_focus=False):
            yield Static("What shall the story be about?", id="welcome", markup=False)
            yield (idea := Idea(IDEAS[0], id="idea", compact=True, highlight_cursor_line=False))
            idea.select_all()
            yield Static(id="when", markup=False)
            with Vertical() as facts:
                facts.styles.height = "auto"
                yield Static(Content(self._model), id="model")
                yield Static(Content(self._others), id="others")
        yield KeyBar(show_command_palette=False)

    def on_mount(self) -> None:
        """Count down, once a second."""
        self._timer = self.set_interval(1, self._count)
        self._tell()

    def _count(self) -> None:
        self._seconds -= 1
        self._tell()
        if self._seconds <= 0:
            self.action_write()

    @on(Idea.Touched)
    @on(events.MouseDown)
    @on(events.ScreenSuspend)
    def action_wait(self) -> None:
        """Stop the count: the story begins when the user asks for it."""
        if not self._waits:
            self._waits = True
            self._timer.stop()
            self._tell()

    def tell_model(self, model: str, others: str) -> None:
        """Say which model writes, and how to use another."""
        self.query_one("#model", Static).update(Content(model))
        self.query_one("#others", Static).update(Content(others))

    def _tell(self) -> None:
        keys = "Enter writes it, Tab shows another idea."
        if not self._waits:
            keys += f" It starts by itself in {max(0, self._seconds):.0f} s."
        stop = " While it writes, c stops it at once and keeps every word."
        self.query_one("#when", Static).update(Content(keys + stop))

    def action_another(self, step: int) -> None:
        """Show the next idea, ready to be typed over."""
        self.action_wait()
        self._chosen = (self._chosen + step) % len(IDEAS)
        self.idea.text = IDEAS[self._chosen]
        self.idea.select_all()

    def action_write(self) -> None:
        """Begin with the idea in the field, or with the default."""
        self.action_wait()
        self.dismiss(" ".join(self.idea.text.split()) or DEFAULT_PROMPT)

    def action_leave(self) -> None:
        """Leave without a story."""
        self.dismiss(None)
