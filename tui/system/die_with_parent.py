"""Run a command that is killed when standard input ends: however its parent dies.

Started by path: standard library only. The kernel's signal about the descriptor outlives the
``exec``, so the command itself need know nothing of it.
"""

import fcntl
import os
import select
import signal
import sys


def main() -> None:
    """Become the command that the arguments name."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    is_parent_gone = bool(select.select([0], [], [], 0)[0])
    if not is_parent_gone:
        os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
