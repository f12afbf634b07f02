"""The full screen over a run that writes, then waits; run as a program of its own."""

import tempfile
from pathlib import Path

from tests.harness.scripted import ScriptedRun
from tests.servers import prose
from tui.history import History
from tui.run.protocol import RunRequest
from tui.screen.app import StoryApp


class Writing(ScriptedRun):
    """Writes a story that fills the screen, and does not end by itself."""

    def start(self) -> None:
        self.begin()
        self.write(f"{prose(400)}\n\nThe end.")


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        history = History(Path(home) / "history.db")
        StoryApp(lambda _, publish: Writing(publish), RunRequest("a cat"), history).run()
        history.close(2)


if __name__ == "__main__":
    main()
