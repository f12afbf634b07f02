"""What a full-screen program does when it is told to go, or when its terminal is gone."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable

HUNG_UP_EXIT = 130


def obey_signals(leave: Callable[[], None], finish: Callable[[], None]) -> None:
    """Call ``leave`` on the running loop when a signal asks for it.

    When the terminal is gone, leaving may never end: Textual's writer dies of its first write,
    and is waited for. Then ``finish``, which must be bounded in time, is called in a thread, and
    the process ends.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave)

    def hang_up() -> None:
        leave()
        threading.Thread(target=finish_for_good, daemon=True).start()

    def finish_for_good() -> None:
        finish()
        os._exit(HUNG_UP_EXIT)

    # Under nohup the signal is ignored, and stays so.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGHUP, hang_up)
