"""Variables of Textual's own that take the screen down when they hold something impossible."""

from textual import constants

_COLOR_SYSTEMS = ("auto", "standard", "256", "truecolor", "windows")


def ignore_impossible_variables() -> str:
    """Ignore what cannot be obeyed; returns a sentence about it, or nothing."""
    settled = vars(constants)
    if constants.COLOR_SYSTEM not in _COLOR_SYSTEMS:
        settled["COLOR_SYSTEM"] = "auto"
    if log := constants.LOG_FILE:
        try:
            with open(log, "a", encoding="utf-8"):
                pass
        except (OSError, ValueError) as error:
            settled["LOG_FILE"] = None
            reason = getattr(error, "strerror", None) or error
            return f"TEXTUAL_LOG is ignored, for {log} cannot be written: {reason}."
    return ""
