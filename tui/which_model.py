"""Which model writes, why it does, and how another one is brought in; in sentences."""

from tui.settings import EMBEDDED_MODEL, Settings
from tui.text import clean_line


def model_reason(settings: Settings) -> str:
    """Return a sentence that names the model and says why it is this one."""
    if settings.team:
        return f"Your own team writes, from {clean_line(settings.team, 80)}."
    if settings.gguf:
        source = _source(settings, "gguf")
        return (
            f"Your model {clean_line(settings.gguf.name, 60)} writes, inside the program{source}."
        )
    if settings.local:
        source = _source(settings, "local")
        return f"A small model inside the program writes ({EMBEDDED_MODEL}){source}."
    if settings.is_local:
        return f"No key was found, so a small model inside the program writes ({EMBEDDED_MODEL})."
    model = clean_line(settings.model, 60)
    if settings.base_url:
        where = clean_line(settings.endpoint.address, 80)
        return f"{model} writes, at {where}{_source(settings, 'base_url')}."
    return f"{model} writes, at OpenAI, with your key{_source(settings, 'api_key')}."


def other_models(settings: Settings) -> str:
    """Return a sentence that says how to let another model write."""
    if settings.team:
        return "Without --team, a team of ours writes."
    if settings.is_local:
        ways = "OPENAI_API_KEY, --base-url, or --gguf with a model file of yours"
        return f"A bigger one comes with {ways}."
    return "Another one comes with --model or --base-url; --local writes inside the program."


def _source(settings: Settings, name: str) -> str:
    source = settings.sources.get(name)
    return f", because of {clean_line(source, 80)}" if source else ""
