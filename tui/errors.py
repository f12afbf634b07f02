"""What is said to the user when something cannot be done: one sentence, never a traceback."""


class StoryteamError(Exception):
    """Its message is a sentence for the user: what was wrong and what to do."""


class UsageError(StoryteamError):
    """The command line, the environment or the settings file asked for something impossible."""


class PreparationCancelled(Exception):  # noqa: N818 - not an error, a request that was obeyed
    """The run was cancelled while the weights, the engine or the team were being prepared."""
