"""Errors that the user is told about in one sentence, never with a traceback."""

from collections.abc import Callable


class StoryteamError(Exception):
    """Its message is a sentence for the user: what was wrong and what to do."""


class UsageError(StoryteamError):
    """The command line, the environment or the settings file asks for something impossible."""


class PreparationCancelled(Exception):  # noqa: N818 - not an error, a request that was obeyed
    """The run was cancelled while the weights, the engine or the team were being prepared."""


def said_by(value: object, convert: Callable[[object], str] = str) -> str:
    """Return the text of an exception, or of any untrusted object; nothing if that fails.

    Its ``__str__`` may raise anything, also what is no ``Exception``.
    """
    try:
        # Joined, since a subclass of str might override more.
        return "".join([convert(value)])
    except BaseException:
        return ""
