"""``python -m tui`` is ``storyteam-tui``."""

from tui.cli import main

main()
