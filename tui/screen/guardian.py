"""Restores the terminal even when the program is killed."""

import subprocess
from contextlib import suppress

_MODES = (1000, 1002, 1003, 1004, 1006, 1015, 1016, 2004, 2026, 2048)
"""What Textual switches on: the mouse, the focus, pastes, whole frames and sizes."""
RESTORE = (
    "\\033[<u"  # The kitty protocol belongs to the screen that is left next.
    + "".join(f"\\033[?{mode}l" for mode in _MODES)
    + "\\033[0m\\033[?7h\\033[?1049l\\033[?25h"
)
# A line says that all is well; the end of the input without one, that the program is gone.
_SCRIPT = """
was=$(stty -g <&2 2>/dev/null)
echo
read -r well && exit
printf "$1" >&2
stty "$was" <&2 2>/dev/null
"""


class Guardian:
    """A shell in its own session that waits for the program's end.

    It remembers the terminal as it is now, so start it before the terminal is changed.
    """

    def __init__(self, terminal: int) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        with suppress(OSError):
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _SCRIPT, "storyteam-guardian", RESTORE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=terminal,
                env={"PATH": "/usr/bin:/bin"},
                start_new_session=True,
            )

    def is_watching(self) -> bool:
        """Wait until the terminal is remembered; returns whether it is."""
        return bool(self._process and self._process.stdout and self._process.stdout.readline())

    def dismiss(self) -> None:
        """End the guardian: the terminal has been restored."""
        if self._process and self._process.stdin:
            with suppress(OSError):
                self._process.stdin.write(b"\n")
                self._process.stdin.close()
