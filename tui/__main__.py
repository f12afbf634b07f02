"""The first module of the command, also as ``python -m tui``: nothing may go wrong before it.

What is slow to import, and so may be interrupted, is imported by ``main``.
"""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from tui.system import exit_codes


def main() -> NoReturn:
    """Run the command; ctrl+c while it is being loaded ends it without a word."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(exit_codes.STOPPED))
    from tui import cli

    cli.main()


def _leave_the_folder() -> None:
    """Let no file in the working directory stand in for a library, as ``python -m`` would."""
    here = Path(sys.path[0] or os.curdir).resolve()
    if here == Path.cwd().resolve() and here != Path(__file__).resolve().parent.parent:
        del sys.path[0]


if __name__ == "__main__":
    _leave_the_folder()
    main()
