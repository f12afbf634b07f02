"""Choose a model: what is here, what servers on this machine have, and what can be fetched.

Fetching happens here, with a bar: nothing is written before the model is there.
"""

import asyncio
import threading
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.config.choice import ModelChoice
from tui.control.models import Models
from tui.errors import PreparationCancelled, StoryteamError
from tui.local.offers import Offer
from tui.screen.screens.overlay import Overlay
from tui.screen.widgets.status_style import bar
from tui.text.untrusted import clean_line

_WIDTH = 70
_COLUMNS_AROUND = 12
_ROWS_AROUND = 8
"""The frame, and a line that may need three rows."""
_LEAST_ROWS = 2
_BAR_WIDTH = 24
_TICK_SECONDS = 0.1
_ADVICE = "Enter chooses. What is not here is fetched first, once, and checked."
_KEPT = "Stopped. What has arrived is kept: Enter goes on with it."


class ModelPicker(Overlay[ModelChoice]):
    """Dismissed with a model that is ready to write, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "close", id="model", priority=True),
        Binding("c", "stop", "Cancel", id="cancel"),
    ]
    DEFAULT_CSS = """
    ModelPicker {
        & Vertical { height: auto; }
        & OptionList {
            height: auto;
            padding: 0;
            background: transparent;
            &, &:focus { border: none; }
        }
        & #progress { height: auto; margin-top: 1; color: $foreground-muted; }
    }
    """

    def __init__(self, models: Models) -> None:
        """``models`` knows which there are."""
        super().__init__("Choose a model")
        self._models = models
        self._offers: list[Offer] = []
        self._list = OptionList(markup=False)
        self._line = Static("Looking for models…", id="progress", markup=False)
        self._stop: threading.Event | None = None
        """Set to stop what is being fetched, while something is."""
        self._told: tuple[str, float | None] = ("", None)

    def content(self) -> Widget:
        """Return the list, over a line that says what happens."""
        return Vertical(self._list, self._line)

    def on_resize(self) -> None:
        """Leave room for the line under the list."""
        self._list.styles.max_height = max(_LEAST_ROWS, self.size.height - _ROWS_AROUND)

    @work
    async def on_mount(self) -> None:
        """List the models as soon as they are known."""
        self._offers = await asyncio.to_thread(self._models.offers)
        group = ""
        for number, offer in enumerate(self._offers):
            if offer.group != group:
                group = offer.group
                self._list.add_option(Option(Content.styled(group, "bold"), disabled=True))
            self._list.add_option(Option(self._describe(offer), str(number)))
        current = next((o for o in self._offers if self._models.is_writing(o.choice)), None)
        number = self._offers.index(current) if current else 0
        self._list.highlighted = self._list.get_option_index(str(number))
        self._tell(_ADVICE)

    def _describe(self, offer: Offer) -> Content:
        width = min(_WIDTH, self.app.size.width - _COLUMNS_AROUND)
        name = clean_line(offer.name, width - len(offer.size) - 5)
        mark = "● " if self._models.is_writing(offer.choice) else "  "
        line = f"{mark}{name:<{width - len(offer.size) - 2}}{offer.size}"
        if not offer.about:
            return Content(line)
        about = Content.styled(f"    {clean_line(offer.about, width - 4)}", "$foreground-muted")
        return Content.assemble(line, "\n", about)

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._stop is None and event.option_id is not None:
            offer = self._offers[int(event.option_id)]
            if offer.is_remote:
                self._fetch(offer)
            else:
                self.dismiss(offer.choice)

    @work
    async def _fetch(self, offer: Offer) -> None:
        self._stop = stop = threading.Event()
        self._told = (f"Looking for {offer.name}", None)
        self._name_escape("esc stops it")
        ticker = self.set_interval(_TICK_SECONDS, self._show_progress)
        self._show_progress()
        try:
            await asyncio.to_thread(self._models.fetch, offer.choice, self._note, stop)
        except PreparationCancelled:
            self._tell(_KEPT)
        except StoryteamError as error:
            self._tell(clean_line(str(error)), "$text-error")
        else:
            self.dismiss(offer.choice)
        finally:
            stop.set()
            ticker.stop()
            self._stop = None
            self._name_escape("esc closes")

    def _note(self, what: str, fraction: float | None) -> None:
        # Called by the thread that fetches: what it says is shown by the ticker.
        self._told = (what, fraction)

    def _show_progress(self) -> None:
        what, fraction = self._told
        told = clean_line(what)
        if fraction is None:
            self._tell(f"{told}…", "$text-accent")
        else:
            self._tell(f"{told}\n{bar(fraction, _BAR_WIDTH)} {fraction:.0%}", "$text-accent")

    def _tell(self, text: str, style: str = "") -> None:
        self._line.update(Content.styled(text, style))

    def _name_escape(self, words: str) -> None:
        self.query_one("#box").border_subtitle = f"[@click=screen.close]{words}[/]"

    def action_stop(self) -> None:
        """Stop what is being fetched, and a run that lives."""
        if self._stop:
            self._stop.set()
        self.run_worker(self.run_action("app.cancel"))

    def action_close(self) -> None:
        """Stop what is being fetched; if nothing is, close."""
        if self._stop:
            self._stop.set()
        else:
            self.dismiss(None)

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        if self._stop:
            self._stop.set()
