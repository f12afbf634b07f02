"""Where a story goes while the history cannot be written: a private Markdown file."""

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tui.history.stories import StoredSection
from tui.system.files import replace_file


class FallbackFile:
    """One run's text: appended to as it comes, put in order at the end."""

    def __init__(self, title: str, prompt: str) -> None:
        self.path: Path | None = None
        """None until there is something in it."""
        self._head = f"# {title}\n\n" + "".join(f"> {line}\n" for line in prompt.splitlines())
        self._section = -1
        self._size = 0

    def append(self, pieces: Sequence[tuple[int, str]]) -> None:
        """Add text, each with the number of its section.

        Raises:
            OSError: not even this can be written.
        """
        if self.path is None:
            import tempfile  # Seldom needed, and slow to load.

            descriptor, name = tempfile.mkstemp(prefix="storyteam-", suffix=".md")
            os.close(descriptor)
            self.path, self._size, self._section = Path(name), 0, -1
        text, last = "" if self._size else self._head, self._section
        for section, piece in pieces:
            text += ("" if section == last else "\n\n") + piece
            last = section
        with self.path.open("r+b", buffering=0) as file:
            # What an earlier attempt left, when the disk was full, goes.
            file.truncate(self._size)
            file.seek(self._size)
            data = text.encode("utf-8", "replace")
            if file.write(data) < len(data):
                raise OSError(errno.ENOSPC, "the disk is full")
        self._size += len(data)
        self._section = last

    def finish(self, sections: Sequence[StoredSection]) -> None:
        """Rewrite the whole run, in order, if there is a file."""
        if self.path is None:
            return
        body = "\n\n".join(section.text.strip() for section in sections)
        with suppress(OSError):
            replace_file(self.path, f"{self._head}\n{body}\n")

    def remove(self) -> None:
        """Remove the file: the history has all of it."""
        if self.path:
            with suppress(OSError):
                self.path.unlink()
        self.path = None
