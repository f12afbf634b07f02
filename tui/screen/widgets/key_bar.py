"""The footer: as many keys as there is room for. None is cut in the middle."""

from collections.abc import Iterator

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Footer


class KeyBar(Footer):
    """A footer that leaves out the last keys when there is no room for them."""

    DEFAULT_CSS = """
    KeyBar.-compact { padding: 0 1; }
    """

    def compose(self) -> ComposeResult:
        """The keys from the first one on, as long as there is room."""
        room = self.app.size.width - self.styles.padding.width
        if self.compact:
            room += 1  # the space behind the last one
        for key in self._in_order(list(super().compose())):
            room -= self._cells(key)
            if room < 0:
                return
            yield key

    def on_resize(self, event: events.Resize) -> None:
        """Show more keys, or fewer."""
        self.call_after_refresh(self.recompose)

    def _in_order(self, keys: list[Widget]) -> Iterator[Widget]:
        """Put the screen's own keys in the order of its bindings.

        A key that the focused field binds too would otherwise come first.
        """
        named = [each.action for each in self.screen.BINDINGS if isinstance(each, Binding)]

        def is_own(key: Widget) -> bool:
            return getattr(key, "action", "") in named

        own = iter(
            sorted(filter(is_own, keys), key=lambda key: named.index(getattr(key, "action", "")))
        )
        return (next(own) if is_own(key) else key for key in keys)

    def _cells(self, key: Widget) -> int:
        """Return how wide a key is with what it does, and the space behind it."""
        name, does = getattr(key, "key_display", ""), getattr(key, "description", "")
        return cell_len(name) + 1 + cell_len(does) + (1 if self.compact else 2)
