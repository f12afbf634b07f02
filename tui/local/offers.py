"""Which models can be chosen on this machine: what is here, and what is worth fetching."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.config.choice import CHOSEN, DECIDING, ModelChoice
from tui.config.hub_name import hub_name
from tui.config.settings import DEFAULT_MODEL, Settings
from tui.config.which_model import EMBEDDED_MODEL, writing_model
from tui.local.hub.model import CachedModel
from tui.local.room import fit, memory_needed
from tui.local.servers import LocalServer
from tui.system.memory import Memory
from tui.text.sizes import size_text


@dataclass(frozen=True, slots=True)
class Known:
    """A model on Hugging Face that writes well for its size."""

    name: str
    size: int
    """Of the usual quantisation, in bytes."""
    license: str
    good_for: str


KNOWN = (
    Known(
        "lmstudio-community/gemma-3-1b-it-GGUF", 806_000_000, "Gemma", "short tales, many languages"
    ),
    Known(
        "HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF", 1_060_000_000, "Apache-2.0", "quick, in English"
    ),
    Known(
        "bartowski/Llama-3.2-3B-Instruct-GGUF", 2_020_000_000, "Llama 3.2", "lively, leads a team"
    ),
    Known("ggml-org/gemma-3-4b-it-GGUF", 2_490_000_000, "Gemma", "rich prose, many languages"),
    Known(
        "bartowski/Qwen_Qwen3-4B-GGUF", 2_500_000_000, "Apache-2.0", "thinks first, leads a team"
    ),
    Known(
        "bartowski/Mistral-Nemo-Instruct-2407-GGUF",
        7_480_000_000,
        "Apache-2.0",
        "long stories, slow without a graphics card",
    ),
)
"""Names, sizes and licences as their pages on Hugging Face have them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One model that can be chosen."""

    choice: ModelChoice
    group: str
    name: str
    size: str
    """In words; empty where it is not told."""
    about: str

    @property
    def is_remote(self) -> bool:
        """Whether it must be fetched first."""
        return self.group == TO_FETCH


GIVEN = "As you started it"
HERE = "Here"
TO_FETCH = "From Hugging Face"


def offers(
    settings: Settings,
    cached: Sequence[CachedModel],
    served: Sequence[tuple[LocalServer, str]],
    there: Memory,
) -> list[Offer]:
    """Return what can be chosen, what the ``settings`` name first, and then what is here."""
    found = []
    if any(settings.sources.get(name, CHOSEN) != CHOSEN for name in DECIDING):
        found.append(Offer(ModelChoice(), GIVEN, writing_model(settings).writer, "", ""))
    elif settings.api_key:
        choice = ModelChoice(model=DEFAULT_MODEL)
        found.append(Offer(choice, "OpenAI", DEFAULT_MODEL, "", "with your key"))
    tiny = "tiny and quick; English only"
    found.append(Offer(ModelChoice(local=True), HERE, EMBEDDED_MODEL, "98 MB", tiny))
    whole = [model for model in cached if model.is_whole]
    found += [
        Offer(ModelChoice(hf=m.name), HERE, m.name, size_text(m.size), _fit(m.size, there))
        for m in whole
    ]
    found += [
        Offer(ModelChoice(base_url=server.base_url, model=model), server.name, model, "", "")
        for server, model in served
    ]
    here = {hub_name(model.name).repository.lower() for model in whole}
    begun = {model.name.lower(): model.size for model in cached if not model.is_whole}
    for known in KNOWN:
        if known.name.lower() not in here:
            about = f"{_fit(known.size, there)}; {known.license}; {known.good_for}"
            if got := begun.get(known.name.lower()):
                about = f"{size_text(got)} are here; {about}"
            size = size_text(known.size)
            found.append(Offer(ModelChoice(hf=known.name), TO_FETCH, known.name, size, about))
    return found


def _fit(size: int, there: Memory) -> str:
    return f"{size_text(memory_needed(size))} of memory: {fit(size, there).value}"
