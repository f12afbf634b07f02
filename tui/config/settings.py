"""The settings as one typed value, whose fields are the list of settings.

``sources.load`` fills it. The options, the environment, the file and ``--show-config`` all go
through ``DEFINITIONS``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Literal

from tui.config import kinds
from tui.config.backend import EMBEDDED, SERVER, USER_TEAM, Backend
from tui.config.definition import Definition, Group, about, of_field, setting
from tui.config.endpoint import ENGINE_URL, OPENAI_URL, Endpoint
from tui.run.limits import Limits
from tui.text.untrusted import clean_line

DEFAULT_PROMPT = (
    "Write a very long story about a dragon who learns to code. Make it at least 2000 words "
    "with detailed descriptions and dialogue. Take your time and be very thorough."
)

DEFAULT_MODEL = "gpt-5.2-mini"
CONTEXT_CHARACTERS = 6000
"""How much of a story is given to the model that goes on with it."""

Api = Literal["responses", "chat"]

_NO_LIMIT = "no limit"
_NOTHING = "nothing"
_NEW = "a new one"
_MODELS_OWN = "left to the model"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run depends on besides its prompt."""

    context_characters: int = setting(
        CONTEXT_CHARACTERS, kinds.CHARACTERS, Group.WHAT,
        "how much of a story to go on from", metavar="N", old_name="tail",
    )  # fmt: skip
    team: str | None = setting(
        None, kinds.TEAM, Group.WHAT,
        "run your own Agno team; FILE.py:ATTR works too",
        metavar="MODULE:ATTR", unset="the storytelling team",
    )  # fmt: skip
    session_id: str | None = setting(
        None, kinds.NAME, Group.TEAM, "the session the run belongs to",
        metavar="ID", unset=_NEW,
    )  # fmt: skip
    user_id: str | None = setting(
        None, kinds.NAME, Group.TEAM, "the user it is run for", metavar="ID", unset="none",
    )  # fmt: skip
    state: Path | None = setting(
        None, kinds.FILE, Group.TEAM, "the session's state, a JSON object",
        metavar="FILE", unset=_NOTHING,
    )  # fmt: skip
    dependencies: Path | None = setting(
        None, kinds.FILE, Group.TEAM, "the run's dependencies, a JSON object",
        metavar="FILE", unset=_NOTHING,
    )  # fmt: skip
    image: tuple[Path, ...] = setting(
        (), kinds.FILES, Group.TEAM, "a picture to look at; may be repeated",
        metavar="FILE", unset=_NOTHING,
    )  # fmt: skip
    file: tuple[Path, ...] = setting(
        (), kinds.FILES, Group.TEAM, "a file to read; may be repeated",
        metavar="FILE", unset=_NOTHING,
    )  # fmt: skip
    allow: tuple[str, ...] = setting(
        (), kinds.TOOLS, Group.TEAM, "call this tool without asking; may be repeated",
        metavar="TOOL", unset=_NOTHING,
    )  # fmt: skip
    answer: Mapping[str, str] = field(
        default_factory=dict,
        metadata=about(
            kinds.ANSWERS, Group.TEAM, "answer a tool's question beforehand; may be repeated",
            metavar="NAME=VALUE", unset=_NOTHING, in_environment=False,
        ),
    )  # fmt: skip
    """The answers to what tools ask for, by its name."""
    model: str = setting(DEFAULT_MODEL, kinds.NAME, Group.MODEL, "the model's id", metavar="ID")
    base_url: str | None = setting(
        None, kinds.ADDRESS, Group.MODEL, "any OpenAI-compatible server",
        metavar="URL", unset="OpenAI", also=("OPENAI_BASE_URL",),
    )  # fmt: skip
    api: Api = setting(
        "responses", kinds.API, Group.MODEL,
        "which API: responses or chat", metavar="API",
    )  # fmt: skip
    api_key: str | None = setting(
        None, kinds.SECRET, Group.MODEL, "the provider's key: from the environment alone",
        unset="none", also=("OPENAI_API_KEY",), in_flags=False, in_file=False,
    )  # fmt: skip
    local: bool = setting(
        False, kinds.TRUTH, Group.MODEL, "use the embedded model, even when there is a key"
    )
    gguf: Path | None = setting(
        None, kinds.FILE, Group.MODEL, "use the embedded engine with your own model file",
        metavar="PATH", unset="none",
    )  # fmt: skip
    hf: str | None = setting(
        None, kinds.HUB_NAME, Group.MODEL, "use it with a model from Hugging Face",
        metavar="MODEL", unset="none",
    )  # fmt: skip
    temperature: float | None = setting(
        None, kinds.TEMPERATURE, Group.MODEL, "how freely the model samples, 0 to 2",
        metavar="T", unset=_MODELS_OWN,
    )  # fmt: skip
    max_tokens: int | None = setting(
        None, kinds.COUNT, Group.MODEL, "the most that one request may generate",
        metavar="N", unset=_MODELS_OWN,
    )  # fmt: skip
    timeout: float | None = setting(
        None, kinds.SECONDS, Group.MODEL, "how long a request may wait for the model",
        metavar="SECONDS", unset="the client's own",
    )  # fmt: skip
    auto_cancel: float | None = setting(
        None, kinds.SECONDS, Group.LIMITS, "cancel the run this long after its start",
        metavar="SECONDS", unset=_NO_LIMIT,
    )  # fmt: skip
    max_words: int | None = setting(
        None, kinds.COUNT, Group.LIMITS, "cancel the run after this many words",
        metavar="N", unset=_NO_LIMIT,
    )  # fmt: skip
    max_cost: float | None = setting(
        None, kinds.DOLLARS, Group.LIMITS, "cancel the run after it has cost this much",
        metavar="USD", unset=_NO_LIMIT,
    )  # fmt: skip
    probe: bool = setting(True, kinds.TRUTH, Group.SCREEN, "look for Ollama and LM Studio here")
    theme: str | None = setting(
        None, kinds.NAME, Group.SCREEN, "the theme of the full screen",
        metavar="NAME", unset="the one chosen last",
    )  # fmt: skip
    keys: Mapping[str, str] = field(
        default_factory=dict,
        metadata=about(
            kinds.KEYS, Group.SCREEN, "other keys for the full screen, by id",
            unset="the usual ones", in_flags=False, in_environment=False,
        ),
    )  # fmt: skip
    """Other keys, separated by commas, by the id of a key in ``keys.py``."""
    db: Path | None = setting(
        None, kinds.DATABASE, Group.PLACES, "the history database",
        metavar="PATH", unset="the one in your data folder",
    )  # fmt: skip
    sources: Mapping[str, str] = field(default_factory=dict)
    """Where each value that is not the default came from, by the setting's name."""

    def source_of(self, name: str) -> str:
        """Return where a value came from: a flag, a variable, the file, or "default"."""
        return clean_line(self.sources.get(name, "default"))

    @property
    def backend(self) -> Backend:
        """What runs the model: the embedded engine if asked for, or if nothing else is there."""
        if self.team:
            return USER_TEAM
        is_asked_for = self.local or self.gguf is not None or self.hf is not None
        has_server = self.api_key or self.base_url
        return EMBEDDED if is_asked_for or not has_server else SERVER

    @property
    def limits(self) -> Limits:
        """What a run may use before it is cancelled."""
        return Limits(seconds=self.auto_cancel, words=self.max_words, cost_usd=self.max_cost)

    @property
    def endpoint(self) -> Endpoint:
        """Where the model is reached, as far as the settings know: an engine is not started yet."""
        if self.backend is SERVER:
            source = self.sources.get("api_key", "")
            return Endpoint(self.model, self.base_url or OPENAI_URL, self.api, source)
        address = ENGINE_URL if self.backend is EMBEDDED else ""
        return Endpoint("", address, "chat", backend=self.backend)


def _definitions() -> Mapping[str, Definition]:
    found = ((item.name, of_field(item.metadata)) for item in fields(Settings))
    return {name: replace(definition, name=name) for name, definition in found if definition}


DEFINITIONS = _definitions()
"""The settings by name, in the order in which they are shown."""
