"""Which model writes, why it does, and how another one is brought in; in sentences."""

from tui.command.show_config import why, writer
from tui.config.settings import EMBEDDED_MODEL, Settings


def model_reason(settings: Settings) -> str:
    """Return a sentence that names the model and says why it is this one."""
    if settings.is_local and not (settings.local or settings.gguf):
        return f"No key was found, so a small model inside the program writes ({EMBEDDED_MODEL})."
    return f"Who writes: {writer(settings)}; {why(settings)}."


def other_models(settings: Settings) -> str:
    """Return a sentence that says how to let another model write."""
    if settings.team:
        return "Without --team, a team of ours writes."
    if settings.is_local:
        ways = "OPENAI_API_KEY, --base-url, or --gguf with a model file of yours"
        return f"A bigger one comes with {ways}."
    return "Another one comes with --model or --base-url; --local writes inside the program."
