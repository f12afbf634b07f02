"""Which model writes, why it does, and how another one is brought in; in sentences."""

from tui.config.settings import EMBEDDED_MODEL, Settings
from tui.text.untrusted import clean_line


def writer(settings: Settings) -> str:
    """Return which model will write, and where it is reached."""
    if settings.team:
        return f"the models of your own team {clean_line(settings.team)}"
    if settings.is_local:
        return settings.model_label
    api = "Responses" if settings.api == "responses" else "Chat Completions"
    return f"{settings.model_label} at {settings.endpoint.address}, over the {api} API"


def why(settings: Settings) -> str:
    """Return which setting decided that."""
    for name in ("team", "gguf", "local"):
        if getattr(settings, name):
            return f"{settings.source_of(name)} asks for it"
    if settings.is_local:
        return "there is neither a key (OPENAI_API_KEY) nor an address (--base-url)"
    if settings.base_url:
        return f"{settings.source_of('base_url')} names the server"
    return f"{settings.source_of('api_key')} holds a key for OpenAI"


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
