"""Handles the signals that end the program, and the loss of its terminal."""

import os
import signal
import threading
from collections.abc import Callable

from tui.system import exit_codes

LEAVING_SECONDS = 2.0
_HARMLESS = {
    "SIGCHLD", "SIGURG", "SIGWINCH", "SIGINFO", "SIGPIPE", "SIGXFSZ",
    "SIGCONT", "SIGTSTP", "SIGTTIN", "SIGTTOU",
}  # fmt: skip
"""Signals that end nothing, or that Textual or Python handle."""
_FATAL = {
    "SIGKILL", "SIGSTOP", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT", "SIGTRAP", "SIGSYS",
    "SIGEMT",
}  # fmt: skip
"""Signals that nothing can be done about; the guardian cleans up behind them."""


def handle_signals(leave: Callable[[], None], finish: Callable[[], None]) -> None:
    """Call ``leave`` on the main thread when a signal asks the program to end.

    When the terminal is gone or blocked, leaving would never end: it waits for Textual's writer.
    So ``finish``, which must be bounded in time, is called in a thread as well, and ends the
    process if it is still there.
    """

    def finish_for_good() -> None:
        finish()
        # A terminal that is there is left clean by then, and this thread has gone with the rest.
        threading.Event().wait(LEAVING_SECONDS)
        os._exit(exit_codes.STOPPED)

    def obey(_number: int, _frame: object) -> None:
        # A terminal that hangs up sends this too, and Textual would start to draw again.
        signal.signal(signal.SIGCONT, signal.SIG_IGN)
        threading.Thread(target=finish_for_good, daemon=True).start()
        leave()

    # Even under nohup: a full screen without a terminal is of no use.
    for number in ending_signals():
        signal.signal(number, obey)


def ending_signals() -> list[int]:
    """Return the signals that end a program unless it does something about them."""
    named = {int(number): number.name for number in signal.Signals}
    return [
        number
        for number in signal.valid_signals()
        if named.get(int(number)) not in _HARMLESS | _FATAL
    ]
