"""Which model writes, why it does, and how another one is chosen; in words."""

from dataclasses import dataclass

from tui.config.backend import EMBEDDED, USER_TEAM
from tui.config.settings import Settings
from tui.text.untrusted import clean_line

EMBEDDED_MODEL = "SmolLM2-135M-Instruct"


@dataclass(frozen=True, slots=True)
class WritingModel:
    """The model that the settings choose, as a person reads of it."""

    label: str
    """The model as the screen and the results name it."""
    writer: str
    """The model, and where it is reached."""
    why: str
    """Which setting decided that."""
    others: str
    """A sentence about how another model is chosen."""
    is_default: bool = False
    """Whether nothing was chosen."""
    hint: str = ""
    """What to say of a model that is too small to be judged by."""

    @property
    def reason(self) -> str:
        """A sentence that names the model and says why it is this one."""
        if self.is_default:
            model = EMBEDDED_MODEL
            return f"No key was found, so a small model inside the program writes ({model})."
        return f"Who writes: {self.writer}; {self.why}."


def writing_model(settings: Settings) -> WritingModel:
    """Return the model that the settings choose."""
    if settings.backend is USER_TEAM:
        return _user_team(settings)
    return _embedded(settings) if settings.backend is EMBEDDED else _server(settings)


def _user_team(settings: Settings) -> WritingModel:
    team = clean_line(settings.team or "")
    return WritingModel(
        clean_line(team, 80),
        f"the models of your own team {team}",
        f"{settings.source_of('team')} asks for it",
        "Without --team, a team of ours writes.",
    )


def _embedded(settings: Settings) -> WritingModel:
    name = settings.hf or (settings.gguf.stem if settings.gguf else EMBEDDED_MODEL)
    label = f"{clean_line(name.rpartition('/')[2], 80)} (embedded)"
    asking = next((name for name in ("gguf", "hf", "local") if getattr(settings, name)), "")
    if asking:
        why = f"{settings.source_of(asking)} asks for it"
    else:
        why = "there is neither a key (OPENAI_API_KEY) nor an address (--base-url)"
    return WritingModel(
        label,
        f"{clean_line(name, 80)} (embedded)",
        why,
        "ctrl+o offers bigger ones; OPENAI_API_KEY, --base-url or --hf names one.",
        is_default=not asking,
        hint=""
        if settings.gguf or settings.hf
        else "A tiny model writes. ctrl+o offers bigger ones.",
    )


def _server(settings: Settings) -> WritingModel:
    label = clean_line(settings.model, 80)
    api = "Responses" if settings.api == "responses" else "Chat Completions"
    if settings.base_url:
        why = f"{settings.source_of('base_url')} names the server"
    else:
        why = f"{settings.source_of('api_key')} holds a key for OpenAI"
    return WritingModel(
        label,
        f"{label} at {settings.endpoint.address}, over the {api} API",
        why,
        "ctrl+o offers others; --model, --base-url, --hf or --local names one.",
    )
