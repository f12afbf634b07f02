"""Whether the program is shown on a page of a browser."""

import os


def in_browser() -> bool:
    """Whether this process was started to be drawn on a page instead of a terminal."""
    return os.environ.get("TEXTUAL_DRIVER", "").startswith("textual.drivers.web_driver:")
