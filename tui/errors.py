"""What is said to the user when something cannot be done: one sentence, never a traceback."""

from collections.abc import Callable


class StoryteamError(Exception):
    """Its message is a sentence for the user: what was wrong and what to do."""


class UsageError(StoryteamError):
    """The command line, the environment or the settings file asked for something impossible."""


class PreparationCancelled(Exception):  # noqa: N818 - not an error, a request that was obeyed
    """The run was cancelled while the weights, the engine or the team were being prepared."""


def said_by(value: object, convert: Callable[[object], str] = str) -> str:
    """Return what an exception, or any object of others, says of itself; nothing if it fails.

    Its class may be anyone's: ``__str__`` can raise, also what is no ``Exception``.
    """
    try:
        # Joined, since a subclass of str could go on playing tricks.
        return "".join([convert(value)])
    except BaseException:
        return ""
